"""Intake: which packets did not follow the one before them when they came. Gaps and forks are looked for only there.
And an index that counts a device's packets by visit and state without reading them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "16_loose_packets"
down_revision = "15_case_orders"
branch_labels = None
depends_on = None

FOLLOWS = """
    UPDATE packet SET loose = false WHERE fork = '' AND (
        (sequence = 1 AND previous IS NULL)
        OR EXISTS (
            SELECT 1 FROM packet AS before
            WHERE before.municipality_id = packet.municipality_id AND before.device_id = packet.device_id
            AND before.sequence = packet.sequence - 1 AND before.fork = '' AND before.id = packet.previous
        )
    )
"""


def upgrade() -> None:
    op.add_column("packet", sa.Column("loose", sa.Boolean(), nullable=False, server_default=sa.text("true")))
    op.execute(FOLLOWS)
    op.drop_index("ix_packet_visit", table_name="packet")
    op.create_index("ix_packet_device", "packet", ["municipality_id", "device_id", "visit_id", "state"], unique=False)
    op.create_index(
        "ix_packet_loose", "packet", ["municipality_id", "device_id", "sequence"], unique=False,
        postgresql_where=sa.text("loose"), sqlite_where=sa.text("loose = 1"),
    )
