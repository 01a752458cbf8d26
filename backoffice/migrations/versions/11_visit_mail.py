"""Mail, addresses of people who asked for it, visits that come again, taking a move back; drafts of forms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "11_visit_mail"
down_revision = "10_handover"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit_plan", sa.Column("template_id", sa.String(36), nullable=True))
    op.add_column("visit_plan", sa.Column("undo", sa.JSON(), nullable=True))
    _mail()
    _visits()
    op.create_table(
        "form_draft",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("form", sa.String(160), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "staff_id"], ["staff.municipality_id", "staff.id"],
            name=op.f("fk_form_draft_municipality_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "staff_id", "form", name=op.f("pk_form_draft")),
    )  # fmt: skip


def _mail() -> None:
    op.create_table(
        "mail",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("about", sa.String(60), nullable=False),
        sa.Column("page", sa.String(60), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(200), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.municipality_id"], name=op.f("fk_mail_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_mail")),
    )
    op.create_index("ix_mail_due", "mail", ["state", "due_at"], unique=False)
    op.create_index("ix_mail_about", "mail", ["municipality_id", "about"], unique=False)
    op.create_index("ix_mail_page", "mail", ["municipality_id", "page"], unique=False)
    op.create_table(
        "booking_contact",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("booking_id", sa.String(36), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("page", sa.String(200), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "booking_id"], ["booking.municipality_id", "booking.id"],
            name=op.f("fk_booking_contact_municipality_id_booking_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "booking_id", name=op.f("pk_booking_contact")),
    )  # fmt: skip


def _visits() -> None:
    op.create_table(
        "visit_template",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("title_en", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(120), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.String(5), nullable=False),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("stations", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("minutes_each", sa.Integer(), nullable=False),
        sa.Column("walk_in", sa.Integer(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("equipment", sa.JSON(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("home_visit", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "organisation_id"], ["organisation.municipality_id", "organisation.id"],
            name=op.f("fk_visit_template_municipality_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_visit_template")),
    )  # fmt: skip
