"""Indices for lists, searches and counts of an office with a million cases and rosters of a hundred thousand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "13_large_lists"
down_revision = "12_case_photo"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_case_running", "case", ["municipality_id", "slip_running", "received_at", "id"], unique=False)
    op.create_index("ix_case_method", "case", ["municipality_id", "method", "received_at", "id"], unique=False)
    op.create_index("ix_unit_organisation", "unit", ["municipality_id", "organisation_id", "id"], unique=False)
    op.create_index("ix_slot_day", "slot", ["municipality_id", "day"], unique=False)
    op.create_index(
        "ix_roster_import_organisation", "roster_import", ["municipality_id", "organisation_id", "id"], unique=False
    )
    _where("ix_quarantine_waiting", "quarantine", ["last_at"], "released_at IS NULL")
    _members()


def _members() -> None:
    op.drop_index("ix_member_name", table_name="member")
    for name, columns in (
        ("ix_member_search", ["name_key", "id", "search"]),
        ("ix_member_number", ["number", "id", "search"]),
        ("ix_member_relation", ["relation"]),
    ):
        _where(name, "member", ["organisation_id", *columns], "left_at IS NULL")


def _where(name: str, table: str, columns: list[str], condition: str) -> None:
    bound = sa.text(condition)
    op.create_index(
        name, table, ["municipality_id", *columns], unique=False, postgresql_where=bound, sqlite_where=bound
    )
