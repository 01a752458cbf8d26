"""The case list is ordered by visit, state, method and slip number too, as a whole and within a state."""

from __future__ import annotations

from alembic import op

revision = "15_case_orders"
down_revision = "14_openid"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, columns in (
        ("ix_case_by_slip", ["slip"]),
        ("ix_case_state_visit", ["state", "visit_id"]),
        ("ix_case_state_method", ["state", "method"]),
        ("ix_case_state_slip", ["state", "slip"]),
    ):
        op.create_index(name, "case", ["municipality_id", *columns, "received_at", "id"], unique=False)
