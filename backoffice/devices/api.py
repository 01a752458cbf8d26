"""POST /api/v1/devices/enrol: the one request of a device that nobody signs; its one-time code speaks for it."""

from __future__ import annotations

from fastapi import APIRouter, Request

from backoffice.devices import service
from backoffice.kit.unit_of_work import Uow
from schemas.enrolment import EnrolmentGrant, EnrolmentRequest
from schemas.protocol import ENROL_PATH

router = APIRouter(tags=["devices"])


@router.post(ENROL_PATH)
def enrol(request: Request, work: Uow, asked: EnrolmentRequest) -> EnrolmentGrant:
    return service.enrol(work, asked, signing=request.app.state.signing)
