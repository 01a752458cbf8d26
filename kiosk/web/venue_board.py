"""The venue's board on the tablet: who waits, who is at which kiosk, who needs somebody, who is parked, who is done.

| route | fields |
|---|---|
| GET /attendant/venue          | the board |
| GET /attendant/venue/board    | its moving part |
| POST /attendant/venue/look    | kiosk: work at that kiosk from now on; empty: at this one; then: balance |
| POST /attendant/venue/call    | kiosk, number: empty for the next one; again for one who was called |
| POST /attendant/venue/arrive  | number: somebody who booked has come |
| POST /attendant/venue/walk-in | – a number for somebody without a booking, printed |
| POST /attendant/venue/no-show | number |
| POST /attendant/venue/undo    | number: they were there after all |
| POST /attendant/venue/park    | kiosk |
| POST /attendant/venue/resume  | slip: whole, or its running number when only one has it; kiosk: where, "": as parked |
| POST /attendant/venue/prolong | slip: parked, may stay as long again |
| POST /attendant/venue/answer  | kiosk: the call for staff is answered |
| POST /attendant/venue/lost    | – the numbers a restart has lost were dealt with |

Numbers only, so helpers may do everything here. What happens at another kiosk is that kiosk's own act (`hall.relay`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from pydantic import Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from hardware.printer import Slip, SlipLine
from kiosk.desk import DeskRefused
from kiosk.flow import FlowRefused
from kiosk.web.access import Acting, AttendantOf, RoomOf, SessionOf
from kiosk.web.formats import JST
from kiosk.web.forms import Fields
from kiosk.web.hall.hall import Seen
from kiosk.web.hall.pairing import PairingRefused
from kiosk.web.hall.queue import Standing, Ticket
from kiosk.web.hall.relay import tell, who
from kiosk.web.room import Room
from kiosk.web.texts import N_
from schemas.ids import SlipNumber
from schemas.language import Language
from schemas.visit import Attendant, AttendantRole

router = APIRouter(prefix="/attendant/venue")
TICKET = N_("受付の順番")
WAIT = N_("番号でお呼びします。この紙を持ってお待ちください")


class KioskFields(Fields):
    kiosk: str = Field(default="", max_length=60)


class LookFields(KioskFields):
    then: Literal["", "balance"] = ""


class NumberFields(Fields):
    number: str = Field(max_length=12)


class CallFields(Fields):
    kiosk: str = Field(max_length=60)
    number: str = Field(default="", max_length=12)


class SlipFields(Fields):
    slip: str = Field(max_length=20)
    kiosk: str = Field(default="", max_length=60)


@router.get("")
def board(room: RoomOf, session: SessionOf, attendant: AttendantOf) -> Response:
    return room.pages.page("attendant_venue.html", session, session.language, _values(room, attendant))


@router.get("/board")
def moving(room: RoomOf, session: SessionOf, attendant: AttendantOf) -> Response:
    return room.pages.page("parts/venue.html", session, session.language, _values(room, attendant))


@router.post("/look")
def look(room: RoomOf, session: Acting, _: AttendantOf, fields: Annotated[LookFields, Form()]) -> Response:
    chosen = _seen(room, fields.kiosk) if fields.kiosk else None
    session.at = None if chosen is None or chosen.own else chosen.device
    session.holds_there = False
    return RedirectResponse(f"/attendant/{fields.then}".rstrip("/"), 303)


@router.post("/call")
def call(request: Request, room: RoomOf, _: Acting, __: AttendantOf, fields: Annotated[CallFields, Form()]) -> Response:
    bundle, counter = room.counter.visit()[1], _seen(room, fields.kiosk).counter
    if fields.number:
        room.hall.queue(bundle, lambda queue, _: queue.call(fields.number, counter))
    else:
        room.hall.queue(bundle, lambda queue, now: queue.call_next(counter, now.time()))
    return _done(request)


@router.post("/arrive")
def arrive(
    request: Request, room: RoomOf, _: Acting, __: AttendantOf, fields: Annotated[NumberFields, Form()]
) -> Response:
    room.hall.queue(room.counter.visit()[1], lambda queue, _: queue.arrive(fields.number.strip()))
    return _done(request)


@router.post("/walk-in")
def walk_in(request: Request, room: RoomOf, _: Acting, __: AttendantOf) -> Response:
    given: list[Ticket] = []

    def act(queue: Any, _now: object) -> Any:
        after, ticket = queue.walk_in()
        given.append(ticket)
        return after

    room.hall.queue(room.counter.visit()[1], act)
    room.counter.print_ticket(_ticket_slip(room, given[-1]), reference=given[-1].number)
    return _done(request)


@router.post("/no-show")
def no_show(
    request: Request, room: RoomOf, _: Acting, __: AttendantOf, fields: Annotated[NumberFields, Form()]
) -> Response:
    room.hall.queue(room.counter.visit()[1], lambda queue, _: queue.no_show(fields.number))
    return _done(request)


@router.post("/undo")
def undo(
    request: Request, room: RoomOf, _: Acting, __: AttendantOf, fields: Annotated[NumberFields, Form()]
) -> Response:
    room.hall.queue(room.counter.visit()[1], lambda queue, _: queue.undo_no_show(fields.number))
    return _done(request)


@router.post("/park")
def park(
    request: Request, room: RoomOf, session: Acting, _: AttendantOf, fields: Annotated[KioskFields, Form()]
) -> Response:
    kiosk = _seen(room, fields.kiosk)
    if kiosk.own:
        room.counter.desk.park()
    else:
        tell(room.hall, session, kiosk.device, "/attendant/park", {})
    return _done(request)


@router.post("/resume")
def resume(
    request: Request, room: RoomOf, session: Acting, _: AttendantOf, fields: Annotated[SlipFields, Form()]
) -> Response:
    kiosk, slip = _parked(room, fields.slip)
    target = _seen(room, fields.kiosk) if fields.kiosk else kiosk
    if target.device != kiosk.device:
        room.hall.move(slip, kiosk.device, target.device, who(session))
    elif kiosk.own:
        room.counter.desk.resume(slip)
    else:
        tell(room.hall, session, kiosk.device, "/attendant/resume", {"slip": slip})
    return _done(request)


@router.post("/prolong")
def prolong(
    request: Request, room: RoomOf, session: Acting, _: AttendantOf, fields: Annotated[SlipFields, Form()]
) -> Response:
    kiosk, slip = _parked(room, fields.slip)
    if kiosk.own:
        room.counter.desk.prolong(slip)
    else:
        tell(room.hall, session, kiosk.device, "/attendant/prolong", {"slip": slip})
    return _done(request)


@router.post("/answer")
def answer(
    request: Request, room: RoomOf, session: Acting, _: AttendantOf, fields: Annotated[KioskFields, Form()]
) -> Response:
    kiosk = _seen(room, fields.kiosk)
    if kiosk.own:
        room.counter.desk.call_staff(wanted=False)
    else:
        tell(room.hall, session, kiosk.device, "/attendant/help", {})
    return _done(request)


@router.post("/lost")
def lost(request: Request, room: RoomOf, session: Acting, _: AttendantOf) -> Response:
    bundle = room.counter.visit()[1]
    room.hall.forget_lost(bundle)
    for kiosk in room.hall.kiosks():
        if not kiosk.own and not session.linked and kiosk.state is not None and kiosk.state.lost:
            tell(room.hall, session, kiosk.device, "/attendant/lost", {})
    return _done(request)


def _values(room: Room, attendant: Attendant) -> dict[str, Any]:
    bundle = room.counter.outbox.bundle
    now = room.counter.outbox.stamp().corrected().astimezone(JST).time()
    queue = room.hall.waiting.queue(bundle) if bundle else None
    seen = room.hall.kiosks()
    states = [(kiosk, kiosk.state) for kiosk in seen if kiosk.state is not None]
    pairings = room.hall.links.of(bundle)
    return {
        "bundle": bundle,
        "attendant": attendant,
        "may_work": attendant.role is not AttendantRole.HELPER,
        "seen": seen,
        "waiting": queue.waiting(now) if queue else (),
        "expected": queue.of(Standing.EXPECTED) if queue else (),
        "no_shows": queue.of(Standing.NO_SHOW) if queue else (),
        "called": {ticket.counter: ticket for ticket in queue.of(Standing.CALLED)} if queue else {},
        "at": {ticket.slip: ticket.number for ticket in queue.tickets if ticket.slip} if queue else {},
        "finished": len(queue.of(Standing.DONE)) if queue else 0,
        "parked": [(kiosk, bay) for kiosk, state in states for bay in state.parked],
        "done": [(kiosk, each) for kiosk, state in states for each in state.done],
        "lost": [(kiosk, slip) for kiosk, state in states for slip in state.lost],
        "sealed": sum(state.captured for _, state in states),
        "unsent": sum(state.unsent for _, state in states),
        "leader": pairings.leader if pairings else None,
    }


def _seen(room: Room, device: str) -> Seen:
    for kiosk in room.hall.kiosks():
        if kiosk.device == device:
            return kiosk
    raise PairingRefused("pairing.unknown_kiosk")


def _parked(room: Room, written: str) -> tuple[Seen, SlipNumber]:
    """The kiosk where this slip is parked. A running number will do while it is the only one."""
    text = written.strip().upper()
    parked = [(kiosk, bay.slip) for kiosk in room.hall.kiosks() if kiosk.state for bay in kiosk.state.parked]
    whole = [found for found in parked if found[1] == text]
    running = [found for found in parked if text.isdecimal() and int(found[1].split("-")[1]) == int(text)]
    found = whole or running
    if len(found) > 1:
        raise FlowRefused("slip.several")
    if not found:
        raise DeskRefused("desk.not_parked")
    return found[0]


def _ticket_slip(room: Room, ticket: Ticket) -> Slip:
    texts = room.pages.texts
    title = f"{texts.get(Language.JA, TICKET)} / {texts.get(Language.EN, TICKET)}"
    lines = (SlipLine(ticket.number, size=3, bold=True), SlipLine(rule=True), SlipLine(WAIT),
             SlipLine(texts.get(Language.EN, WAIT)))  # fmt: skip
    return Slip(title=title, lines=lines)


def _done(request: Request) -> Response:
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"ok": True})
    if request.headers.get("hx-request"):
        return Response(headers={"HX-Redirect": "/attendant/venue"})
    return RedirectResponse("/attendant/venue", 303)
