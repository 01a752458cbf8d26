"""The tablet's own privacy: silence hides what is personal on it, and after longer its PIN is asked again.

| route | fields |
|---|---|
| POST /attendant/here    | – somebody has touched the tablet |
| POST /attendant/lock    | – lock it now |
| POST /attendant/unlock  | pin: of whoever is signed in |
| GET /attendant/numbers  | what stays to be seen on a locked tablet: numbers and calls |

After a minute the page itself covers what is marked `data-personal` until it is touched (`static/tablet.js`). The lock
is the kiosk's: a locked session gets nothing but this page, wherever its requests would go. Helpers see numbers only,
so theirs is never locked.
"""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Form, Request
from pydantic import Field
from starlette.responses import Response

from kiosk.outbox.personal import open_personal
from kiosk.web.access import Acting, Forbidden, RoomOf, SessionOf
from kiosk.web.forms import Fields
from kiosk.web.outcome import done
from kiosk.web.room import Room
from kiosk.web.session import Session

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/attendant")


class PinFields(Fields):
    pin: str = Field(default="", repr=False)


@router.post("/here", status_code=204)
def here(_: Acting) -> None:
    """Counts as an act; there is nothing else to it."""


@router.post("/lock")
def lock(request: Request, session: Acting) -> Response:
    session.lock()
    return done(request)


@router.post("/unlock")
def unlock(request: Request, room: RoomOf, session: Acting, fields: Annotated[PinFields, Form()]) -> Response:
    if session.attendant is None:
        raise Forbidden("attendant.not_signed_in")
    bundle, staff = room.counter.visit()[1], session.attendant.staff
    known = next((person for person in bundle.attendants if person.staff == staff), None)
    session.attendant = room.sign_in.check(known, fields.pin)
    session.personal, session.locked = open_personal(bundle, session.attendant, fields.pin), False
    log.info("tablet unlocked", staff=staff)
    return done(request)


@router.get("/numbers")
def numbers(room: RoomOf, session: SessionOf) -> Response:
    if session.attendant is None:
        raise Forbidden("attendant.not_signed_in")
    return room.pages.page("parts/locked_numbers.html", session, session.language, locked_values(room))


def locked_page(room: Room, session: Session) -> Response:
    return room.pages.page("attendant_locked.html", session, session.language, locked_values(room))


def locked_values(room: Room) -> dict[str, Any]:
    return {"bundle": room.counter.outbox.bundle, "seen": room.hall.kiosks()}
