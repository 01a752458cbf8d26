"""The waiting room's display: the numbers of all kiosks of the venue, readable from afar. Nothing says who or why.

GET /display · GET /display/numbers (a part of the page, asked for every two seconds)

A number newly called is shown large and rung for; the headings go round the languages of the counter.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from kiosk.web.access import RoomOf, SessionOf
from kiosk.web.furigana import plain
from kiosk.web.room import Room
from kiosk.web.session import Session
from kiosk.web.texts import N_
from schemas.language import Language

router = APIRouter()
CALLED, SERVING, FREE, PARKED = (
    N_("お呼びしています"), N_("受付中"), N_("あいています"), N_("続きをお待ちの番号"),
)  # fmt: skip
SPOKEN = (Language.JA, Language.EN, Language.ZH, Language.KO, Language.ES, Language.PT)


@router.get("/display")
def display(room: RoomOf, session: SessionOf) -> Response:
    return _page(room, session, "display.html")


@router.get("/display/numbers")
def numbers(room: RoomOf, session: SessionOf) -> Response:
    return _page(room, session, "parts/numbers.html")


def _page(room: Room, session: Session, template: str) -> Response:
    word = room.hall.word()
    called = {call.counter: call for call in word.calls}
    values = {
        "bundle": room.counter.outbox.bundle,
        "rows": [(counter, called.get(counter), slip) for counter, slip in word.serving],
        "calls": " ".join(f"{call.number}:{call.counter}:{call.times}" for call in word.calls),
        "parked": word.parked,
        "CALLED": _in_all(room, CALLED),
        "SERVING": _in_all(room, SERVING),
        "FREE": _in_all(room, FREE),
        "PARKED": _in_all(room, PARKED),
    }
    return room.pages.page(template, session, Language.JA, values)


def _in_all(room: Room, text: str) -> list[tuple[Language, str]]:
    texts = room.pages.texts
    return [(language, plain(texts.get(language, text))) for language in SPOKEN if language in texts.languages]
