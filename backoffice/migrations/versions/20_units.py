"""Units that are taken away or made one with another, and who is in a unit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20_units"
down_revision = "19_no_show"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unit", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("unit", sa.Column("merged_into", sa.String(36), nullable=True))
    op.create_index("ix_booking_unit", "booking", ["municipality_id", "unit_id"], unique=False)
    op.create_index(
        "ix_member_unit", "member", ["municipality_id", "organisation_id", "unit_id", "left_at"], unique=False
    )
