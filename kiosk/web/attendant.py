"""The attendant's tablet at /attendant. Everything but signing in needs a signed-in attendant of this visit.

| route | fields |
|---|---|
| GET /attendant              | the sign-in page, or the board |
| GET /attendant/board        | the moving part of the board; `key`: for whom the page was drawn |
| POST /attendant/sign-in     | staff: id, pin |
| POST /attendant/sign-out    | – |
| POST /attendant/leave       | – signed out, and back to the applicant's screen: for the kiosk's own browser |
| POST /attendant/language    | language (of this tablet) |
| POST /attendant/documents   | shown: `person:document` …, check: `person:document:check` … (municipal staff only) |
| POST /attendant/answers     | answer_<condition>: yes, no |
| POST /attendant/papers      | number_paper, old_card, juki_card: words of the rules; loss_report: yes; pin_request |
| POST /attendant/override    | delivery ("" takes it back), reason, second: staff id, second_pin (staff only) |
| POST /attendant/part        | documents, answers and papers → the decision (a part of a page) |
| POST /attendant/finish      | note; with `part=1` also the part, left_open=yes: on purpose unfinished |
| POST /attendant/help        | – the call was answered |
| POST /attendant/park        | – |
| POST /attendant/resume      | slip |
| POST /attendant/prolong     | slip: parked, may stay as long again |
| POST /attendant/discard     | slip |
| POST /attendant/reprint     | slip |
| POST /attendant/attendance  | slip – the proof of attendance |
| POST /attendant/retry       | – send the refused packets again |
| POST /attendant/reset       | – clear the kiosk |

checks: original, in_date, name_matches, name_explained, birth_matches, address_matches (of those the kind of document
shows; or birth_or_address_matches: all of it), photo_matches, photo_recent;
certifier: `person:document:who`. The photo's part is in `attendant_photo`.
"""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from kiosk.flow import FlowRefused, events
from kiosk.outbox.personal import open_personal
from kiosk.web.access import Acting, AttendantOf, RoomOf, SessionOf
from kiosk.web.attendant_forms import OverrideFields, PartForm, SignInFields, SlipFields
from kiosk.web.board import board_of, key_of, part_open
from kiosk.web.counter import context_of
from kiosk.web.forms import LanguageFields
from kiosk.web.locking import locked_page
from kiosk.web.outcome import done
from kiosk.web.room import Room
from kiosk.web.session import Session
from kiosk.web.warnings import warnings
from schemas.ids import SlipNumber
from schemas.visit import Attendant, AttendantRole

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/attendant")


@router.get("")
def page(room: RoomOf, session: SessionOf) -> Response:
    bundle = room.counter.outbox.bundle
    if session.attendant is None:
        people = bundle.attendants if bundle else ()
        values = {
            "people": people, "bundle": bundle, "trouble": room.counter.trouble(), "warnings": warnings(room),
            "day": room.counter.outbox.today(),
        }  # fmt: skip
        return room.pages.page("attendant_sign_in.html", session, session.language, values)
    if session.locked:
        return locked_page(room, session)
    return _board(room, session, session.attendant, "attendant_board.html")


@router.get("/board")
def board(room: RoomOf, session: SessionOf, attendant: AttendantOf, key: str = "") -> Response:
    if key != key_of(room.counter.desk.intake):
        return Response(headers={"HX-Refresh": "true"})
    return _board(room, session, attendant, "parts/board.html")


@router.post("/sign-in")
def sign_in(request: Request, room: RoomOf, session: Acting, fields: Annotated[SignInFields, Form()]) -> Response:
    bundle = room.counter.visit()[1]
    known = next((person for person in bundle.attendants if person.staff == fields.staff), None)
    session.attendant, session.locked = room.sign_in.check(known, fields.pin), False
    helper = session.attendant.role is AttendantRole.HELPER  # numbers only: not even who booked
    session.personal = None if helper else open_personal(bundle, session.attendant, fields.pin)
    room.sessions.renew(session)
    log.info("attendant signed in", staff=session.attendant.staff, role=session.attendant.role)
    return done(request)


@router.post("/sign-out")
def sign_out(request: Request, room: RoomOf, session: Acting) -> Response:
    _sign_out(room, session)
    return done(request)


@router.post("/leave")
def leave(room: RoomOf, session: Acting) -> Response:
    _sign_out(room, session)
    return RedirectResponse("/", 303)


@router.post("/language")
def language(request: Request, room: RoomOf, session: Acting, fields: Annotated[LanguageFields, Form()]) -> Response:
    session.language = room.pages.offered(fields.language)
    return done(request)


@router.post("/documents")
async def documents(request: Request, room: RoomOf, _: Acting, attendant: AttendantOf) -> Response:
    _show(room, attendant, await _part_of(request, room))
    return done(request)


@router.post("/answers")
async def answers(request: Request, room: RoomOf, _: Acting, attendant: AttendantOf) -> Response:
    _answer(room, attendant, await _part_of(request, room))
    return done(request)


@router.post("/papers")
async def papers(request: Request, room: RoomOf, _: Acting, attendant: AttendantOf) -> Response:
    _take_papers(room, attendant, await _part_of(request, room))
    return done(request)


