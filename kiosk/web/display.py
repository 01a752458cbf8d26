"""The waiting room's display: numbers only, readable from afar. Nothing on it says who or why.

GET /display · GET /display/numbers (a part of the page, asked for every two seconds)
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from kiosk.web.access import RoomOf, SessionOf
from kiosk.web.room import Room
from kiosk.web.session import Session
from schemas.language import Language

router = APIRouter()


@router.get("/display")
def display(room: RoomOf, session: SessionOf) -> Response:
    return _page(room, session, "display.html")


@router.get("/display/numbers")
def numbers(room: RoomOf, session: SessionOf) -> Response:
    return _page(room, session, "parts/numbers.html")


def _page(room: Room, session: Session, template: str) -> Response:
    desk = room.counter.desk
    intake = desk.intake
    return room.pages.page(
        template,
        session,
        Language.JA,
        {
            "bundle": room.counter.outbox.bundle,
            "now_serving": intake.slip if intake and not intake.address_hidden else None,
            "parked": tuple(bay.slip for bay in desk.parked() if not bay.hidden),
        },
    )
