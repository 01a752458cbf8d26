"""The photo on the attendant's tablet: judging by eye, special reasons, a file that was brought, the tablet's camera.

| route | fields |
|---|---|
| GET /attendant/photo.jpg     | the picture to decide about, or the kept one |
| GET /attendant/photo/part    | the photo's part of the board; 204 while `key` is still right |
| POST /attendant/photo        | action: accept (with my name; confirm: every point looked at), retake |
| POST /attendant/photo/reason | reason: a code of the list, empty for none (municipal staff only) |
| POST /attendant/photo/file   | body: the file's bytes (image/*); taken_on in the address, e.g. ?taken_on=2026-05-01 |
| GET /attendant/camera        | the tablet's camera |
| POST /attendant/camera/frame | body: one JPEG → the moment: phase, advice, seconds |
| POST /attendant/camera/shoot | – begins the countdown |

Pictures come as plain bodies with the token in a header, never as multipart forms: those reach the disk on their way.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Form, Query, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from hardware.camera import Pixels
from hardware.camera.load import FORMATS, decode_picture
from hardware.errors import InputRefused
from kiosk.desk import BoothPhase, DeskRefused
from kiosk.flow import FlowRefused, Step, events
from kiosk.web.access import Acting, AttendantOf, RoomOf, SessionOf, plain_body
from kiosk.web.attendant import not_a_helper
from kiosk.web.board import board_of, photo_key_of
from kiosk.web.counter import context_of
from kiosk.web.forms import Fields
from kiosk.web.live import moment_of
from kiosk.web.outcome import done
from kiosk.web.photo import picture, points_of
from kiosk.web.room import Room
from kiosk.web.state import awaited_step
from schemas.intake import PhotoPoint

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/attendant")
MOST_PIXELS = 60_000_000
FILE_FORMATS = tuple(form for form in ("JPEG", "PNG", "HEIF") if form in FORMATS)  # HEIF where a reader of it is there


class PhotoFields(Fields):
    action: Literal["accept", "retake"]
    confirm: tuple[PhotoPoint, ...] = ()


class ReasonFields(Fields):
    reason: str = Field(default="", max_length=40)


@router.get("/photo.jpg")
def shown(room: RoomOf, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    desk = room.counter.desk
    shot, intake = desk.booth.view().shot, desk.intake
    return picture(shot.photo.jpeg if shot and shot.photo else intake.photo.jpeg if intake and intake.photo else None)


@router.get("/photo/part")
def part(room: RoomOf, session: SessionOf, attendant: AttendantOf, key: str = "") -> Response:
    if key and key == photo_key_of(room):
        return Response(status_code=204)
    return room.pages.page("parts/tablet_photo.html", session, session.language, board_of(room, attendant))


@router.post("/photo")
def decide(
    request: Request, room: RoomOf, _: Acting, attendant: AttendantOf, fields: Annotated[PhotoFields, Form()]
) -> Response:
    not_a_helper(attendant)
    if fields.action == "retake":
        room.counter.desk.booth.live()
        return done(request)
    intake, context = room.counter.desk.intake, context_of(room.counter.outbox)
    if intake and context and not set(points_of(context.photo, intake)) <= set(fields.confirm):
        raise FlowRefused("photo.points_open")
    room.counter.desk.keep_photo(accepted_by=attendant.staff, confirmed=fields.confirm)
    return done(request)


@router.post("/photo/reason")
def reason(
    request: Request, room: RoomOf, _: Acting, attendant: AttendantOf, fields: Annotated[ReasonFields, Form()]
) -> Response:
    room.counter.desk.advance(events.SpecialReasonSet(fields.reason or None, attendant.staff, attendant.role))
    log.info("special reason for the photo", staff=attendant.staff, given=bool(fields.reason))
    return done(request)


@router.post("/photo/file")
async def file(
    request: Request,
    room: RoomOf,
    _: Acting,
    attendant: AttendantOf,
    taken_on: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    not_a_helper(attendant)
    _at_the_photo(room)
    day = _day_taken(room, taken_on)
    data = await plain_body(request)
    await run_in_threadpool(_bring, room, data, day)
    return done(request)


@router.get("/camera")
def camera(room: RoomOf, session: SessionOf, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    bundle = room.counter.outbox.bundle
    values = {"bundle": bundle, "here": _is_at_the_photo(room), "version": room.counter.desk.version}
    page = room.pages.page("attendant_camera.html", session, session.language, values)
    # The wall's policy allows no camera; this one page may ask for the tablet's own.
    page.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=(), usb=(), serial=(), payment=()"
    return page


@router.post("/camera/frame")
async def frame(request: Request, room: RoomOf, session: Acting, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    source = room.counter.desk.devices.stage.browser
    if source is None or not _is_at_the_photo(room):
        return Response(status_code=409)  # the page goes back by itself; nobody is told off for a frame too many
    try:
        await run_in_threadpool(source.offer, await plain_body(request))
    except InputRefused as refused:
        raise DeskRefused(refused.code) from None
    now = await run_in_threadpool(moment_of, room, session.language)
    return JSONResponse({**now.model_dump(mode="json"), "phase": room.counter.desk.booth.view().phase})


@router.post("/camera/shoot")
def shoot(request: Request, room: RoomOf, _: Acting, attendant: AttendantOf) -> Response:
    not_a_helper(attendant)
    room.counter.desk.shoot()
    return done(request)


def _is_at_the_photo(room: Room) -> bool:
    """The photo is what is awaited: optional questions before it may stay as usual."""
    intake = room.counter.desk.intake
    return intake is not None and awaited_step(room, intake) is Step.PHOTO


def _at_the_photo(room: Room) -> None:
    if not _is_at_the_photo(room):
        raise FlowRefused("photo.tablet_late")


def _day_taken(room: Room, written: str) -> date:
    """The day a brought picture was taken. Raises `FlowRefused`."""
    context = context_of(room.counter.outbox)
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise FlowRefused("photo.date_missing") from None
    if context is None:
        raise FlowRefused("flow.out_of_step")
    if day > context.today:
        raise FlowRefused("photo.date_in_future")
    if not context.photo.fresh(day, context.today):
        raise FlowRefused("photo.too_old")
    return day


def _bring(room: Room, data: bytes, day: date) -> None:
    try:
        pixels: Pixels = decode_picture(data, most_pixels=MOST_PIXELS, formats=FILE_FORMATS)
    except InputRefused as refused:
        raise DeskRefused(refused.code) from None
    if room.counter.desk.booth.view().phase in (BoothPhase.COUNTDOWN, BoothPhase.TAKING):
        raise DeskRefused("photo.under_way")
    room.counter.desk.bring_photo(pixels, day)
