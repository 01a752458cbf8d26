"""Packets the office has signed for, and the bytes it refused but keeps."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backoffice.kit.columns import UtcDateTime, Word


class PacketState(StrEnum):
    """`failed`: received and kept, but it could not be opened; `failure` says why."""

    RECEIVED = "received"
    OPENED = "opened"
    FAILED = "failed"


class ReceivedPacket(SQLModel, table=True):
    """One sealed packet. `receipt` is the answer given, word for word, so that it is given again.

    `fork`: empty in the device's chain; its own id for a packet that came under a sequence number already taken and was
    accepted by a person (forks.py).
    `loose`: when it came, the one before it in the chain was not here or was another. Only there can a gap or a fork
    be; where none is any more, the flag stays and does no harm. Whoever does not know leaves it true.
    """

    __tablename__ = "packet"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "device_id"], ["device.municipality_id", "device.id"]),
        UniqueConstraint("municipality_id", "device_id", "sequence", "fork"),
        Index("ix_packet_device", "municipality_id", "device_id", "visit_id", "state"),
        Index("ix_packet_state", "municipality_id", "state", "received_at"),
        Index(
            "ix_packet_loose",
            "municipality_id",
            "device_id",
            "sequence",
            postgresql_where=text("loose"),
            sqlite_where=text("loose = 1"),
        ),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=64)
    device_id: str = Field(max_length=36)
    visit_id: str = Field(max_length=36)
    sequence: int = Field(sa_type=BigInteger)
    fork: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": text("''")})
    previous: str | None = Field(default=None, max_length=64)
    loose: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
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
    `sequence`, `record_id`: from the header, None unless the device's signature covers it.
    """

    __tablename__ = "quarantine"
    __table_args__ = (
        Index("ix_quarantine_last", "municipality_id", "last_at"),
        Index(
            "ix_quarantine_waiting",
            "municipality_id",
            "last_at",
            postgresql_where=text("released_at IS NULL"),
            sqlite_where=text("released_at IS NULL"),
        ),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    packet_id: str = Field(primary_key=True, max_length=64)
    reason: str = Field(primary_key=True, max_length=60)
    device_id: str | None = Field(default=None, max_length=36)
    authenticated: bool
    sequence: int | None = Field(default=None, sa_type=BigInteger)
    record_id: str | None = Field(default=None, max_length=36)
    size: int
    blob: str = Field(max_length=200)
    times: int = 1
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Upload(SQLModel, table=True):
    """A packet on its way in parts. `length`: bytes announced; `received`: bytes that are here, without a gap."""

    __tablename__ = "upload"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "device_id"], ["device.municipality_id", "device.id"]),
        Index("ix_upload_touched", "touched_at"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    device_id: str = Field(primary_key=True, max_length=36)
    packet_id: str = Field(primary_key=True, max_length=64)
    length: int
    received: int = 0
    touched_at: datetime = Field(sa_type=UtcDateTime)


class UploadPart(SQLModel, table=True):
    """Ciphertext of an unfinished packet. In the database and not among the blobs, because it lives and dies with its
    row: a crash leaves neither half a part nor a part nobody knows of."""

    __tablename__ = "upload_part"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "device_id", "packet_id"],
            ["upload.municipality_id", "upload.device_id", "upload.packet_id"],
            ondelete="CASCADE",
        ),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    device_id: str = Field(primary_key=True, max_length=36)
    packet_id: str = Field(primary_key=True, max_length=64)
    start: int = Field(primary_key=True)
    octets: bytes


class ClosingBalance(SQLModel, table=True):
    """The newest closing balance of a device and a visit, signed by both sides, word for word (schemas.balance).

    `closed`: captured = received = erased, by the word of both.
    """

    __tablename__ = "closing_balance"
    __table_args__ = (ForeignKeyConstraint(["municipality_id", "device_id"], ["device.municipality_id", "device.id"]),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    device_id: str = Field(primary_key=True, max_length=36)
    visit_id: str = Field(primary_key=True, max_length=36)
    closing: str
    closed: bool
    signed_at: datetime = Field(sa_type=UtcDateTime)
