"""GET /api/v1/bundle: what a kiosk needs for its visit."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from backoffice.devices import signatures
from backoffice.devices.signatures import SignedBody
from backoffice.kit.unit_of_work import Uow
from backoffice.visits.bundle import offer
from schemas.protocol import BUNDLE_PATH
from schemas.visit import SignedBundle

router = APIRouter(tags=["visits"])


@router.get(BUNDLE_PATH, response_model=SignedBundle, responses={204: {"description": "nothing newer"}})
def bundle(
    request: Request, work: Uow, signed: SignedBody, have: Annotated[int, Query(ge=0, lt=2**31 - 1)] = 0
) -> Response:
    device = signatures.authenticate(work, signed)
    offered = offer(work, device, signing=request.app.state.signing, have=have)
    if offered.version <= have:
        return Response(status_code=204)
    return Response(offered.signed.canonical(), media_type="application/json")
