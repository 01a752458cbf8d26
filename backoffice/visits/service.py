"""訪問: planned for an organisation, with places, slots and bookings; attendants who may sign in on the tablet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from argon2 import PasswordHasher

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.visits.locks import make_lock
from backoffice.visits.models import Attendant, Booking, BookingState, Place, Slot, Visit, VisitState
from backoffice.visits.repository import VisitRepository
from schemas.ids import MunicipalityCode, StaffId, Uuid7, VisitId
from schemas.personal import PinLock
from schemas.visit import AttendantRole

__all__ = [
    "AttendantRole", "BookingId", "BookingLine", "NewVisit", "PlaceId", "PlaceView", "SlotId", "SlotView", "VisitLine",
    "VisitState", "VisitView",
    "add_attendant", "add_place", "attendants", "book", "cancel", "look", "open_slots", "plan",
    "remove_attendant", "visits",
]  # fmt: skip

_PIN = re.compile(r"[0-9]{6,12}")
_hasher = PasswordHasher()  # argon2id with the library's defaults (RFC 9106, low-memory profile)


class PlaceId(Uuid7):
    """One place of a visit."""


class SlotId(Uuid7):
    """One bookable time."""


class BookingId(Uuid7):
    """One booking."""


@dataclass(frozen=True)
class NewVisit:
    """What is known when a visit is planned."""

    organisation: organisations.OrganisationId
    title: str
    starts_on: date
    ends_on: date
    title_en: str = ""
    contact: str = ""


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
class BookingLine:
    id: BookingId
    number: str
    name: str


@dataclass(frozen=True)
class SlotView:
    id: SlotId
    day: date
    begins: time
    ends: time
    capacity: int
    bookings: tuple[BookingLine, ...]

    @property
    def free(self) -> int:
        return max(0, self.capacity - len(self.bookings))


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


@dataclass(frozen=True)
class AttendantLine:
    staff: StaffId
    name: str
    role: AttendantRole
    pin_hash: str
    lock: PinLock | None = None


def plan(work: UnitOfWork, municipality: MunicipalityCode, new: NewVisit, *, actor: str) -> VisitId:
    """A new visit; places and slots follow."""
    if new.ends_on < new.starts_on:
        raise Refused("visit.dates_reversed", "終了日が開始日より前です。", status=422)
    made = work.new_id(VisitId)
    row = Visit(
        municipality_id=municipality, id=made, organisation_id=new.organisation, title=new.title,
        title_en=new.title_en, contact=new.contact, starts_on=new.starts_on, ends_on=new.ends_on, created_at=work.now,
    )  # fmt: skip
    VisitRepository(work.session, municipality).add([row])
    audit.write(work, municipality=municipality, actor=actor, action="visit.planned", subject=f"visit:{made}")
    return made


def add_place(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, *, name: str, name_en: str = ""
) -> PlaceId:
    repository = VisitRepository(work.session, municipality)
    made = work.new_id(PlaceId)
    position = len(repository.places(visit)) + 1
    repository.add(
        [Place(municipality_id=municipality, id=made, visit_id=visit, name=name, name_en=name_en, position=position)]
    )
    return made


def open_slots(
    work: UnitOfWork,
    municipality: MunicipalityCode,
    place: PlaceId,
    *,
    day: date,
    hours: tuple[time, time],
    minutes: int,
    capacity: int,
) -> int:
    """Cut opening hours into slots; a rest shorter than a slot is left out. Returns how many."""
    begin, end = (datetime.combine(day, hour) for hour in hours)
    length = timedelta(minutes=minutes)
    if minutes < 1 or begin + length > end:
        raise Refused("visit.hours_too_short", "受付時間が予約枠より短くなっています。", status=422)
    starts = [begin + length * index for index in range((end - begin) // length)]
    VisitRepository(work.session, municipality).add(
        [
            Slot(
                municipality_id=municipality, id=work.new_id(SlotId), place_id=place, day=day, begins=start.time(),
                ends=(start + length).time(), capacity=capacity,
            )
            for start in starts
        ]
    )  # fmt: skip
    return len(starts)


def book(
    work: UnitOfWork, municipality: MunicipalityCode, slot: SlotId, *, name: str, unit: str | None = None, actor: str
) -> str:
    """Book a slot for somebody; returns the booking number. `Refused` when the slot is full."""
    repository = VisitRepository(work.session, municipality)
    row = repository.slot(slot, lock=True)
    place = repository.place(row.place_id) if row else None
    if row is None or place is None:
        raise NotFound("slot.not_found", "予約枠が見つかりません。")
    if repository.booked(slot) >= row.capacity:
        raise Refused("slot.full", "この予約枠は満員です。", status=409)
    number = f"{repository.numbers_given(place.visit_id) + 1:03d}"
    made = work.new_id(BookingId)
    booking = Booking(
        municipality_id=municipality, id=made, visit_id=place.visit_id, slot_id=slot, number=number, name=name,
        unit_id=unit, created_at=work.now,
    )  # fmt: skip
    repository.add([booking])
    audit.write(work, municipality=municipality, actor=actor, action="booking.made", subject=f"booking:{made}")
    return number


def cancel(work: UnitOfWork, municipality: MunicipalityCode, booking: BookingId, *, actor: str) -> None:
    row = work.session.get(Booking, (municipality, booking))
    if row is None:
        raise NotFound("booking.not_found", "予約が見つかりません。")
    row.state = BookingState.CANCELLED
    audit.write(work, municipality=municipality, actor=actor, action="booking.cancelled", subject=f"booking:{booking}")


def visits(work: UnitOfWork, municipality: MunicipalityCode) -> list[VisitLine]:
    """Youngest first."""
    names = {line.id: line.name for line in organisations.organisations(work, municipality)}
    return [
        VisitLine(
            VisitId(row.id), row.title, names[organisations.OrganisationId(row.organisation_id)], row.state,
            row.starts_on, row.ends_on,
        )
        for row in VisitRepository(work.session, municipality).visits()
    ]  # fmt: skip


def look(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId) -> VisitView:
    """One visit with all its places, slots and bookings."""
    repository = VisitRepository(work.session, municipality)
    row = repository.visit(visit)
    if row is None:
        raise NotFound("visit.not_found", "訪問が見つかりません。")
    booked: dict[str, list[BookingLine]] = {}
    for booking in repository.bookings(visit):
        booked.setdefault(booking.slot_id, []).append(BookingLine(BookingId(booking.id), booking.number, booking.name))
    slots: dict[str, list[SlotView]] = {}
    for slot in repository.slots(visit):
        view = SlotView(
            SlotId(slot.id), slot.day, slot.begins, slot.ends, slot.capacity, tuple(booked.get(slot.id, ()))
        )
        slots.setdefault(slot.place_id, []).append(view)
    places = tuple(
        PlaceView(PlaceId(place.id), place.name, place.name_en, tuple(slots.get(place.id, ())))
        for place in repository.places(visit)
    )
    organisation = organisations.organisation(work, municipality, row.organisation_id)
    return VisitView(
        visit, row.title, row.title_en, row.contact, organisation.name, row.state, row.starts_on, row.ends_on, places
    )


def add_attendant(
    work: UnitOfWork,
    municipality: MunicipalityCode,
    *,
    name: str,
    role: AttendantRole,
    pin: str,
    actor: str,
    staff: StaffId | None = None,
) -> StaffId:
    """Somebody who may sign in on the tablet, offline, with a PIN of 6 to 12 figures. The PIN is not kept."""
    if not _PIN.fullmatch(pin):
        raise Refused("attendant.pin_form", "暗証番号は6桁から12桁の数字にしてください。", status=422)
    made = staff or work.new_id(StaffId)
    row = Attendant(
        municipality_id=municipality, staff_id=made, name=name, role=role, pin_hash=_hasher.hash(pin),
        lock=make_lock(made, pin, randomness=work.randomness).canonical().decode(),
    )  # fmt: skip
    VisitRepository(work.session, municipality).add([row])
    audit.write(work, municipality=municipality, actor=actor, action="attendant.added", subject=f"staff:{made}")
    return made


def remove_attendant(work: UnitOfWork, municipality: MunicipalityCode, staff: StaffId, *, actor: str) -> None:
    """No longer in the bundles from now on."""
    row = VisitRepository(work.session, municipality).attendant(staff)
    if row is None:
        raise NotFound("attendant.not_found", "担当者が見つかりません。")
    row.active = False
    audit.write(work, municipality=municipality, actor=actor, action="attendant.removed", subject=f"staff:{staff}")


def attendants(work: UnitOfWork, municipality: MunicipalityCode) -> list[AttendantLine]:
    return [
        AttendantLine(
            StaffId(row.staff_id), row.name, row.role, row.pin_hash,
            PinLock.model_validate_json(row.lock) if row.lock else None,
        )
        for row in VisitRepository(work.session, municipality).attendants()
    ]  # fmt: skip
