"""訪問: planned for an organisation, with places, slots and bookings; attendants who may sign in on the tablet."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time

from argon2 import PasswordHasher

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.visits import slots
from backoffice.visits.arrival_rows import ArrivalRepository
from backoffice.visits.bookings import book, cancel
from backoffice.visits.calendar_repository import CalendarRepository
from backoffice.visits.locks import make_lock
from backoffice.visits.models import Attendant, BookingState, Place, Slot, Visit, VisitState
from backoffice.visits.repository import VisitRepository
from backoffice.visits.views import (
    BookingId,
    BookingLine,
    PlaceId,
    PlaceView,
    SlotId,
    SlotView,
    VisitLine,
    VisitTitle,
    VisitView,
)
from schemas.ids import MunicipalityCode, StaffId, VisitId
from schemas.personal import PinLock
from schemas.visit import AttendantRole

__all__ = [
    "AttendantRole", "BookingId", "BookingLine", "NewVisit", "PlaceId", "PlaceView", "SlotId", "SlotView", "VisitLine",
    "VisitState", "VisitView",
    "add_attendant", "add_place", "attendants", "book", "cancel", "look", "open_slots", "plan",
    "remove_attendant", "running", "visits",
]  # fmt: skip

_PIN = re.compile(r"[0-9]{6,12}")
_hasher = PasswordHasher()  # argon2id with the library's defaults (RFC 9106, low-memory profile)


@dataclass(frozen=True)
class NewVisit:
    """What is known when a visit is planned."""

    organisation: organisations.OrganisationId
    title: str
    starts_on: date
    ends_on: date
    title_en: str = ""
    contact: str = ""
    state: VisitState = VisitState.CONFIRMED


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
        title_en=new.title_en, contact=new.contact, starts_on=new.starts_on, ends_on=new.ends_on, state=new.state,
        created_at=work.now,
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
    walk_in: int = 0,
) -> int:
    """Cut opening hours into slots; a rest shorter than a slot is left out. Returns how many. `walk_in`: of the
    capacity, the places that cannot be booked."""
    try:
        times = slots.cut(day, hours, minutes=minutes)
    except slots.HoursTooShort:
        raise Refused("visit.hours_too_short", "受付時間が予約枠より短くなっています。", status=422) from None
    if not 0 <= walk_in <= capacity:
        raise Refused("visit.walk_in_too_many", "予約なしの人数が、枠の人数を超えています。", status=422)
    VisitRepository(work.session, municipality).add(
        [
            Slot(
                municipality_id=municipality, id=work.new_id(SlotId), place_id=place, day=day, begins=slot.begins,
                ends=slot.ends, capacity=capacity, walk_in=walk_in,
            )
            for slot in times
        ]
    )  # fmt: skip
    return len(times)


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


def running(work: UnitOfWork, municipality: MunicipalityCode, day: date, *, also: Collection[str]) -> list[VisitTitle]:
    """Those of a day that are not cancelled, and others by their ids; youngest first."""
    found = CalendarRepository(work.session, municipality).running(day, also=also)
    return [VisitTitle(VisitId(row.id), row.title) for row in found]


def look(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId) -> VisitView:
    """One visit with all its places, slots and bookings."""
    repository = VisitRepository(work.session, municipality)
    row = repository.visit(visit)
    if row is None:
        raise NotFound("visit.not_found", "訪問が見つかりません。")
    booked: dict[str, list[BookingLine]] = {}
    for booking in repository.bookings(visit):
        came = booking.came_at is not None
        line = BookingLine(BookingId(booking.id), booking.number, booking.name, booking.state, came=came)
        booked.setdefault(booking.slot_id, []).append(line)
    views: dict[str, list[SlotView]] = {}
    for slot in repository.slots(visit):
        lines = booked.get(slot.id, [])
        view = SlotView(
            SlotId(slot.id), slot.day, slot.begins, slot.ends, slot.capacity,
            tuple(line for line in lines if line.state is BookingState.BOOKED), walk_in=slot.walk_in,
            waiting=tuple(line for line in lines if line.state is BookingState.WAITING),
            gone=tuple(line for line in lines if line.state is BookingState.NO_SHOW),
        )  # fmt: skip
        views.setdefault(slot.place_id, []).append(view)
    places = tuple(
        PlaceView(PlaceId(place.id), place.name, place.name_en, tuple(views.get(place.id, ())))
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


def places_of(work: UnitOfWork, municipality: MunicipalityCode, visit: str) -> dict[str, str]:
    """The places of a visit by id, in their order."""
    return {row.id: row.name for row in VisitRepository(work.session, municipality).places(visit)}


def bookings_of_units(work: UnitOfWork, municipality: MunicipalityCode, units: Collection[str]) -> int:
    return ArrivalRepository(work.session, municipality).of_units(units)


def place_names(work: UnitOfWork, municipality: MunicipalityCode, wanted: Collection[str]) -> dict[str, str]:
    return {row.id: row.name for row in VisitRepository(work.session, municipality).places_named(wanted)}


def attendants(work: UnitOfWork, municipality: MunicipalityCode) -> list[AttendantLine]:
    return [
        AttendantLine(
            StaffId(row.staff_id), row.name, row.role, row.pin_hash,
            PinLock.model_validate_json(row.lock) if row.lock else None,
        )
        for row in VisitRepository(work.session, municipality).attendants()
    ]  # fmt: skip
