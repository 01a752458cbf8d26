"""The applicant's part of the photo; what applies to all posts stands in `applicant`.

| route | fields |
|---|---|
| POST /photo/position   | position: seated, wheelchair, child, lying (staff are called: it is taken from above) |
| POST /photo/shoot      | – begins the countdown; again for another try |
| POST /photo/retake     | – back to the live picture; the pictures taken stay |
| POST /photo/choose     | place: 0, 1, 2 – the picture to show large |
| POST /photo/keep       | – the person has looked at the large picture and confirms the points beside it |
| GET /photo/taken.jpg   | `place`: which; without it the chosen one |
| GET /photo/kept.jpg    | the picture kept |
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import Field
from starlette.responses import Response

from kiosk.flow import Intake, Position, events
from kiosk.web.access import Acting, RoomOf, at_this_machine
from kiosk.web.counter import context_of
from kiosk.web.forms import Fields
from kiosk.web.outcome import done
from schemas.intake import PhotoPoint
from schemas.photo_rules import PhotoRules

router = APIRouter(prefix="/photo", dependencies=[Depends(at_this_machine)])


class PlaceFields(Fields):
    place: int = Field(ge=0, le=9)


class PositionFields(Fields):
    position: Position


def points_of(rules: PhotoRules, intake: Intake) -> tuple[PhotoPoint, ...]:
    """What a person is asked to confirm on the large picture: all that no special reason speaks of."""
    reason = rules.reason(intake.special.code) if intake.special else None
    return tuple(point for point in PhotoPoint if reason is None or point not in reason.confirm)


@router.post("/position")
def position(request: Request, room: RoomOf, _: Acting, fields: Annotated[PositionFields, Form()]) -> Response:
    """The wait before a picture takes itself begins anew: people move."""
    desk = room.counter.desk
    desk.advance(events.PositionChosen(fields.position))
    desk.booth.live()
    if fields.position is Position.LYING:
        desk.call_staff()
    return done(request)


@router.post("/shoot")
def shoot(request: Request, room: RoomOf, _: Acting) -> Response:
    room.counter.desk.shoot()
    return done(request)


@router.post("/retake")
def retake(request: Request, room: RoomOf, _: Acting) -> Response:
    room.counter.desk.booth.live()
    return done(request)


@router.post("/choose")
def choose(request: Request, room: RoomOf, _: Acting, fields: Annotated[PlaceFields, Form()]) -> Response:
    room.counter.desk.booth.choose(fields.place)
    return done(request)


@router.post("/keep")
def keep(request: Request, room: RoomOf, _: Acting) -> Response:
    intake, context = room.counter.desk.intake, context_of(room.counter.outbox)
    confirmed = points_of(context.photo, intake) if intake and context else ()
    room.counter.desk.keep_photo(confirmed=confirmed)
    return done(request)


@router.get("/taken.jpg")
def taken(room: RoomOf, place: Annotated[int, Query(ge=0, le=9)] | None = None) -> Response:
    """One of the pictures taken: the very file that would be stored."""
    view = room.counter.desk.booth.view()
    shot = view.shot if place is None else next(iter(view.shots[place : place + 1]), None)
    return picture(shot.photo.jpeg if shot and shot.photo else None)


@router.get("/kept.jpg")
def kept(room: RoomOf) -> Response:
    intake = room.counter.desk.intake
    return picture(intake.photo.jpeg if intake and intake.photo else None)


def picture(jpeg: bytes | None) -> Response:
    return Response(jpeg, media_type="image/jpeg") if jpeg else Response(status_code=404)
