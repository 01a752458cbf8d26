"""訪問, 会場, slots and 予約; the attendants who may sign in there; which bundle version went to which device."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import JSON, Column, Field, SQLModel

from backoffice.kit.columns import UtcDateTime, Word
from schemas.visit import AttendantRole


class VisitState(StrEnum):
    """Asked for, talked about, agreed, the day itself, over."""

    REQUESTED = "requested"
    TALKING = "talking"
    CONFIRMED = "confirmed"
    DAY = "day"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class BookingState(StrEnum):
    """`waiting`: the slot was full. `no_show`: did not come, the place was given away."""

    BOOKED = "booked"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


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


class VisitPlan(SQLModel, table=True):
    """How a visit is prepared: request, the meeting's agenda, what is loaded, its booking page.

    `agenda`: visits.agenda.Point by item; `equipment`: [name, count, ready]; `code`: the booking page's address;
    `secret`: what its proofs are made with; `version`: counted up with each change, so that two people see each other;
    `undo`: what takes the last cancelling or moving back.
    """

    __tablename__ = "visit_plan"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "visit_id"], ["visit.municipality_id", "visit.id"]),
        UniqueConstraint("municipality_id", "code"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    visit_id: str = Field(primary_key=True, max_length=36)
    requested_on: date | None = None
    expected: int = 0
    minimum: int = 1
    home_visit: bool = False
    cut_off_hours: int = 24
    booking_open: bool = False
    code: str = Field(max_length=16)
    secret: str = Field(max_length=64, repr=False)
    agenda: dict[str, dict[str, str]] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    equipment: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    version: int = 1
    template_id: str | None = Field(default=None, max_length=36)
    undo: dict[str, str] | None = Field(default=None, sa_column=Column(JSON, nullable=True))


class VisitTemplate(SQLModel, table=True):
    """A visit that comes again, e.g. every second Tuesday. `weekday`: 0 is Monday; `weeks`: which of a month ("24"),
    empty for every week. `places`: [name, English name]; `days`: how many it lasts; `stretches`: hours of its places
    and days, visits.template_hours.Stretch."""

    __tablename__ = "visit_template"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "organisation_id"], ["organisation.municipality_id", "organisation.id"]
        ),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    organisation_id: str = Field(max_length=36)
    title: str = Field(max_length=120)
    title_en: str = Field(default="", max_length=120)
    contact: str = Field(default="", max_length=120)
    weekday: int
    weeks: str = Field(default="", max_length=5)
    days: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    stretches: list[dict[str, str | int]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    places: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    equipment: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    expected: int = 0
    minimum: int = 1
    home_visit: bool = False
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class BookingContact(SQLModel, table=True):
    """Where somebody asked to be written to about their booking. Goes with the visit's last day. `answers`: see
    visits.bring.Answers; `page`: their booking page."""

    __tablename__ = "booking_contact"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "booking_id"], ["booking.municipality_id", "booking.id"]),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    booking_id: str = Field(primary_key=True, max_length=36)
    address: str = Field(max_length=254, repr=False)
    language: str = Field(max_length=16)
    page: str = Field(max_length=200)
    answers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)


class VisitRules(SQLModel, table=True):
    """A municipality's own figures for planning visits.

    `no_show_minutes`: after a slot's beginning, when who has not come counts as not come; 0: a person says so. That is
    the usual way: giving places away by itself is right only where the venue notes arrivals, which a municipality must
    have decided.
    """

    __tablename__ = "visit_rules"
    __table_args__ = (ForeignKeyConstraint(["municipality_id"], ["municipality.municipality_id"]),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    lead_days: int = 30
    minimum: int = 5
    slot_minutes: int = 15
    minutes_each: int = 5
    cut_off_hours: int = 24
    no_show_minutes: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class BookingTry(SQLModel, table=True):
    """A failed try to find oneself on a booking page, for the rate limit. `account` and `address` are hashes."""

    __tablename__ = "booking_try"
    __table_args__ = (
        Index("ix_booking_try_account", "municipality_id", "account", "at"),
        Index("ix_booking_try_address", "municipality_id", "address", "at"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    account: str = Field(max_length=64)
    address: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)


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
    """A time at one place, local times of Japan. `walk_in`: of the capacity, places that cannot be booked."""

    __tablename__ = "slot"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "place_id"], ["place.municipality_id", "place.id"]),
        UniqueConstraint("municipality_id", "place_id", "day", "begins"),
        Index("ix_slot_day", "municipality_id", "day"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    place_id: str = Field(max_length=36)
    day: date
    begins: time
    ends: time
    capacity: int
    walk_in: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class Booking(SQLModel, table=True):
    """A 予約. `number` is all a kiosk ever learns of it; the name stays in the office.

    `came_at`: when they were seen or their record was made. `stands_at`: since when it has its place, where that is not
    since it was made. `released_at`: when it was last counted as not come.
    """

    __tablename__ = "booking"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "slot_id"], ["slot.municipality_id", "slot.id"]),
        ForeignKeyConstraint(["municipality_id", "visit_id"], ["visit.municipality_id", "visit.id"]),
        UniqueConstraint("municipality_id", "visit_id", "number"),
        Index("ix_booking_slot", "municipality_id", "slot_id"),
        Index("ix_booking_member", "municipality_id", "member_id", "visit_id"),
        Index("ix_booking_unit", "municipality_id", "unit_id"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    visit_id: str = Field(max_length=36)
    slot_id: str = Field(max_length=36)
    number: str = Field(max_length=12)
    name: str = Field(max_length=80)
    unit_id: str | None = Field(default=None, max_length=36)
    member_id: str | None = Field(default=None, max_length=36)
    state: BookingState = Field(default=BookingState.BOOKED, sa_type=Word(BookingState))
    created_at: datetime = Field(sa_type=UtcDateTime)
    came_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stands_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


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
