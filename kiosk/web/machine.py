"""What staff do with the machine itself, on the tablet: carry packets by USB, load receipts, see who is booked.

| route | fields |
|---|---|
| GET /attendant/machine            | sticks, receipts, packets the office refused and why, bundle, bookings |
| POST /attendant/machine/export    | stick: its path as the page shows it |
| POST /attendant/machine/receipts  | file: its path as the page shows it |

Names of people who booked are shown to the attendant whose PIN opened them, from memory, and to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any  # values of a template

from fastapi import APIRouter, Form
from starlette.responses import Response

from kiosk.errors import CarrierRefused
from kiosk.outbox import ExportReport, ReceiptsReport, State
from kiosk.web import words
from kiosk.web.access import Acting, AttendantOf, RoomOf, SessionOf
from kiosk.web.attendant import not_a_helper
from kiosk.web.formats import JST
from kiosk.web.room import Room
from kiosk.web.session import Session
from kiosk.web.sticks import Stick, find_sticks

router = APIRouter(prefix="/attendant/machine")
Chosen = Annotated[str, Form(max_length=1000)]


@dataclass(frozen=True)
class Carried:
    """What came of carrying: one of the three."""

    exported: ExportReport | None = None
    receipts: ReceiptsReport | None = None
    refused: str | None = None


@router.get("")
def page(room: RoomOf, session: SessionOf, _: AttendantOf) -> Response:
    return _page(room, session, Carried())


@router.post("/export")
def export(room: RoomOf, session: Acting, attendant: AttendantOf, stick: Chosen) -> Response:
    not_a_helper(attendant)
    chosen = next((found for found in _sticks(room) if str(found.path) == stick), None)
    try:
        if chosen is None:
            raise CarrierRefused("usb.not_there", "no such stick")
        return _page(room, session, Carried(exported=room.counter.outbox.export(chosen.path)))
    except CarrierRefused as refusal:
        return _page(room, session, Carried(refused=words.refusal(refusal.code)), status=422)


@router.post("/receipts")
def receipts(room: RoomOf, session: Acting, attendant: AttendantOf, file: Chosen) -> Response:
    not_a_helper(attendant)
    chosen = next((path for found in _sticks(room) for path in found.receipts if str(path) == file), None)
    try:
        if chosen is None:
            raise CarrierRefused("usb.not_there", "no such file")
        return _page(room, session, Carried(receipts=room.counter.outbox.take_receipts(chosen)))
    except CarrierRefused as refusal:
        return _page(room, session, Carried(refused=words.refusal(refusal.code)), status=422)


def _page(room: Room, session: Session, carried: Carried, *, status: int = 200) -> Response:
    outbox = room.counter.outbox
    counts = outbox.balance() if outbox.identity else None
    values: dict[str, Any] = {
        "bundle": outbox.bundle,
        "identity": outbox.identity,
        "gauges": outbox.gauges(),
        "balance": counts,
        "sticks": _sticks(room),
        "carried": carried,
        "line": words.said_by_office(outbox.gauges().problem),
        "returned_words": words.ALARMS["refused"],
        "returned": [
            (
                stub.sequence,
                f"{stub.kept_at.astimezone(JST):%m/%d %H:%M}",
                stub.problem,
                words.office_refusal(stub.problem),
            )
            for stub in (outbox.packets(State.REFUSED) if outbox.identity else ())
        ],
        "bookings": _bookings(room, session),
        "may_carry": session.attendant is not None and session.attendant.role != "helper",
    }
    answer = room.pages.page("attendant_machine.html", session, session.language, values)
    answer.status_code = status
    return answer


def _sticks(room: Room) -> tuple[Stick, ...]:
    return find_sticks(room.stick_folders, folders_count=room.development)


def _bookings(room: Room, session: Session) -> list[tuple[str, str, str]]:
    """(time, number, name) of today's bookings; empty when nothing was opened."""
    bundle, personal = room.counter.outbox.bundle, session.personal
    if bundle is None or personal is None:
        return []
    names = {booking.number: booking.name for booking in personal.bookings}
    today = room.counter.outbox.today()
    slots = [slot for place in bundle.places for slot in place.slots if slot.day == today]
    return [
        (f"{slot.begins:%H:%M}", number, names[number])
        for slot in sorted(slots, key=lambda slot: slot.begins)
        for number in slot.booked
        if number in names
    ]
