"""What staff add on the tablet for few people: a booking of another day, an address nobody may know.

| route | fields |
|---|---|
| POST /attendant/booking | number: taken although it is for another day or was used (municipal staff and contractors) |
| POST /attendant/hidden  | hidden: yes, no (municipal staff) |
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from kiosk.flow import FlowRefused, events
from kiosk.web.access import Acting, AttendantOf, RoomOf
from kiosk.web.attendant import not_a_helper
from kiosk.web.forms import Fields
from kiosk.web.outcome import done
from kiosk.web.rare import BookingFields
from schemas.visit import AttendantRole

router = APIRouter(prefix="/attendant")


class HiddenFields(Fields):
    hidden: Literal["yes", "no"]


@router.post("/booking")
def booking(
    request: Request, room: RoomOf, _: Acting, attendant: AttendantOf, fields: Annotated[BookingFields, Form()]
) -> Response:
    not_a_helper(attendant)
    room.counter.desk.advance(events.BookingShown(fields.printed, accepted_by=attendant.staff))
    return done(request)


@router.post("/hidden")
def hidden(
    request: Request, room: RoomOf, _: Acting, attendant: AttendantOf, fields: Annotated[HiddenFields, Form()]
) -> Response:
    if attendant.role is not AttendantRole.STAFF:
        raise FlowRefused("attendant.not_municipal_staff")
    room.counter.desk.advance(events.AddressHidden(fields.hidden == "yes"))
    return done(request)