@router.post("/override")
def override(
    request: Request, room: RoomOf, _: Acting, attendant: AttendantOf, fields: Annotated[OverrideFields, Form()]
) -> Response:
    if not fields.delivery:
        room.counter.desk.advance(events.Overridden(None, "", attendant.staff, attendant.role))
        return done(request)
    people = room.counter.visit()[1].attendants
    second = room.sign_in.check(next((each for each in people if each.staff == fields.second), None), fields.second_pin)
    room.counter.desk.advance(
        events.Overridden(fields.wanted, fields.reason, attendant.staff, attendant.role, second.staff, second.role)
    )
    log.info("decision overridden", staff=attendant.staff, second=second.staff)
    return done(request)


@router.post("/part")
async def part(request: Request, room: RoomOf, session: Acting, attendant: AttendantOf) -> Response:
    form = await _part_of(request, room)
    _take_part(room, attendant, form)
    return _board(room, session, attendant, "parts/decision.html")


@router.post("/finish")
async def finish(request: Request, room: RoomOf, _: Acting, attendant: AttendantOf) -> Response:
    form = await _part_of(request, room)
    if form.form.get("part"):
        request.state.typed = {"note": form.note}
        _take_part(room, attendant, form)
        _nothing_forgotten(room, attendant, form)
    finished = events.AttendantFinished(
        attendant.staff, attendant.name, attendant.role, room.counter.outbox.stamp(), form.note
    )
    room.counter.desk.advance(finished)
    return done(request)


@router.post("/help")
def answer_call(request: Request, room: RoomOf, _: Acting, __: AttendantOf) -> Response:
    room.counter.desk.call_staff(wanted=False)
    return done(request)


@router.post("/park")
def park(request: Request, room: RoomOf, _: Acting, __: AttendantOf) -> Response:
    room.counter.desk.park()
    return done(request)


@router.post("/resume")
def resume(
    request: Request, room: RoomOf, _: Acting, __: AttendantOf, fields: Annotated[SlipFields, Form()]
) -> Response:
    room.counter.desk.resume(SlipNumber.parse(fields.slip))
    return done(request)


@router.post("/prolong")
def prolong(
    request: Request, room: RoomOf, _: Acting, __: AttendantOf, fields: Annotated[SlipFields, Form()]
) -> Response:
    room.counter.desk.prolong(SlipNumber.parse(fields.slip))
    return done(request)


@router.post("/discard")
def discard(
    request: Request, room: RoomOf, _: Acting, attendant: AttendantOf, fields: Annotated[SlipFields, Form()]
) -> Response:
    not_a_helper(attendant)
    room.counter.desk.discard(SlipNumber.parse(fields.slip))
    return done(request)


@router.post("/reprint")
def reprint(
    request: Request, room: RoomOf, _: Acting, __: AttendantOf, fields: Annotated[SlipFields, Form()]
) -> Response:
    room.counter.reprint(SlipNumber.parse(fields.slip))
    return done(request)


@router.post("/attendance")
def attendance(
    request: Request, room: RoomOf, _: Acting, __: AttendantOf, fields: Annotated[SlipFields, Form()]
) -> Response:
    room.counter.attendance(SlipNumber.parse(fields.slip))
    return done(request)


@router.post("/retry")
def retry(request: Request, room: RoomOf, _: Acting, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    room.counter.outbox.retry_refused()
    return done(request)


@router.post("/reset")
def reset(request: Request, room: RoomOf, _: Acting, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    log.info("kiosk cleared by attendant", staff=attendant.staff)
    room.counter.desk.reset()
    return done(request)


def _sign_out(room: Room, session: Session) -> None:
    session.attendant = session.personal = session.at = None
    session.holds_there = session.locked = False
    room.sessions.renew(session)


def _board(room: Room, session: Session, attendant: Attendant, template: str) -> Response:
    return room.pages.page(template, session, session.language, board_of(room, attendant))


async def _part_of(request: Request, room: Room) -> PartForm:
    return PartForm(await request.form(), room.counter.visit()[1].rules)


def _take_part(room: Room, attendant: Attendant, form: PartForm) -> None:
    if attendant.role is AttendantRole.STAFF:
        _show(room, attendant, form)
    _answer(room, attendant, form)
    _take_papers(room, attendant, form)


def _take_papers(room: Room, attendant: Attendant, form: PartForm) -> None:
    not_a_helper(attendant)
    taken, intake = form.papers(), room.counter.desk.intake
    if taken is not None and (intake is None or intake.papers != taken):
        room.counter.desk.advance(events.PapersTaken(taken, attendant.role))


def _show(room: Room, attendant: Attendant, form: PartForm) -> None:
    shown = form.documents()
    intake = room.counter.desk.intake
    if intake is None or intake.documents != shown:
        room.counter.desk.advance(events.DocumentsShown(shown, attendant.role))


def _answer(room: Room, attendant: Attendant, form: PartForm) -> None:
    not_a_helper(attendant)
    given = form.answers()
    intake = room.counter.desk.intake
    if intake is None or intake.answers != given:
        room.counter.desk.advance(events.ConditionsAnswered(given))


def _nothing_forgotten(room: Room, attendant: Attendant, form: PartForm) -> None:
    """One tap must not send a person to the counter: what is open is finished only on purpose."""
    intake, context = room.counter.desk.intake, context_of(room.counter.outbox)
    if not form.left_open and intake and context and part_open(intake, context, attendant.role):
        raise FlowRefused("attendant.part_open")


def not_a_helper(attendant: Attendant) -> None:
    if attendant.role is AttendantRole.HELPER:
        raise FlowRefused("attendant.helper")
