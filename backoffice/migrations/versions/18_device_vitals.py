"""Devices: the place of the visit they stand at, and what their machine says of itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "18_device_vitals"
down_revision = "17_roster_reading"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("device", sa.Column("place_id", sa.String(36), nullable=True))
    op.add_column("device", sa.Column("running", sa.String(40), nullable=True))
    op.add_column("device", sa.Column("battery", sa.Integer(), nullable=True))
    op.add_column("device", sa.Column("mains", sa.Boolean(), nullable=True))
    op.add_column("device", sa.Column("disk_free", sa.BigInteger(), nullable=True))
    op.add_column("device", sa.Column("disk_total", sa.BigInteger(), nullable=True))
