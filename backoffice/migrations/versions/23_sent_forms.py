"""The console: forms that were carried out, so that one sent twice makes one thing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "23_sent_forms"
down_revision = "22_roster_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_form",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("mark", sa.String(40), nullable=False),
        sa.Column("led_to", sa.String(500), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "staff_id"], ["staff.municipality_id", "staff.id"],
            name=op.f("fk_sent_form_municipality_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "staff_id", "mark", name=op.f("pk_sent_form")),
    )  # fmt: skip
    op.create_index("ix_sent_form_sent", "sent_form", ["sent_at"], unique=False)
