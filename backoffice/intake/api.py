"""The machine interface for packets and balances.

A refusal of a packet is an answer like any other here: it must commit, or the quarantine row would be rolled back.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from backoffice.devices import signatures
from backoffice.devices.service import EnrolledDevice
from backoffice.devices.signatures import SignedBody
from backoffice.intake import balance, closings, upload_api, uploads
from backoffice.intake.service import Intake
from backoffice.kit.errors import NotAllowed, OfficeError, Refused, Stale
from backoffice.kit.request_work import Uow
from schemas.balance import Balance, ClosingBalance
from schemas.ids import PacketId, VisitId
from schemas.problem import PROBLEM_JSON, Problem
from schemas.protocol import BALANCE_PATH, PACKETS_PATH, UPLOADS_PATH
from schemas.receipt import Receipt

router = APIRouter(tags=["intake"])


router.include_router(upload_api.router)


@router.post(PACKETS_PATH, status_code=201, response_model=Receipt, responses={200: {"model": Receipt}})
def take(request: Request, work: Uow, signed: SignedBody) -> Response:
    """201 with a receipt, 200 with the same receipt when the packet was known already."""
    intake: Intake = request.app.state.intake
    sender: EnrolledDevice | None = None
    try:
        known = signatures.identify(work, signed)
        sender = known.device
        taken = intake.receive(work, signed.body, device=signatures.admit(work, known))
    except (Refused, NotAllowed) as refusal:
        intake.quarantine(work, signed.body, refusal=refusal, device=sender)
        return _problem(refusal)
    return _given(taken.receipt, new=taken.new)


@router.post(
    UPLOADS_PATH + "/{packet}/receipt", status_code=201, response_model=Receipt, responses={200: {"model": Receipt}}
)
def finish(request: Request, work: Uow, signed: SignedBody, packet: PacketId) -> Response:
    """Take the packet whose last part has come; answered like `take`. Asked again, it gives the same receipt."""
    intake: Intake = request.app.state.intake
    known = signatures.identify(work, signed)
    if (receipt := intake.receipt_of(work, known.device, packet)) is not None:
        signatures.admit(work, known)
        return _given(receipt, new=False)
    frame = uploads.whole(work, known.device, packet)
    uploads.forget(work, known.device, packet)
    if frame is None:
        return _problem(Stale("upload.damaged", "届いた内容が知らされたものと違います。", status=409))
    try:
        taken = intake.receive(work, frame, device=signatures.admit(work, known))
    except Stale:
        raise  # the parts stay: the same question, freshly signed, is answered
    except (Refused, NotAllowed) as refusal:
        intake.quarantine(work, frame, refusal=refusal, device=known.device)
        return _problem(refusal)
    return _given(taken.receipt, new=taken.new)


def _given(receipt: Receipt, *, new: bool) -> Response:
    return Response(receipt.canonical(), status_code=201 if new else 200, media_type="application/json")


def _problem(refusal: OfficeError) -> Response:
    problem = Problem.of(refusal.code, refusal.status, refusal.title, transient=refusal.transient)
    return JSONResponse(problem.model_dump(exclude_none=True), refusal.status, media_type=PROBLEM_JSON)


@router.get(BALANCE_PATH)
def office_balance(work: Uow, signed: SignedBody, visit: VisitId | None = None) -> Balance:
    """What the office has of the calling device, for one visit or over its life."""
    return balance.of_device(work, signatures.authenticate(work, signed), visit=visit)


@router.post(BALANCE_PATH, response_model=ClosingBalance)
def close_balance(request: Request, work: Uow, signed: SignedBody, visit: VisitId | None = None) -> Response:
    """The device states its side under its signature; the office keeps it and answers with its own."""
    device = signatures.authenticate(work, signed)
    stated = closings.read_statement(signed.body, device, visit=visit)
    own = balance.of_device(work, device, visit=visit, head=stated.balance.head)
    own = own.model_copy(update={"erased": stated.balance.erased})
    closing = closings.answer(work, stated, own, signing=request.app.state.signing)
    return Response(closing.canonical(), media_type="application/json")
