"""Cases by form id and by card; people of one unit or relation by name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "24_list_orders"
down_revision = "23_sent_forms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_case_form", table_name="case")
    for name, columns in (
        ("ix_case_form", ["form_id"]),
        ("ix_case_card", ["card_verdict"]),
        ("ix_case_state_form", ["state", "form_id"]),
        ("ix_case_state_card", ["state", "card_verdict"]),
    ):
        op.create_index(name, "case", ["municipality_id", *columns, "received_at", "id"], unique=False)
    present = sa.text("left_at IS NULL")
    for name, column in (("ix_member_unit_name", "unit_name"), ("ix_member_relation", "relation")):
        op.drop_index(name, table_name="member")
        op.create_index(
            name, "member", ["municipality_id", "organisation_id", column, "name_key", "id"], unique=False,
            postgresql_where=present, sqlite_where=present,
        )  # fmt: skip
