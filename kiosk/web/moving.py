"""Between kiosks: a parked intake is handed to the lead and taken over from it (`hall.moving`).

| route | body |
|---|---|
| POST /venue/hand-over | slip → the parked intake, which stays |
| POST /venue/take-over | the parked intake → it is on this screen |
| POST /venue/moved     | slip: parked here no more |

For the paired lead only, and only while an attendant of the visit is signed in there.
"""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from kiosk.web.access import AttendantOf, Forbidden, RoomOf, SessionOf, plain_body
from kiosk.web.hall.moving import HAND_OVER, MOVED, TAKE_OVER, Stand
from schemas.ids import SlipNumber

log = structlog.get_logger(__name__)


def through_the_lead_only(session: SessionOf) -> None:
    if not session.linked:
        raise Forbidden("pairing.refused")


router = APIRouter(dependencies=[Depends(through_the_lead_only)])


async def slip_of(request: Request) -> SlipNumber:
    return SlipNumber.parse((await plain_body(request))[:40].decode("ascii", "replace"))


@router.post(HAND_OVER)
def hand_over(room: RoomOf, _: AttendantOf, slip: Annotated[SlipNumber, Depends(slip_of)]) -> Response:
    return Response(room.counter.desk.hand_over(slip), media_type="application/octet-stream")


@router.post(TAKE_OVER, status_code=204)
async def take_over(request: Request, room: RoomOf, attendant: AttendantOf) -> None:
    intake = await run_in_threadpool(room.counter.desk.take_over, await plain_body(request))
    log.info("parked intake taken over", slip=intake.slip, staff=attendant.staff)


@router.post(MOVED, status_code=204)
def moved(room: RoomOf, slip: Annotated[SlipNumber, Depends(slip_of)]) -> None:
    identity, _ = room.counter.visit()
    Stand(identity.device, desk=room.counter.desk).moved(slip, {})
