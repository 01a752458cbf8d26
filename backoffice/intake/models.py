"""Packets the office has signed for, and the bytes it refused but keeps."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from backoffice.kit.columns import UtcDateTime, Word


class PacketState(StrEnum):
    """`failed`: received and kept, but it could not be opened; `failure` says why."""

    RECEIVED = "received"
    OPENED = "opened"
    FAILED = "failed"


class ReceivedPacket(SQLModel, table=True):
    """One sealed packet. `receipt` is the answer given, word for word, so that it is given again."""

    __tablename__ = "packet"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "device_id"], ["device.municipality_id", "device.id"]),
        UniqueConstraint("municipality_id", "device_id", "sequence"),
        Index("ix_packet_visit", "municipality_id", "visit_id", "device_id"),
        Index("ix_packet_state", "municipality_id", "state", "received_at"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=64)
    device_id: str = Field(max_length=36)
    visit_id: str = Field(max_length=36)
    sequence: int = Field(sa_type=BigInteger)
    previous: str | None = Field(default=None, max_length=64)
    record_id: str = Field(max_length=36)
    recipient_key: str = Field(max_length=16)
    size: int
    blob: str = Field(max_length=200)
    received_at: datetime = Field(sa_type=UtcDateTime)
    receipt: str
    state: PacketState = Field(default=PacketState.RECEIVED, sa_type=Word(PacketState))
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str | None = Field(default=None, max_length=200)


class Quarantined(SQLModel, table=True):
    """Refused bytes, kept with the reason; the same bytes refused again for the same reason count up `times`.

    `municipality_id` is "000000" when nothing believable names one. `released_at`: the same packet was received later.
    """

    __tablename__ = "quarantine"
    __table_args__ = (Index("ix_quarantine_last", "municipality_id", "last_at"),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    packet_id: str = Field(primary_key=True, max_length=64)
    reason: str = Field(primary_key=True, max_length=60)
    device_id: str | None = Field(default=None, max_length=36)
    authenticated: bool
    size: int
    blob: str = Field(max_length=200)
    times: int = 1
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
