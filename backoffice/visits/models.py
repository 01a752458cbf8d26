"""訪問, 会場, slots and 予約; the attendants who may sign in there; which bundle version went to which device."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from backoffice.kit.columns import UtcDateTime, Word
from schemas.visit import AttendantRole


class VisitState(StrEnum):
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class BookingState(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"


class Visit(SQLModel, table=True):
    """One 訪問 to an organisation, over one or more days and places."""

    __tablename__ = "visit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "organisation_id"], ["organisation.municipality_id", "organisation.id"]
        ),
        Index("ix_visit_starts", "municipality_id", "starts_on"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    organisation_id: str = Field(max_length=36)
    title: str = Field(max_length=120)
    title_en: str = Field(default="", max_length=120)
    contact: str = Field(default="", max_length=120)
    state: VisitState = Field(default=VisitState.CONFIRMED, sa_type=Word(VisitState))
    starts_on: date
    ends_on: date
    created_at: datetime = Field(sa_type=UtcDateTime)


class Place(SQLModel, table=True):
    """Where in the venue, e.g. 本部・A消防署; `position` is its place in lists."""

    __tablename__ = "place"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "visit_id"], ["visit.municipality_id", "visit.id"]),
        Index("ix_place_visit", "municipality_id", "visit_id", "position"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    visit_id: str = Field(max_length=36)
    name: str = Field(max_length=120)
    name_en: str = Field(default="", max_length=120)
    position: int = 0


class Slot(SQLModel, table=True):
    """A bookable time at one place, local times of Japan."""

    __tablename__ = "slot"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "place_id"], ["place.municipality_id", "place.id"]),
        UniqueConstraint("municipality_id", "place_id", "day", "begins"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    place_id: str = Field(max_length=36)
    day: date
    begins: time
    ends: time
    capacity: int


class Booking(SQLModel, table=True):
    """A 予約. `number` is all a kiosk ever learns of it; the name stays in the office."""

    __tablename__ = "booking"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "slot_id"], ["slot.municipality_id", "slot.id"]),
        ForeignKeyConstraint(["municipality_id", "visit_id"], ["visit.municipality_id", "visit.id"]),
        UniqueConstraint("municipality_id", "visit_id", "number"),
        Index("ix_booking_slot", "municipality_id", "slot_id"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    visit_id: str = Field(max_length=36)
    slot_id: str = Field(max_length=36)
    number: str = Field(max_length=12)
    name: str = Field(max_length=80)
    unit_id: str | None = Field(default=None, max_length=36)
    state: BookingState = Field(default=BookingState.BOOKED, sa_type=Word(BookingState))
    created_at: datetime = Field(sa_type=UtcDateTime)


class Attendant(SQLModel, table=True):
    """A person of the visiting staff, by staff id. `pin_hash`: argon2id, so that a tablet can check it offline.
    `lock`: schemas.personal.PinLock as JSON, what the PIN opens names of bookings with."""

    __tablename__ = "attendant"
    __table_args__ = (ForeignKeyConstraint(["municipality_id"], ["municipality.municipality_id"]),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    staff_id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=80)
    role: AttendantRole = Field(sa_type=Word(AttendantRole))
    pin_hash: str = Field(max_length=256)
    active: bool = True
    lock: str | None = Field(default=None, sa_type=Text, repr=False)


class BundleIssue(SQLModel, table=True):
    """The bundle version a device was last offered; `content_sha256` leaves out version and time of issue.

    `personal`: its locked part as JSON (PersonalPart), which cannot be made twice alike; `personal_sha256`: of what.
    """

    __tablename__ = "bundle_issue"

    municipality_id: str = Field(primary_key=True, max_length=6)
    device_id: str = Field(primary_key=True, max_length=36)
    version: int
    content_sha256: str = Field(max_length=64)
    issued_at: datetime = Field(sa_type=UtcDateTime)
    personal: str | None = Field(default=None, sa_type=Text)
    personal_sha256: str | None = Field(default=None, max_length=64)
