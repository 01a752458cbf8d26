"""Rosters: why a file the worker has read cannot be taken."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "17_roster_reading"
down_revision = "16_loose_packets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roster_import", sa.Column("refusal", sa.String(200), nullable=False, server_default=sa.text("''")))
