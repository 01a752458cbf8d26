"""Cases: earlier photos stay when a photo is cut anew or the applicant brings another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "12_case_photo"
down_revision = "11_visit_mail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_photo",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(24), nullable=False),
        sa.Column("blob", sa.String(200), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("frame", sa.String(60), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("packet_id", sa.String(64), nullable=False),
        sa.Column("slip", sa.String(9), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "case_id"], ["case.municipality_id", "case.id"],
            name=op.f("fk_case_photo_municipality_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "case_id", "number", name=op.f("pk_case_photo")),
    )
    op.create_index("ix_case_photo_record", "case_photo", ["municipality_id", "record_id"], unique=False)
