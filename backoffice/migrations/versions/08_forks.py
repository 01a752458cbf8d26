"""Intake: a device's packets beside its chain, and what the signed header of a refused packet says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "08_forks"
down_revision = "07_visits"
branch_labels = None
depends_on = None

_NAME = "uq_packet_municipality_id_device_id_sequence"


def upgrade() -> None:
    op.add_column("quarantine", sa.Column("sequence", sa.BigInteger(), nullable=True))
    op.add_column("quarantine", sa.Column("record_id", sa.String(36), nullable=True))
    with op.batch_alter_table("packet") as packet:
        packet.add_column(sa.Column("fork", sa.String(64), nullable=False, server_default=sa.text("''")))
        packet.drop_constraint(op.f(_NAME), type_="unique")
        packet.create_unique_constraint(
            op.f(f"{_NAME}_fork"), ["municipality_id", "device_id", "sequence", "fork"]
        )
