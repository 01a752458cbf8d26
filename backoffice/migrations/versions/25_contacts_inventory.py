"""Organisations: further contacts. Devices: the number in the office's inventory, and a note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "25_contacts_inventory"
down_revision = "24_list_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("further", sa.JSON(), nullable=True))
    op.add_column("device", sa.Column("asset", sa.String(60), nullable=False, server_default=sa.text("''")))
    op.add_column("device", sa.Column("note", sa.String(400), nullable=False, server_default=sa.text("''")))
