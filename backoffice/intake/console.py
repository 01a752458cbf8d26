"""The closing balance of a device on paper: what it captured and erased, what the office has, and both signatures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from backoffice.devices import service as devices
from backoffice.devices.service import EnrolledDevice
from backoffice.intake import closings
from backoffice.kit.errors import NotFound
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff.authorisation import Action
from backoffice.visits import service as visits
from backoffice.web.access import Signed, may
from backoffice.web.pages import render
from schemas.ids import DeviceId, VisitId

router = APIRouter(prefix="/devices")
Reader = Annotated[Signed, may(Action.DEVICE_READ)]


@router.get("/{device}/balance")
def closing_balance(
    request: Request, work: Uow, signed: Reader, device: DeviceId, visit: VisitId | None = None
) -> HTMLResponse:
    """Of one visit, or of the device's whole life; with ways to its other visits."""
    found = _found(work, signed, device)
    known = closings.of_device(work, signed.municipality, device)
    return render(
        request,
        "intake/balance.html",
        device=found,
        visit=visit,
        closing=known.get(visit),
        known=known,
        visits={line.id: line for line in visits.visits(work, signed.municipality)},
    )


def _found(work: UnitOfWork, signed: Signed, device: DeviceId) -> EnrolledDevice:
    found = devices.find(work, device)
    if found is None or found.municipality != signed.municipality:
        raise NotFound("device.not_found", "端末が見つかりません。")
    return found
