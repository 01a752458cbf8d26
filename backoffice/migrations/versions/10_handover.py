"""Cases: when they went out in a hand-over package."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "10_handover"
down_revision = "09_rules"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case", sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("case", sa.Column("handed_over_by", sa.String(36), nullable=True))
    op.create_index(
        "ix_case_handed", "case", ["municipality_id", "state", "handed_over_at", "received_at", "id"], unique=False
    )
