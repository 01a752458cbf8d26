"""Rosters: people of an organisation and the files that brought them; what kind of partner an organisation is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "05_rosters"
down_revision = "04_intake"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length, default in (("kind", 24, "'other'"), ("partner", 24, "'candidate'"), ("phone", 40, "''"), ("mail", 120, "''")):
        column = sa.Column(name, sa.String(length), nullable=False, server_default=sa.text(default))
        op.add_column("organisation", column)
    op.create_table(
        "member",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("unit_id", sa.String(36), nullable=True),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("relation", sa.String(24), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kana", sa.String(200), nullable=False),
        sa.Column("former_name", sa.String(200), nullable=False),
        sa.Column("alias", sa.String(200), nullable=False),
        sa.Column("birth_month", sa.Integer(), nullable=True),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("search", sa.String(400), nullable=False),
        sa.Column("seen_in", sa.String(36), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "organisation_id"],
            ["organisation.municipality_id", "organisation.id"],
            name=op.f("fk_member_municipality_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_member")),
    )
    op.create_index(
        "uq_member_person",
        "member",
        ["municipality_id", "organisation_id", "number", "relation", "name_key"],
        unique=True,
    )
    op.create_index("ix_member_name", "member", ["municipality_id", "organisation_id", "name_key"], unique=False)
    op.create_table(
        "roster_import",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("blob", sa.String(200), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("rows", "read", "offset", "added", "changed", "same", "left", "wrong")
        ),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "organisation_id"],
            ["organisation.municipality_id", "organisation.id"],
            name=op.f("fk_roster_import_municipality_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_roster_import")),
    )
