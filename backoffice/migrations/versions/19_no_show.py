"""Who came to a booking, when it was released, and how far the office may release by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "19_no_show"
down_revision = "18_device_vitals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("came_at", "stands_at", "released_at"):
        op.add_column("booking", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.add_column("device", sa.Column("attends", sa.String(36), nullable=True))
    op.add_column(
        "visit_rules", sa.Column("no_show_minutes", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
