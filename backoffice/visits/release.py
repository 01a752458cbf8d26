"""No-shows: places of booked people who did not come are free again, by the worker or by one click a slot.

The worker does so only for what the office truly knows. A kiosk without a line may have them sitting before it. So
every device of the visit must have been in contact after their time was over, with nothing left to carry and its
venue's arrivals told, and every packet of the visit must have been opened. It does so once: who takes it back knows
better.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from backoffice.audit import service as audit
from backoffice.devices import service as devices
from backoffice.devices.service import EnrolledDevice
from backoffice.intake import service as intake
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits import bookings
from backoffice.visits.arrival_rows import ArrivalRepository
from backoffice.visits.models import Booking, BookingState
from backoffice.visits.repository import VisitRepository
from backoffice.visits.views import BookingId, SlotId, SlotView, VisitView
from backoffice.web.formats import JST
from schemas.ids import MunicipalityCode, VisitId

ACTOR = "worker"


@dataclass(frozen=True)
class Silent:
    """A device the office waits for. `last`: when it was heard; `unsent`: what it has still to carry."""

    counter: str
    last: datetime | None
    unsent: int


@dataclass(frozen=True)
class Unknown:
    """Why the worker releases nothing. `unopened`: packets of the visit nobody has read yet."""

    devices: int
    silent: tuple[Silent, ...]
    unopened: int


def release_due(work: UnitOfWork, municipality: MunicipalityCode) -> int:
    """Release what is due in one municipality; returns how many bookings."""
    minutes = _minutes(work, municipality)
    if not minutes:
        return 0
    today, released = bookings.local_now(work).date(), 0
    known: dict[str, datetime | None] = {}
    for booking, day, begins in ArrivalRepository(work.session, municipality).not_come(
        today - timedelta(days=1), today
    ):
        over = _over(day, begins, minutes, since=booking.stands_at or booking.created_at)
        if over > work.now:
            continue
        if booking.visit_id not in known:
            known[booking.visit_id] = _known_until(work, municipality, booking.visit_id)
        until = known[booking.visit_id]
        if until is not None and over <= until:
            bookings.no_show(work, municipality, BookingId(booking.id), actor=ACTOR)
            released += 1
    return released


def unknown(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitView) -> Unknown | None:
    """For people: why places of the visit that are due are not released. None where there is nothing to say."""
    minutes = _minutes(work, municipality)
    today = bookings.local_now(work).date()
    ends = [
        over
        for place in visit.places
        for slot in place.slots
        if slot.day in (today, today - timedelta(days=1)) and any(line.open for line in slot.bookings)
        if minutes and (over := _over(slot.day, slot.begins, minutes)) <= work.now
    ]
    until = _known_until(work, municipality, visit.id) if ends else None
    if not ends or (until is not None and until >= max(ends)):
        return None
    here, last = _of_visit(work, municipality, visit.id), max(ends)
    silent = [each for each in here if (told := _told(each, visit.id)) is None or told < last]
    return Unknown(
        len(here),
        tuple(Silent(each.counter, each.last_seen_at, each.report.unsent if each.report else 0) for each in silent),
        intake.unopened(work, municipality, visit.id),
    )


def release_slot(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, slot: SlotId, *, actor: str) -> int:
    """All of a slot who did not come, by a person's word. `Refused` before it has begun, or when nobody is missing."""
    rows = _of_slot(work, municipality, visit, slot)
    missing = [row for row in rows if row.state is BookingState.BOOKED and not row.came_at]
    if not missing:
        raise Refused("booking.nobody_missing", "この枠に、来ていない予約はありません。", status=409)
    for row in missing:
        bookings.no_show(work, municipality, BookingId(row.id), actor=actor)
    return len(missing)


def take_back_slot(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, slot: SlotId, *, at_ms: int, actor: str
) -> tuple[int, int]:
    """What was released together, booked again as far as there are places: (booked again, given away meanwhile)."""
    rows = _of_slot(work, municipality, visit, slot)
    together = [row for row in rows if row.released_at and in_ms(row.released_at) == at_ms]
    back, gone = 0, 0
    for row in together:
        if row.state is BookingState.NO_SHOW:
            try:
                take_back(work, municipality, visit, BookingId(row.id), actor=actor)
                back += 1
            except Refused:
                gone += 1
    return back, gone


def take_back(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, booking: BookingId, *, actor: str
) -> None:
    """Somebody is expected after all. `Refused` when the place was given away. Booked already: nothing changes."""
    repository = VisitRepository(work.session, municipality)
    repository.visit(visit, lock=True)
    row = work.session.get(Booking, (municipality, booking), populate_existing=True)
    slot = repository.slot(row.slot_id) if row else None
    if row is None or slot is None or row.visit_id != visit:
        raise NotFound("booking.not_found", "予約が見つかりません。")
    if row.state is not BookingState.NO_SHOW:
        return
    if bookings.full(repository, slot):
        raise Refused("slot.full_again", "この枠は、もう次の人で埋まっています。", status=409)
    row.state, row.stands_at = BookingState.BOOKED, work.now
    work.session.flush()
    audit.write(work, municipality=municipality, actor=actor, action="booking.restored", subject=f"booking:{booking}")


def in_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def missing(slot: SlotView, now: datetime) -> int:
    """How many of a slot that has begun nobody has seen yet."""
    return sum(line.open for line in slot.bookings) if slot.begun(now) else 0


def _over(day: date, begins: time, minutes: int, *, since: datetime | None = None) -> datetime:
    """When somebody counts as not come: so long after the slot began, or after they got their place in it."""
    begun = datetime.combine(day, begins, tzinfo=JST)
    return max(begun, since or begun) + timedelta(minutes=minutes)


def _minutes(work: UnitOfWork, municipality: MunicipalityCode) -> int:
    rules = VisitRepository(work.session, municipality).rules()
    return rules.no_show_minutes if rules else 0


def _known_until(work: UnitOfWork, municipality: MunicipalityCode, visit: str) -> datetime | None:
    """Until when the office knows who came; None while it does not."""
    told = [_told(each, visit) for each in _of_visit(work, municipality, visit)]
    if not told or None in told or intake.unopened(work, municipality, visit):
        return None
    return min(moment for moment in told if moment is not None)


def _told(device: EnrolledDevice, visit: str) -> datetime | None:
    """When it last told everything: nothing left to carry, and who has come."""
    said = device.report
    return said.at if said is not None and said.unsent == 0 and said.attends == visit else None


def _of_visit(work: UnitOfWork, municipality: MunicipalityCode, visit: str) -> list[EnrolledDevice]:
    """Those sent there, and those sent elsewhere that were last heard working there."""
    here = (each for each in devices.devices(work, municipality) if each.active)
    return [each for each in here if visit in (each.visit, each.report.attends if each.report else None)]


def _of_slot(work: UnitOfWork, municipality: MunicipalityCode, visit: str, slot: str) -> list[Booking]:
    """The visit locked, so that they stand as they are read."""
    repository = VisitRepository(work.session, municipality)
    repository.visit(visit, lock=True)
    found = repository.slot(slot)
    place = repository.place(found.place_id) if found else None
    if place is None or place.visit_id != visit:
        raise NotFound("slot.not_found", "予約枠が見つかりません。")
    return ArrivalRepository(work.session, municipality).bookings_of_slot(slot)
