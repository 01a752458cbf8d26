"""The console's tables: staff and their sessions, the case desk, the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "02_console"
down_revision = "01_office"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("detail", sa.String(500), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "sequence", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_action", "audit_entry", ["municipality_id", "action", "sequence"], unique=False)
    op.create_index("ix_audit_entry_actor", "audit_entry", ["municipality_id", "actor", "sequence"], unique=False)
    op.create_index("ix_audit_entry_subject", "audit_entry", ["municipality_id", "subject", "sequence"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "case",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("packet_id", sa.String(64), nullable=False),
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("device_id", sa.String(36), nullable=False),
        sa.Column("slip", sa.String(9), nullable=False),
        sa.Column("slip_running", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.String(23), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("method", sa.String(24), nullable=False),
        sa.Column("delivery", sa.String(24), nullable=False),
        sa.Column("card_verdict", sa.String(24), nullable=True),
        sa.Column("photo_key", sa.String(200), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overrides", sa.String(200), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_approved_by", sa.String(36), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(36), nullable=True),
        sa.Column("return_reasons", sa.String(1000), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_case")),
        sa.UniqueConstraint("municipality_id", "record_id", name=op.f("uq_case_municipality_id_record_id")),
    )
    op.create_index("ix_case_decided", "case", ["municipality_id", "decided_at", "state"], unique=False)
    op.create_index("ix_case_form", "case", ["municipality_id", "form_id"], unique=False)
    op.create_index("ix_case_received", "case", ["municipality_id", "received_at", "id"], unique=False)
    op.create_index("ix_case_slip", "case", ["municipality_id", "slip_running", "slip"], unique=False)
    op.create_index("ix_case_state_received", "case", ["municipality_id", "state", "received_at", "id"], unique=False)
    op.create_table(
        "passkey_challenge",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=True),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_passkey_challenge")),
    )
    op.create_index("ix_passkey_challenge_expiry", "passkey_challenge", ["municipality_id", "expires_at"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index("ix_sign_in_failure_account", "sign_in_failure", ["municipality_id", "account", "at"], unique=False)
    op.create_index("ix_sign_in_failure_address", "sign_in_failure", ["municipality_id", "address", "at"], unique=False)
    op.create_table(
        "case_event",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(24), nullable=False),
        sa.Column("actor", sa.String(36), nullable=False),
        sa.Column("reasons", sa.String(1000), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "case_id"],
            ["case.municipality_id", "case.id"],
            name=op.f("fk_case_event_municipality_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "case_id", "version", name=op.f("pk_case_event")),
    )
    op.create_table(
        "staff",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("login", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.Column("password_hash", sa.String(256), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_pending", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.municipality_id"], name=op.f("fk_staff_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_staff")),
        sa.UniqueConstraint("municipality_id", "login", name=op.f("uq_staff_municipality_id_login")),
    )
    op.create_table(
        "invitation",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "staff_id"],
            ["staff.municipality_id", "staff.id"],
            name=op.f("fk_invitation_municipality_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("municipality_id", "token_hash", name=op.f("uq_invitation_municipality_id_token_hash")),
    )
    op.create_index("ix_invitation_staff", "invitation", ["municipality_id", "staff_id"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("means", sa.String(20), nullable=False),
        sa.Column("browser", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "staff_id"],
            ["staff.municipality_id", "staff.id"],
            name=op.f("fk_login_session_municipality_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("municipality_id", "token_hash", name=op.f("uq_login_session_municipality_id_token_hash")),
    )
    op.create_index("ix_login_session_staff", "login_session", ["municipality_id", "staff_id"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("credential_id", sa.String(1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "staff_id"],
            ["staff.municipality_id", "staff.id"],
            name=op.f("fk_passkey_municipality_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("municipality_id", "credential_id", name=op.f("uq_passkey_municipality_id_credential_id")),
    )
    op.create_index("ix_passkey_staff", "passkey", ["municipality_id", "staff_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("municipality_id", sa.String(6), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("staff_id", sa.String(36), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "staff_id"],
            ["staff.municipality_id", "staff.id"],
            name=op.f("fk_recovery_code_municipality_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_staff", "recovery_code", ["municipality_id", "staff_id"], unique=False)
