"""The optional questions' posts. A script may leave them out: the answer to a later step gives the usual ones.

| route | fields |
|---|---|
| POST /why       | purpose: first, renewal, space_full, lost, damaged, certificate_only, moved
|                 | card=none: of first, lost, moved; nobody is asked for a card then |
| POST /licence   | on_card: yes, no |
| POST /residence | residence: a word of the rules; limited: + stay_until, or era, year, month, day |
| POST /who       | who: alone, parent, parent_apart, minor_guardian, child_alone, adult_guardian, curator,
|                 | assistant, voluntary_guardian, proxy |
| POST /wishes    | chosen=1, signature, authentication, braille, face_authentication: on
|                 | delivery (hidden: nothing goes by post, staff settle it)
|                 | then: contact, or a side door: options, delivery, express; stay |
| POST /contact   | phone, mail (+ look=yes: a mail address is shown once more first) · skip=yes |

/residence and /who are taken beside the home municipality too. `GET /api/state` names the step a script answers next
in `step` and the screen that is shown in `screen`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from kiosk.flow import Step, events
from kiosk.web.access import Acting, RoomOf, at_this_machine
from kiosk.web.answers import ContactFields, LicenceFields, ResidenceFields, WhoFields, WhyFields, WishesFields
from kiosk.web.outcome import done
from kiosk.web.screens import SIDE_DOORS
from kiosk.web.state import place_of

router = APIRouter(dependencies=[Depends(at_this_machine)])


@router.post("/why")
def why(request: Request, room: RoomOf, _: Acting, fields: Annotated[WhyFields, Form()]) -> Response:
    room.counter.desk.advance(fields.told())
    return done(request)


@router.post("/licence")
def licence(request: Request, room: RoomOf, _: Acting, fields: Annotated[LicenceFields, Form()]) -> Response:
    room.counter.desk.advance(events.LicenceTold(fields.licence()))
    return done(request)


@router.post("/residence")
def residence(request: Request, room: RoomOf, _: Acting, fields: Annotated[ResidenceFields, Form()]) -> Response:
    request.state.typed = fields.typed
    room.counter.desk.advance(events.ResidenceTold(fields.residing()))
    return done(request)


@router.post("/who")
def who(request: Request, room: RoomOf, _: Acting, fields: Annotated[WhoFields, Form()]) -> Response:
    room.counter.desk.advance(events.CompanyTold(fields.company()))
    return done(request)


@router.post("/wishes")
def wishes(request: Request, room: RoomOf, _: Acting, fields: Annotated[WishesFields, Form()]) -> Response:
    desk, wishes = room.counter.desk, fields.wishes()
    if fields.hidden is not None and desk.intake is not None and desk.intake.address_hidden is not fields.hidden:
        desk.advance(events.Reached(Step.WISHES))
        desk.advance(events.AddressHidden(fields.hidden))
    door = fields.then if fields.then in SIDE_DOORS[Step.WISHES] else ""
    desk.advance(events.Wished(wishes, contact=fields.then == "contact", stay=bool(door) or fields.then == "stay"))
    return done(request, door)


@router.post("/contact")
def contact(request: Request, room: RoomOf, session: Acting, fields: Annotated[ContactFields, Form()]) -> Response:
    request.state.typed = fields.typed
    given = fields.contact()
    if fields.look and given is not None and given.mail:
        session.keep(given.model_dump(), place_of(room))
        return done(request, "look")
    room.counter.desk.advance(events.ContactGiven(given))
    return done(request)
