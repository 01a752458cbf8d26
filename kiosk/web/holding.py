"""A kiosk's screen on the tablet: help from beside the person, or the whole intake at a bed, with the tablet's camera.

| route | fields |
|---|---|
| POST /attendant/hold/take  | eye: tablet, kiosk (whose camera) – the applicant's pages (`/`) are this tablet's |
| POST /attendant/hold/eye   | eye |
| POST /attendant/hold/give  | – back to the kiosk's own screen |
| POST /attendant/hold/frame | body: one JPEG of the tablet's camera, at the form's and the photo's step → the moment |
| GET /live/still.jpg        | which: face, form – one picture of the kiosk's own camera |

Municipal staff and contractors may; who may record what stays as it is on the board.
"""

from __future__ import annotations

from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Depends, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from hardware.errors import InputRefused
from kiosk.desk import DeskRefused
from kiosk.flow import Step, awaits_form
from kiosk.web.access import Acting, AttendantOf, Forbidden, RoomOf, at_this_machine, plain_body
from kiosk.web.attendant import not_a_helper
from kiosk.web.forms import Fields
from kiosk.web.live import moment_of
from kiosk.web.outcome import done
from kiosk.web.photo import picture
from kiosk.web.room import Room

log = structlog.get_logger(__name__)
router = APIRouter()


class EyeFields(Fields):
    eye: Literal["tablet", "kiosk"] = "tablet"


@router.post("/attendant/hold/take")
def take(
    request: Request, room: RoomOf, session: Acting, attendant: AttendantOf, fields: Annotated[EyeFields, Form()]
) -> Response:
    not_a_helper(attendant)
    session.own_eye = fields.eye == "tablet"
    room.hall.hold.take(session)
    room.counter.desk.redraw()
    log.info("screen taken to the tablet", staff=attendant.staff)
    return done(request) if _wants_json(request) else RedirectResponse("/", 303)


@router.post("/attendant/hold/eye", status_code=204)
def eye(session: Acting, attendant: AttendantOf, fields: Annotated[EyeFields, Form()]) -> None:
    not_a_helper(attendant)
    session.own_eye = fields.eye == "tablet"


@router.post("/attendant/hold/give")
def give(request: Request, room: RoomOf, _: Acting, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    if room.hall.hold.release():
        room.counter.desk.redraw()
    return done(request)


@router.post("/attendant/hold/frame")
async def frame(request: Request, room: RoomOf, session: Acting, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    if not room.hall.hold.is_by(session):
        raise Forbidden("desk.not_held")
    source = room.counter.desk.devices.stage.browser
    if source is None or not _looks(room):
        return Response(status_code=409)  # the page is drawn anew by itself
    try:
        await run_in_threadpool(source.offer, await plain_body(request))
    except InputRefused as refused:
        raise DeskRefused(refused.code) from None
    return JSONResponse((await run_in_threadpool(moment_of, room)).model_dump(mode="json"))


@router.get("/live/still.jpg", dependencies=[Depends(at_this_machine)])
def still(room: RoomOf, which: Literal["face", "form"] = "face") -> Response:
    intake = room.counter.desk.intake
    wanted = Step.PHOTO if which == "face" else Step.FORM
    if intake is None or intake.step is not wanted:
        return Response(status_code=404)
    preview = room.face if which == "face" else room.form
    newest = preview.newest(-1)
    preview.forget()
    return picture(newest[1] if newest else None)


def _looks(room: Room) -> bool:
    """True at the steps a camera is for."""
    intake = room.counter.desk.intake
    return intake is not None and (awaits_form(intake) or intake.step is Step.PHOTO)


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
