"""Visits: planning, booking lanes, waiting list, booking page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "07_visits"
down_revision = "06_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE visit SET state = 'requested' WHERE state = 'planned'")
    op.add_column("slot", sa.Column("walk_in", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("booking", sa.Column("member_id", sa.String(36), nullable=True))
    op.create_index("ix_booking_member", "booking", ["municipality_id", "member_id", "visit_id"], unique=False)
    op.create_table(
        "visit_plan",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("home_visit", sa.Boolean(), nullable=False),
        sa.Column("cut_off_hours", sa.Integer(), nullable=False),
        sa.Column("booking_open", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("agenda", sa.JSON(), nullable=False),
        sa.Column("equipment", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "visit_id"], ["visit.municipality_id", "visit.id"],
            name=op.f("fk_visit_plan_municipality_id_visit_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "visit_id", name=op.f("pk_visit_plan")),
        sa.UniqueConstraint("municipality_id", "code", name=op.f("uq_visit_plan_municipality_id_code")),
    )
    op.create_table(
        "visit_rules",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("lead_days", "minimum", "slot_minutes", "minutes_each", "cut_off_hours")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.municipality_id"], name=op.f("fk_visit_rules_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", name=op.f("pk_visit_rules")),
    )
    op.create_table(
        "booking_try",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_booking_try")),
    )
    for name in ("account", "address"):
        op.create_index(f"ix_booking_try_{name}", "booking_try", ["municipality_id", name, "at"], unique=False)
