"""POST /api/v1/devices/enrol, the one request of a device that nobody signs: its one-time code speaks for it.
POST /api/v1/devices/statement, the one signed request that an ended device is answered too: the office's word on it.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from backoffice.devices import service, signatures
from backoffice.devices.signatures import SignedBody
from backoffice.devices.statement import state
from backoffice.intake.held import held
from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from schemas.canonical import places
from schemas.device_life import StatementRequest
from schemas.enrolment import EnrolmentGrant, EnrolmentRequest
from schemas.protocol import ENROL_PATH, STATEMENT_PATH

router = APIRouter(tags=["devices"])


@router.post(ENROL_PATH)
def enrol(request: Request, work: Uow, asked: EnrolmentRequest) -> EnrolmentGrant:
    return service.enrol(work, asked, signing=request.app.state.signing)


@router.post(STATEMENT_PATH)
def statement(request: Request, work: Uow, signed: SignedBody) -> Response:
    """Harmless to play again: it changes nothing and says only what is so."""
    sender = signatures.identify(work, signed)
    try:
        asked = StatementRequest.model_validate_json(signed.body)
    except ValidationError as error:
        raise Refused("request.malformed", f"問い合わせの形式が正しくありません（{places(error)}）。") from None
    here = held(work, sender.device, asked.packets)
    said = state(work, sender.device, held=here, signing=request.app.state.signing)
    return Response(said.canonical(), media_type="application/json")
