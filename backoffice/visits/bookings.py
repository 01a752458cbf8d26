"""予約: booking a slot, waiting for one, moving, cancelling, giving away the place of somebody who did not come.

A visit's row is locked first, so numbers are given one after the other and no slot takes more than it holds.
"""

from __future__ import annotations

from datetime import datetime

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits import reminders
from backoffice.visits.models import Booking, BookingState, Place, Slot, Visit
from backoffice.visits.repository import STANDING, VisitRepository
from backoffice.visits.slots import bookable, closes
from backoffice.visits.views import BookingId, BookingRow, SlotId
from backoffice.web.formats import JST
from schemas.ids import MunicipalityCode


def book(
    work: UnitOfWork,
    municipality: MunicipalityCode,
    slot: SlotId,
    *,
    name: str,
    actor: str,
    unit: str | None = None,
    member: str | None = None,
    wait: bool = False,
) -> str:
    """Book a slot for somebody; returns the booking number. `Refused` when the slot is full, unless they `wait`."""
    repository = VisitRepository(work.session, municipality)
    row, place = _locked(repository, slot)
    if member is not None and repository.booking_of(place.visit_id, member):
        raise Refused("booking.twice", "すでに予約があります。", status=409)
    none_free = full(repository, row)
    if none_free and not wait:
        raise Refused("slot.full", "この予約枠は満員です。", status=409)
    number = f"{repository.numbers_given(place.visit_id) + 1:03d}"
    made = work.new_id(BookingId)
    state = BookingState.WAITING if none_free else BookingState.BOOKED
    repository.add(
        [
            Booking(
                municipality_id=municipality, id=made, visit_id=place.visit_id, slot_id=slot, number=number, name=name,
                unit_id=unit, member_id=member, state=state, created_at=work.now,
            )
        ]
    )  # fmt: skip
    _write(work, municipality, actor, "booking.waits" if none_free else "booking.made", made)
    return number


def cancel(work: UnitOfWork, municipality: MunicipalityCode, booking: BookingId, *, actor: str) -> None:
    """Whoever waits longest takes the place. Cancelling twice changes nothing."""
    _end(work, municipality, booking, BookingState.CANCELLED, actor=actor)


def no_show(work: UnitOfWork, municipality: MunicipalityCode, booking: BookingId, *, actor: str) -> None:
    """Somebody did not come: their place is free again. `Refused` before their time has begun, and when they came."""
    repository = VisitRepository(work.session, municipality)
    row = _booking(work, municipality, booking)
    slot = repository.slot(row.slot_id)
    if slot is None or local_now(work) < datetime.combine(slot.day, slot.begins):
        raise Refused("booking.not_begun", "予約の時刻になってから記録してください。", status=409)
    if row.came_at is not None:
        raise Refused("booking.came", "この人は、もう来場しています。", status=409)
    _end(work, municipality, booking, BookingState.NO_SHOW, actor=actor)


def move(
    work: UnitOfWork, municipality: MunicipalityCode, booking: BookingId, to: SlotId, *, actor: str, wait: bool = False
) -> None:
    """Another time under the same number. `Refused` when that one is full, unless they `wait`, or another visit's."""
    repository = VisitRepository(work.session, municipality)
    slot, place = _locked(repository, to)
    row = _booking(work, municipality, booking)
    if row.visit_id != place.visit_id or row.state not in STANDING:
        raise Refused("booking.not_movable", "この予約は変更できません。", status=409)
    if row.slot_id == to:
        return
    waits = full(repository, slot)
    if waits and not wait:
        raise Refused("slot.full", "この予約枠は満員です。", status=409)
    left, freed = row.slot_id, row.state is BookingState.BOOKED
    state = BookingState.WAITING if waits else BookingState.BOOKED
    row.slot_id, row.state, row.stands_at, row.released_at = to, state, work.now, None
    work.session.flush()
    _write(work, municipality, actor, "booking.moved", booking)
    reminders.changed(work, municipality, booking)
    if freed:
        _promote(work, municipality, left)


def listed(work: UnitOfWork, municipality: MunicipalityCode, visit: str) -> list[BookingRow]:
    """All bookings of a visit, ended ones too, by number."""
    return [
        BookingRow(BookingId(row.id), row.number, row.name, row.state, place.name, slot.day, slot.begins, row.came_at)
        for row, slot, place in VisitRepository(work.session, municipality).all_bookings(visit)
    ]


def placed(
    work: UnitOfWork, municipality: MunicipalityCode, booking: BookingId, *, visit: str
) -> tuple[Booking, Slot, Place, Visit]:
    """A booking of this visit with its time and place."""
    found = VisitRepository(work.session, municipality).placed(booking)
    if found is None or found[3].id != visit:
        raise NotFound("booking.not_found", "予約が見つかりません。")
    return found


def open_for_booking(work: UnitOfWork, slot: Slot, *, cut_off_hours: int) -> bool:
    """Whether people may still book it themselves."""
    return local_now(work) < closes(slot.day, slot.begins, cut_off_hours=cut_off_hours)


def local_now(work: UnitOfWork) -> datetime:
    """The moment in Japan, without zone, as slots are written."""
    return work.now.astimezone(JST).replace(tzinfo=None)


def _end(
    work: UnitOfWork, municipality: MunicipalityCode, booking: BookingId, state: BookingState, *, actor: str
) -> None:
    row = _booking(work, municipality, booking)
    VisitRepository(work.session, municipality).visit(row.visit_id, lock=True)
    work.session.refresh(row)
    if row.state not in STANDING or (state is BookingState.NO_SHOW and row.came_at is not None):
        return
    freed = row.state is BookingState.BOOKED
    row.state = state
    if state is BookingState.NO_SHOW:
        row.released_at = work.now
    work.session.flush()
    _write(work, municipality, actor, f"booking.{state.value}", booking)
    if state is BookingState.CANCELLED:
        reminders.ended(work, municipality, booking)
    if freed:
        _promote(work, municipality, row.slot_id)


def _promote(work: UnitOfWork, municipality: MunicipalityCode, slot: str) -> None:
    """The one who waits longest gets a free place, while the slot is not over."""
    repository = VisitRepository(work.session, municipality)
    row = repository.slot(slot)
    first = repository.first_waiting(slot)
    if row is None or first is None or full(repository, row) or local_now(work) >= datetime.combine(row.day, row.ends):
        return
    first.state, first.stands_at = BookingState.BOOKED, work.now
    work.session.flush()
    _write(work, municipality, "system", "booking.made", first.id)
    reminders.changed(work, municipality, first.id)


def _locked(repository: VisitRepository, slot: str) -> tuple[Slot, Place]:
    row = repository.slot(slot)
    place = repository.place(row.place_id) if row else None
    if row is None or place is None:
        raise NotFound("slot.not_found", "予約枠が見つかりません。")
    repository.visit(place.visit_id, lock=True)
    return row, place


def full(repository: VisitRepository, slot: Slot) -> bool:
    """No place that can be booked is left."""
    return repository.booked(slot.id) >= bookable(capacity=slot.capacity, walk_in=slot.walk_in)


def _booking(work: UnitOfWork, municipality: MunicipalityCode, booking: str) -> Booking:
    row = work.session.get(Booking, (municipality, booking))
    if row is None:
        raise NotFound("booking.not_found", "予約が見つかりません。")
    return row


def _write(work: UnitOfWork, municipality: MunicipalityCode, actor: str, action: str, booking: str) -> None:
    audit.write(work, municipality=municipality, actor=actor, action=action, subject=f"booking:{booking}")
