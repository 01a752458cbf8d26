"""The closing balance on the attendant's tablet, for reading and printing.

| route | does |
|---|---|
| GET /attendant/balance  | the newest one both sides have signed, of this visit |
| POST /attendant/balance | has it signed anew; without a line the last one stays |
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from kiosk.errors import UplinkError
from kiosk.web import words
from kiosk.web.access import Acting, AttendantOf, RoomOf, SessionOf
from kiosk.web.attendant import not_a_helper
from kiosk.web.room import Room
from kiosk.web.session import Session

router = APIRouter(prefix="/attendant/balance")


@router.get("")
def page(room: RoomOf, session: SessionOf, _: AttendantOf) -> Response:
    return _page(room, session, asked=None)


@router.post("")
def close(room: RoomOf, session: Acting, attendant: AttendantOf) -> Response:
    """Ask the office now."""
    not_a_helper(attendant)
    try:
        room.counter.outbox.close_balance(room.counter.visit()[1].visit)
    except UplinkError as error:
        return _page(room, session, asked=error.code)
    return RedirectResponse("/attendant/balance", 303)


def _page(room: Room, session: Session, *, asked: str | None) -> Response:
    """`asked`: the code of what went wrong when the office was asked."""
    outbox, bundle = room.counter.outbox, room.counter.visit()[1]
    values = {
        "bundle": bundle,
        "identity": outbox.identity,
        "own": outbox.balance(bundle.visit),
        "closing": outbox.closing(bundle.visit),
        "gifts": outbox.gifts(bundle.visit),
        "asked": asked,
        "said": words.said_by_office(asked),
    }
    return room.pages.page("closing.html", session, session.language, values)
