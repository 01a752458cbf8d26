"""The last screen: its code, the proof of attendance, the next member of the family, and the end.

| route | does |
|---|---|
| GET /done/qr.svg      | the slip's signed code |
| POST /done/attendance | prints when the person came and went |
| POST /family/next     | the next member under the same number, with what the family shares |
| POST /done            | the last screen was read |
"""

from __future__ import annotations

from io import BytesIO

import qrcode
from fastapi import APIRouter, Depends, Request
from qrcode.image.svg import SvgPathImage
from starlette.responses import FileResponse, Response

from kiosk.web.access import Acting, RoomOf, at_this_machine
from kiosk.web.outcome import done

router = APIRouter(dependencies=[Depends(at_this_machine)])


@router.get("/idle-picture")
def idle_picture(room: RoomOf) -> Response:
    """The municipality's own picture for the idle screen; it was looked at when the service started."""
    return FileResponse(room.idle_picture) if room.idle_picture else Response(status_code=404)


@router.post("/done")
def read(request: Request, room: RoomOf, _: Acting) -> Response:
    room.counter.desk.dismiss()
    return done(request)


@router.post("/done/attendance")
def attendance(request: Request, room: RoomOf, _: Acting) -> Response:
    room.counter.attendance()
    return done(request)


@router.post("/family/next")
def next_of_family(request: Request, room: RoomOf, _: Acting) -> Response:
    room.counter.next_of_family()
    return done(request)


@router.get("/done/qr.svg")
def slip_qr(room: RoomOf) -> Response:
    farewell = room.counter.desk.farewell
    if farewell is None:
        return Response(status_code=404)
    written = BytesIO()
    qrcode.make(room.counter.outbox.slip_code(farewell.slip).text, image_factory=SvgPathImage, border=2).save(written)
    return Response(written.getvalue(), media_type="image/svg+xml")
