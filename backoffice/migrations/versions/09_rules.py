"""Rule sets of a municipality: files and the days from which they hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "09_rules"
down_revision = "08_forks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_file",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("uploaded_by", sa.String(36), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.municipality_id"], name=op.f("fk_rule_file_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_rule_file")),
        sa.UniqueConstraint("municipality_id", "sha256", name=op.f("uq_rule_file_municipality_id_sha256")),
    )
    op.create_table(
        "rule_activation",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("file_id", sa.String(36), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(36), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(36), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(36), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "file_id"], ["rule_file.municipality_id", "rule_file.id"],
            name=op.f("fk_rule_activation_municipality_id_file_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_rule_activation")),
    )
    op.create_index("ix_rule_activation_from", "rule_activation", ["municipality_id", "valid_from"], unique=False)
