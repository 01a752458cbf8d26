"""What moves: the live picture (multipart JPEG) and the events (Server-Sent Events), and the state for scripts.

One picture stream and one event stream a page keep two of the browser's six connections; closing the page ends both.
The picture is mirrored by the page's style sheet only: frames and stored photo are never mirrored.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Literal

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict
from starlette.responses import StreamingResponse

from kiosk.desk import BoothPhase, Timing
from kiosk.desk.preview import Preview
from kiosk.flow import Step, awaits_code
from kiosk.web import words
from kiosk.web.access import RoomOf, SessionOf, at_this_machine
from kiosk.web.furigana import with_readings
from kiosk.web.room import Room
from kiosk.web.state import CounterState, awaited_step, state_of
from schemas.language import Language

router = APIRouter(dependencies=[Depends(at_this_machine)])

_BOUNDARY = "frame"
_PICTURE_PAUSE = 0.015
_EVENT_PAUSE = 0.1
_KEEP_ALIVE_TURNS = 20


class Moment(BaseModel):
    """What the page shows without being drawn anew. `version`: draw anew when it differs from the page's own.

    `advice`: one sentence, `read` the same with its readings (`{word|reading}`) if it has any, `picture` its
    drawing's name; `good`: nothing to improve; `phase`: of the photo booth; `seconds`: of the countdown; `silence`:
    seconds until the screen is cleared, None while there is no need to warn; `sent`: the office has signed; `help`:
    staff are called.
    """

    model_config = ConfigDict(frozen=True)

    version: int
    step: str
    advice: str | None = None
    read: str | None = None
    picture: str | None = None
    phase: BoothPhase | None = None
    good: bool = False
    wrong: bool = False
    seconds: int | None = None
    silence: int | None = None
    sent: bool | None = None
    farewell: int | None = None
    help: bool = False


@router.get("/api/state")
def state(room: RoomOf, session: SessionOf) -> CounterState:
    return state_of(room, session)


@router.get("/api/moment")
def moment(room: RoomOf) -> Moment:
    """The same as the event stream, for a page whose stream broke."""
    return moment_of(room)


@router.get("/live/events", response_class=EventSourceResponse)
async def happenings(room: RoomOf) -> AsyncIterator[ServerSentEvent]:
    last: Moment | None = None
    quiet = 0
    while True:
        now = await asyncio.to_thread(moment_of, room)
        quiet += 1
        if now != last or quiet >= _KEEP_ALIVE_TURNS:  # said again, so that the page knows the line still stands
            yield ServerSentEvent(event="moment", data=now)
            last, quiet = now, 0
        await asyncio.sleep(_EVENT_PAUSE)


@router.get("/live/camera.mjpg")
async def camera(room: RoomOf, which: Literal["face", "form"] = "face") -> StreamingResponse:
    """Only while the step at hand needs it: the stream ends when the applicant has moved on."""
    steps = (Step.PHOTO,) if which == "face" else (Step.FORM, Step.BOOKING)
    pictures = _pictures(room, room.face if which == "face" else room.form, steps)
    return StreamingResponse(pictures, media_type=f"multipart/x-mixed-replace; boundary={_BOUNDARY}")


async def _pictures(room: Room, preview: Preview, steps: tuple[Step, ...]) -> AsyncIterator[bytes]:
    sequence = 0
    try:
        while (intake := room.counter.desk.intake) is not None and intake.step in steps:
            picture = await asyncio.to_thread(preview.newest, sequence)
            if picture is not None:
                sequence, jpeg = picture
                head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                yield head.encode() + jpeg + b"\r\n"
            await asyncio.sleep(_PICTURE_PAUSE)
    finally:
        preview.forget()


def moment_of(room: Room, language: Language | None = None) -> Moment:
    """The moment in the current applicant's language, or the one given."""
    desk = room.counter.desk
    desk.keep_going()
    intake, farewell, left = desk.intake, desk.farewell, desk.silence_left()
    timing = desk.timing
    step = awaited_step(room, intake) if intake else "idle"
    now = Moment(version=desk.version, step=step, help=desk.help_wanted)
    if left is not None and left <= timing.leave - timing.warn:
        now = now.model_copy(update={"silence": round(left)})
    if farewell is not None:
        seconds = max(0, round(farewell.ends_at - desk.now()))
        return now.model_copy(update={"step": "sealed", "sent": room.counter.sent(farewell), "farewell": seconds})
    if intake is None:
        return now
    if awaits_code(intake):
        text, wrong = words.scan_words(desk.scan.view(), intake.step)
        return now.model_copy(update={**_advised(room.pages.say(intake.language, text)), "wrong": wrong})
    if intake.step is Step.PHOTO:
        return now.model_copy(update=_booth(room, language or intake.language))
    return now


def _booth(room: Room, language: Language) -> dict[str, object]:
    """Advice while live, seconds while counting."""
    desk = room.counter.desk
    view = desk.booth.view()
    if view.phase is BoothPhase.JUDGED:
        return {"phase": view.phase}
    if view.phase is not BoothPhase.LIVE:
        return {"phase": view.phase, "seconds": view.seconds}
    text = words.ADVICE[view.advice] if view.advice else _ready_words(desk.timing) if view.ready else ""
    said = _advised(room.pages.say(language, text)) if text else {}
    return {"phase": view.phase, **said, "picture": view.advice, "good": view.ready}


def _advised(said: str) -> dict[str, object]:
    read = with_readings(said)
    return {"advice": said, "read": read if read != said else None}


def _ready_words(timing: Timing) -> str:
    return words.TAKES_ITSELF if timing.automatic else words.READY
