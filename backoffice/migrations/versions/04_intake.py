"""Intake: packets that come in parts, and the closing balances both sides have signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "04_intake"
down_revision = "03_device_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("packet_id", sa.String(64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "device_id"],
            ["device.municipality_id", "device.id"],
            name=op.f("fk_upload_municipality_id_device_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "device_id", "packet_id", name=op.f("pk_upload")),
    )
    op.create_index("ix_upload_touched", "upload", ["touched_at"], unique=False)
    op.create_table(
        "upload_part",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("packet_id", sa.String(64), nullable=False),
        sa.Column("start", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "device_id", "packet_id"],
            ["upload.municipality_id", "upload.device_id", "upload.packet_id"],
            name=op.f("fk_upload_part_municipality_id_device_id_packet_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("municipality_id", "device_id", "packet_id", "start", name=op.f("pk_upload_part")),
    )
    op.create_table(
        "closing_balance",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("closing", sa.String(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "device_id"],
            ["device.municipality_id", "device.id"],
            name=op.f("fk_closing_balance_municipality_id_device_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "device_id", "visit_id", name=op.f("pk_closing_balance")),
    )

