"""Staff may sign in through the municipality's OpenID provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "14_openid"
down_revision = "13_large_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_identity",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "staff_id"], ["staff.municipality_id", "staff.id"],
            name=op.f("fk_provider_identity_municipality_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "staff_id", name=op.f("pk_provider_identity")),
        sa.UniqueConstraint("municipality_id", "issuer", "subject", name=op.f("uq_provider_identity_municipality_id_issuer_subject")),
    )
    op.create_table(
        "provider_trip",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=True),
        sa.Column("invitation_id", sa.String(36), nullable=True),
        sa.Column("next", sa.String(500), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "token_hash", name=op.f("pk_provider_trip")),
    )
    op.create_index("ix_provider_trip_expiry", "provider_trip", ["municipality_id", "expires_at"], unique=False)
