"""The case desk deepened: duplicates, notes, drafts, saved views, batches with undo, what is left of erased cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "06_desk"
down_revision = "05_rosters"
branch_labels = None
depends_on = None


def _case(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_municipality_id_case_id")
    return sa.ForeignKeyConstraint(["municipality_id", "case_id"], ["case.municipality_id", "case.id"], name=name)


def _staff(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_municipality_id_{column}")
    return sa.ForeignKeyConstraint(["municipality_id", column], ["staff.municipality_id", "staff.id"], name=name)


def upgrade() -> None:
    op.add_column("case", sa.Column("duplicate_of", sa.String(36), nullable=True))
    op.add_column("case", sa.Column("erased_parts", sa.String(40), nullable=True))
    op.create_index("ix_case_visit", "case", ["municipality_id", "visit_id", "received_at", "id"], unique=False)
    _desk()
    _batches()


def _desk() -> None:
    op.create_table(
        "case_note",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(36), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        _case("case_note"),
        sa.PrimaryKeyConstraint("municipality_id", "case_id", "id", name=op.f("pk_case_note")),
    )
    op.create_table(
        "case_draft",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("form", sa.String(24), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("reasons", sa.String(1000), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        _case("case_draft"),
        _staff("case_draft", "staff_id"),
        sa.PrimaryKeyConstraint("municipality_id", "staff_id", "case_id", "form", name=op.f("pk_case_draft")),
    )
    op.create_index("ix_case_draft_case", "case_draft", ["municipality_id", "case_id"], unique=False)
    op.create_index("ix_case_draft_saved", "case_draft", ["municipality_id", "saved_at"], unique=False)
    op.create_table(
        "saved_view",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("conditions", sa.String(300), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _staff("saved_view", "owner_id"),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_saved_view")),
    )
    op.create_index("ix_saved_view_owner", "saved_view", ["municipality_id", "owner_id"], unique=False)


def _batches() -> None:
    op.create_table(
        "case_batch",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("step", sa.String(24), nullable=False),
        sa.Column("decided_by", sa.String(36), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        _staff("case_batch", "decided_by"),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_case_batch")),
    )
    op.create_table(
        "case_batch_item",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("skipped", sa.String(60), nullable=False),
        _case("case_batch_item"),
        sa.ForeignKeyConstraint(
            ["municipality_id", "batch_id"],
            ["case_batch.municipality_id", "case_batch.id"],
            name=op.f("fk_case_batch_item_municipality_id_batch_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "batch_id", "case_id", name=op.f("pk_case_batch_item")),
    )
    op.create_index("ix_case_batch_item_case", "case_batch_item", ["municipality_id", "case_id"], unique=False)
    op.create_table(
        "case_tally",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "municipality_id", "fiscal_year", "visit_id", "kind", "name", name=op.f("pk_case_tally")
        ),
    )
