"""What pages and bundles are shown of a visit: its places, slots and bookings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from backoffice.visits.models import BookingState, VisitState
from backoffice.visits.slots import bookable, runs
from schemas.ids import Uuid7, VisitId


class PlaceId(Uuid7):
    """One place of a visit."""


class SlotId(Uuid7):
    """One bookable time."""


class BookingId(Uuid7):
    """One booking."""


@dataclass(frozen=True)
class VisitLine:
    """A visit in a list."""

    id: VisitId
    title: str
    organisation: str
    state: VisitState
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class VisitTitle:
    id: VisitId
    title: str


@dataclass(frozen=True)
class BookingLine:
    id: BookingId
    number: str
    name: str
    state: BookingState = BookingState.BOOKED
    came: bool = False

    @property
    def open(self) -> bool:
        """Booked, and nobody has seen them yet."""
        return self.state is BookingState.BOOKED and not self.came


@dataclass(frozen=True)
class BookingRow:
    """A booking in the list of a visit's bookings."""

    id: BookingId
    number: str
    name: str
    state: BookingState
    place: str
    day: date
    begins: time
    came_at: datetime | None = None


@dataclass(frozen=True)
class SlotView:
    id: SlotId
    day: date
    begins: time
    ends: time
    capacity: int
    bookings: tuple[BookingLine, ...]
    walk_in: int = 0
    waiting: tuple[BookingLine, ...] = ()
    gone: tuple[BookingLine, ...] = ()

    @property
    def bookable(self) -> int:
        return bookable(capacity=self.capacity, walk_in=self.walk_in)

    def begun(self, now: datetime) -> bool:
        """`now`: local time of Japan without zone."""
        return now >= datetime.combine(self.day, self.begins)

    @property
    def free(self) -> int:
        return max(0, self.bookable - len(self.bookings))


@dataclass(frozen=True)
class PlaceView:
    id: PlaceId
    name: str
    name_en: str
    slots: tuple[SlotView, ...]

    @property
    def days(self) -> list[tuple[date, list[SlotView]]]:
        """The slots of each day, in order."""
        return [(day, list(slots)) for day, slots in groupby(self.slots, key=lambda slot: slot.day)]

    @property
    def stretches(self) -> list[tuple[date, list[SlotView]]]:
        """The slots of each day without a break between them, in order: a day may have a morning and an afternoon."""
        return [(day, stretch) for day, slots in self.days for stretch in runs(slots)]


@dataclass(frozen=True)
class VisitView:
    """A whole visit, as its page and the bundle need it."""

    id: VisitId
    title: str
    title_en: str
    contact: str
    organisation: str
    state: VisitState
    starts_on: date
    ends_on: date
    places: tuple[PlaceView, ...]

    @property
    def capacity(self) -> int:
        return sum(slot.capacity for place in self.places for slot in place.slots)

    def next_day(self, today: date) -> date | None:
        """Today when there are slots, or the next day that has some."""
        return min((slot.day for place in self.places for slot in place.slots if slot.day >= today), default=None)

    @property
    def booked(self) -> int:
        return sum(len(slot.bookings) for place in self.places for slot in place.slots)
