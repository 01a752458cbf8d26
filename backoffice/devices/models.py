"""Kiosks and tablets, the one-time codes that enrol them, and the nonces of their signed requests."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backoffice.kit.columns import UtcDateTime, Word


class DeviceState(StrEnum):
    """`lost` and `revoked` are refused alike; the word tells the office why."""

    ACTIVE = "active"
    REVOKED = "revoked"
    LOST = "lost"


class Device(SQLModel, table=True):
    """An enrolled device. `counter` begins its slip numbers and is never given twice in a municipality.

    `reported_sealed`, `reported_unsent`: how many packets it says it has sealed in its life, and still had to carry at
    `reported_at`. `told_at`: when it was first given the signed word that it is revoked. `place_id`: where in its
    visit it stands. `attends`: of which visit it told who has come, at `reported_at`. The rest is what its machine said
    then: see `vitals`.
    `asset`: its number in the office's inventory; `note`: for colleagues.
    """

    __tablename__ = "device"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.municipality_id"]),
        UniqueConstraint("municipality_id", "counter"),
        # A signed request names its device only; this is the one query that finds a municipality instead of having it.
        Index("ix_device_id", "id", unique=True),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=80)
    counter: str = Field(max_length=2)
    public_key: bytes
    visit_id: str | None = Field(default=None, max_length=36)
    state: DeviceState = Field(default=DeviceState.ACTIVE, sa_type=Word(DeviceState))
    enrolled_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reported_sealed: int | None = Field(default=None, sa_type=BigInteger)
    reported_unsent: int | None = Field(default=None, sa_type=BigInteger)
    reported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    place_id: str | None = Field(default=None, max_length=36)
    attends: str | None = Field(default=None, max_length=36)
    running: str | None = Field(default=None, max_length=40)
    battery: int | None = None
    mains: bool | None = None
    disk_free: int | None = Field(default=None, sa_type=BigInteger)
    disk_total: int | None = Field(default=None, sa_type=BigInteger)
    asset: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": text("''")})
    note: str = Field(default="", max_length=400, sa_column_kwargs={"server_default": text("''")})


class EnrolmentCode(SQLModel, table=True):
    """A one-time code; only its SHA-256 is kept (80 random bits, no salt needed)."""

    __tablename__ = "enrolment_code"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.municipality_id"]),
        Index("ix_enrolment_code_hash", "code_sha256", unique=True),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    code_sha256: str = Field(max_length=64)
    visit_id: str | None = Field(default=None, max_length=36)
    office_key: str = Field(max_length=16)
    created_by: str = Field(max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    device_id: str | None = Field(default=None, max_length=36)


class RequestNonce(SQLModel, table=True):
    """A nonce seen in a valid request; kept until the request would be too old anyway."""

    __tablename__ = "request_nonce"
    __table_args__ = (Index("ix_request_nonce_expires", "expires_at"),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    device_id: str = Field(primary_key=True, max_length=36)
    nonce: str = Field(primary_key=True, max_length=64)
    expires_at: datetime = Field(sa_type=UtcDateTime)
