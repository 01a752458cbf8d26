"""Tables of staff accounts, their means of signing in, and their sessions. Secrets are hashed or sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from backoffice.kit.columns import UtcDateTime, Word
from backoffice.staff.authorisation import Role


def _of_staff() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["municipality_id", "staff_id"], ["staff.municipality_id", "staff.id"])


class Staff(SQLModel, table=True):
    """An account. `totp_secret` and `totp_pending` are sealed; `totp_last_step` refuses a code seen before."""

    __tablename__ = "staff"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.municipality_id"]),
        UniqueConstraint("municipality_id", "login"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    login: str = Field(max_length=40)
    name: str = Field(max_length=80)
    role: Role = Field(sa_type=Word(Role))
    password_hash: str | None = Field(default=None, max_length=256)
    totp_secret: bytes | None = None
    totp_pending: bytes | None = None
    totp_last_step: int | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Passkey(SQLModel, table=True):
    """A WebAuthn credential's public half."""

    __tablename__ = "passkey"
    __table_args__ = (
        _of_staff(),
        UniqueConstraint("municipality_id", "credential_id"),
        Index("ix_passkey_staff", "municipality_id", "staff_id"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    staff_id: str = Field(max_length=36)
    credential_id: str = Field(max_length=1400)
    public_key: bytes
    sign_count: int
    label: str = Field(max_length=60)
    created_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PasskeyChallenge(SQLModel, table=True):
    """A challenge given out once. Nobody is known yet when a sign-in begins: municipality `000000`, no staff."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (Index("ix_passkey_challenge_expiry", "municipality_id", "expires_at"),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    staff_id: str | None = Field(default=None, max_length=36)
    challenge: bytes
    expires_at: datetime = Field(sa_type=UtcDateTime)


class ProviderIdentity(SQLModel, table=True):
    """The OpenID provider's word for a person, linked with their account; one an account."""

    __tablename__ = "provider_identity"
    __table_args__ = (_of_staff(), UniqueConstraint("municipality_id", "issuer", "subject"))

    municipality_id: str = Field(primary_key=True, max_length=6)
    staff_id: str = Field(primary_key=True, max_length=36)
    issuer: str = Field(max_length=255)
    subject: str = Field(max_length=255)
    linked_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ProviderTrip(SQLModel, table=True):
    """A browser on its way over the provider, taken once. The token lies in its cookie; state, nonce and verifier
    derive from it. `invitation_id`: the account is being linked; `staff_id` alone: only our own code is missing."""

    __tablename__ = "provider_trip"
    __table_args__ = (Index("ix_provider_trip_expiry", "municipality_id", "expires_at"),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    token_hash: str = Field(primary_key=True, max_length=64)
    staff_id: str | None = Field(default=None, max_length=36)
    invitation_id: str | None = Field(default=None, max_length=36)
    next: str = Field(max_length=500)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class RecoveryCode(SQLModel, table=True):
    """One of the codes that stand in for a lost authenticator, each good once."""

    __tablename__ = "recovery_code"
    __table_args__ = (_of_staff(), Index("ix_recovery_code_staff", "municipality_id", "staff_id"))

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    staff_id: str = Field(max_length=36)
    code_hash: str = Field(max_length=64)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoginSession(SQLModel, table=True):
    """A signed-in browser. Only the token's hash is kept; revoking ends it at the next request."""

    __tablename__ = "login_session"
    __table_args__ = (
        _of_staff(),
        UniqueConstraint("municipality_id", "token_hash"),
        Index("ix_login_session_staff", "municipality_id", "staff_id"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    staff_id: str = Field(max_length=36)
    token_hash: str = Field(max_length=64)
    means: str = Field(max_length=20)
    browser: str = Field(default="", max_length=120)
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Invitation(SQLModel, table=True):
    """A one-time link with which a person sets up the means to sign in."""

    __tablename__ = "invitation"
    __table_args__ = (
        _of_staff(),
        UniqueConstraint("municipality_id", "token_hash"),
        Index("ix_invitation_staff", "municipality_id", "staff_id"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    staff_id: str = Field(max_length=36)
    token_hash: str = Field(max_length=64)
    created_by: str = Field(max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignInFailure(SQLModel, table=True):
    """A failed try, kept for the rate limit. `account` and `address` are hashes."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_account", "municipality_id", "account", "at"),
        Index("ix_sign_in_failure_address", "municipality_id", "address", "at"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    account: str = Field(max_length=64)
    address: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
