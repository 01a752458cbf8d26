"""GET /api/v1/bundle: what a kiosk needs for its visit."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from backoffice.devices import service as devices
from backoffice.devices import signatures
from backoffice.devices.signatures import SignedBody
from backoffice.devices.vitals import Vitals
from backoffice.kit.request_work import Uow
from backoffice.visits import arrivals
from backoffice.visits.bundle import offer
from schemas.bundle import HOLDS, SignedBundle, read_holds
from schemas.circumstances import BOOKING_NUMBER
from schemas.ids import VisitId
from schemas.protocol import BUNDLE_PATH, CAME_BETWEEN, CAME_LIMIT

router = APIRouter(tags=["visits"])
_Bytes = Annotated[int | None, Query(ge=0, lt=2**53)]
_CAME = rf"^({BOOKING_NUMBER}(\{CAME_BETWEEN}{BOOKING_NUMBER})*)?$"


def machine_of(
    running: Annotated[str | None, Query(max_length=40, pattern=r"^[0-9A-Za-z.+_-]*$")] = None,
    battery: Annotated[int | None, Query(ge=0, le=100)] = None,
    mains: bool | None = None,
    disk_free: _Bytes = None,
    disk_total: _Bytes = None,
) -> Vitals:
    """From the question's parameters."""
    return Vitals(running or None, battery, mains, disk_free, disk_total)


@router.get(BUNDLE_PATH, response_model=SignedBundle, responses={204: {"description": "nothing newer"}})
def bundle(
    request: Request,
    work: Uow,
    signed: SignedBody,
    machine: Annotated[Vitals, Depends(machine_of)],
    have: Annotated[int, Query(ge=0, lt=2**31 - 1)] = 0,
    holds: Annotated[str, Query(max_length=600, pattern=HOLDS)] = "",
    sealed: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
    unsent: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
    visit: VisitId | None = None,
    came: Annotated[str, Query(max_length=CAME_LIMIT, pattern=_CAME)] = "",
) -> Response:
    """`have`: the version the device has; `holds`: hashes of its parts, which are then left out; `sealed`, `unsent`:
    how many packets it has sealed in its life and has still to carry; `visit`, `came`: the booking numbers of a visit
    whose people have come; the rest is how its machine is."""
    state = request.app.state
    device = signatures.authenticate(work, signed)
    if sealed is not None and unsent is not None:
        devices.report(work, device, sealed=sealed, unsent=unsent, machine=machine, attends=visit)
    if visit is not None and came:
        arrivals.heard(work, device, visit, came.split(CAME_BETWEEN))
    newer = offer(work, device, signing=state.signing, trust=state.card_trust.read(), have=have)
    if newer is None:
        return Response(status_code=204)
    return Response(newer.without(read_holds(holds)).answer(), media_type="application/json")
