"""Attendants' locks, the locked part of bundles, and what devices report of themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "03_device_life"
down_revision = "02_console"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attendant", sa.Column("lock", sa.Text(), nullable=True))
    op.add_column("bundle_issue", sa.Column("personal", sa.Text(), nullable=True))
    op.add_column("bundle_issue", sa.Column("personal_sha256", sa.String(64), nullable=True))
    op.add_column("device", sa.Column("reported_sealed", sa.BigInteger(), nullable=True))
    op.add_column("device", sa.Column("reported_unsent", sa.BigInteger(), nullable=True))
    op.add_column("device", sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("device", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
