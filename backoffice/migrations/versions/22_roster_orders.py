"""The roster by reading, relation or unit: the unit's name beside each person, and an index for each order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "22_roster_orders"
down_revision = "21_template_days"
branch_labels = None
depends_on = None

_NAMED = """
UPDATE member SET unit_name = COALESCE(
    (SELECT unit.name FROM unit WHERE unit.municipality_id = member.municipality_id AND unit.id = member.unit_id), '')
WHERE unit_id IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("member", sa.Column("unit_name", sa.String(120), nullable=False, server_default=sa.text("''")))
    op.execute(_NAMED)
    op.drop_index("ix_member_relation", table_name="member")
    present = sa.text("left_at IS NULL")
    for name, column in (
        ("ix_member_kana", "kana"),
        ("ix_member_unit_name", "unit_name"),
        ("ix_member_relation", "relation"),
    ):
        op.create_index(
            name, "member", ["municipality_id", "organisation_id", column, "id"], unique=False,
            postgresql_where=present, sqlite_where=present,
        )  # fmt: skip
