"""The applicant's pages. Everything is at `/`; every post comes back there (303), or answers JSON when asked to.

| route | fields |
|---|---|
| GET /                  | `by`: typing, other, pin, elsewhere – side doors of a step; leave, language |
| POST /start            | language |
| POST /language         | language |
| POST /view             | large, contrast, sound: on, off |
| POST /consent          | – |
| POST /form             | kind: typed + form_id, form_id_again · scanned + code · sealed_envelope, handwritten, none |
| POST /card             | action: check, pin + pin (+ last_try=yes), keep, skip (+ purpose after certificate_only) |
| POST /holder           | action: look, read + pin (+ last_try=yes), keep; left with /onward |
| POST /person           | birth_date (1990-04-01, 平成2年4月1日) or era, year, month, day · municipality: code |
| POST /person/reading   | era, year, month, day → the date in both calendars (a part of a page) |
| POST /person/search    | q → matches (a part of a page) |
| POST /review/change    | step: form, card, birth, home, photo, attendant, or one in `kiosk.web.asked` |
| POST /review/confirm   | – seals |
| POST /back /onward /abandon /alive | – |
| POST /help             | wanted: yes, no |

The photo's routes are in `kiosk.web.photo`, those of the optional questions in `kiosk.web.asked` and `kiosk.web.rare`,
those of the last screen in `kiosk.web.finished`.

All posts carry `csrf` (hidden field, `GET /api/state`, or the header X-CSRF-Token) and the session cookie.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, Response

from kiosk.flow import CardAnswer, FlowRefused, Step, events
from kiosk.web import places
from kiosk.web.access import Acting, RoomOf, SessionOf, at_this_machine
from kiosk.web.answers import coming_of
from kiosk.web.counter import context_of
from kiosk.web.forms import (
    CardFields,
    ChangeFields,
    FormFields,
    HelpFields,
    HolderFields,
    LanguageFields,
    PersonFields,
    SearchFields,
    ViewFields,
)
from kiosk.web.outcome import done
from kiosk.web.screens import current_screen
from schemas.errors import IdentifierInvalid
from schemas.ids import MunicipalityCode
from schemas.intake import Consent
from schemas.language import Language

router = APIRouter(dependencies=[Depends(at_this_machine)])


@router.get("/")
def screen(room: RoomOf, session: SessionOf, by: str = "") -> Response:
    return current_screen(room, session, by=by)


@router.post("/start")
def start(request: Request, room: RoomOf, _: Acting, fields: Annotated[LanguageFields, Form()]) -> Response:
    room.counter.begin(room.pages.offered(fields.language))
    return done(request)


@router.post("/language")
def language(request: Request, room: RoomOf, _: Acting, fields: Annotated[LanguageFields, Form()]) -> Response:
    room.counter.desk.advance(events.LanguageChosen(room.pages.offered(fields.language)))
    return done(request)


@router.post("/view")
def view(request: Request, session: Acting, fields: Annotated[ViewFields, Form()]) -> Response:
    if fields.large is not None:
        session.large = fields.large == "on"
    if fields.sound is not None:
        session.sound = fields.sound == "on"
    if fields.contrast is not None:
        session.contrast = fields.contrast == "on"
    return done(request)


@router.post("/consent")
def consent(request: Request, room: RoomOf, _: Acting) -> Response:
    bundle = room.counter.visit()[1]
    given = Consent(notice=bundle.notice_version, given=room.counter.outbox.stamp())
    room.counter.desk.advance(events.Consented(given))
    return done(request)


@router.post("/form")
def form(request: Request, room: RoomOf, _: Acting, fields: Annotated[FormFields, Form()]) -> Response:
    if fields.kind == "scanned":
        room.counter.desk.scanned(fields.code)
    else:
        request.state.typed = fields.typed
        room.counter.desk.advance(events.FormGiven(fields.reading()))
    return done(request)


@router.post("/card")
def card(request: Request, room: RoomOf, _: Acting, fields: Annotated[CardFields, Form()]) -> Response:
    desk = room.counter.desk
    match fields.action:
        case "check":
            desk.check_card()
        case "pin":
            desk.check_card(pin=fields.pin_digits, last_try_confirmed=fields.last_try == "yes")
        case "keep":
            _more_wanted(room, fields)
            desk.keep_card()
        case "skip":
            _more_wanted(room, fields)
            desk.advance(events.CardAnswered(CardAnswer(None)))
    return done(request)


def _more_wanted(room: RoomOf, fields: CardFields) -> None:
    if fields.purpose:
        room.counter.desk.advance(events.WhyTold(coming_of(fields.purpose)))


@router.post("/holder")
def holder(request: Request, room: RoomOf, _: Acting, fields: Annotated[HolderFields, Form()]) -> Response:
    desk = room.counter.desk
    match fields.action:
        case "look":
            desk.read_holder()
        case "read":
            desk.read_holder(pin=fields.pin_digits, last_try_confirmed=fields.last_try == "yes")
        case "keep":
            desk.keep_holder()
    return done(request)


@router.post("/person")
def person(request: Request, room: RoomOf, _: Acting, fields: Annotated[PersonFields, Form()]) -> Response:
    desk = room.counter.desk
    if fields.gives_birth:
        request.state.typed = fields.typed
        desk.advance(events.BirthGiven(fields.born()))
    if fields.municipality:
        try:
            home = MunicipalityCode.parse(fields.municipality)
        except IdentifierInvalid as error:
            raise FlowRefused("home.unknown") from error
        desk.advance(events.HomeGiven(home))
    if not (fields.gives_birth or fields.municipality):
        raise FlowRefused("date.unreadable" if _is_at(room, Step.BIRTH) else "home.unknown")
    return done(request)


@router.post("/person/reading")
def reading(room: RoomOf, session: Acting, fields: Annotated[PersonFields, Form()]) -> HTMLResponse:
    try:
        born = fields.born()
    except IdentifierInvalid:
        born = None
    return room.pages.page("parts/reading.html", session, _language(room), {"born": born})


@router.post("/person/search")
def search(room: RoomOf, session: Acting, fields: Annotated[SearchFields, Form()]) -> HTMLResponse:
    bundle = room.counter.visit()[1]
    found, context = places.search(bundle, fields.q), context_of(room.counter.outbox)
    told = places.abroad(found, context) if context else places.Abroad()
    values = {"found": found, "q": fields.q, "abroad": told}
    return room.pages.page("parts/places.html", session, _language(room), values)


@router.post("/review/change")
def change(request: Request, room: RoomOf, _: Acting, fields: Annotated[ChangeFields, Form()]) -> Response:
    if fields.step not in set(Step):
        raise FlowRefused("review.not_changeable")
    room.counter.desk.advance(events.ChangeRequested(Step(fields.step)))
    return done(request)


@router.post("/review/confirm")
def confirm(request: Request, room: RoomOf, _: Acting) -> Response:
    room.counter.seal()
    return done(request)


@router.post("/back")
def back(request: Request, room: RoomOf, _: Acting) -> Response:
    room.counter.desk.advance(events.Back())
    return done(request)


@router.post("/onward")
def onward(request: Request, room: RoomOf, _: Acting) -> Response:
    room.counter.desk.advance(events.Onward())
    return done(request)


@router.post("/abandon")
def abandon(request: Request, room: RoomOf, _: Acting) -> Response:
    room.counter.desk.reset()
    return done(request)


@router.post("/help")
def call_staff(request: Request, room: RoomOf, _: Acting, fields: Annotated[HelpFields, Form()]) -> Response:
    room.counter.desk.call_staff(wanted=fields.wanted == "yes")
    return done(request)


@router.post("/alive", status_code=204)
def alive(room: RoomOf, _: Acting) -> None:
    room.counter.desk.touch()


def _is_at(room: RoomOf, step: Step) -> bool:
    intake = room.counter.desk.intake
    return intake is not None and intake.step is step


def _language(room: RoomOf) -> Language:
    intake = room.counter.desk.intake
    return intake.language if intake else Language.JA
