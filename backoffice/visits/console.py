"""Visits: list, one visit with places, slots and bookings; the people who may sign in on the tablet at a venue."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from backoffice.devices import service as devices
from backoffice.kit.errors import Refused
from backoffice.kit.unit_of_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.visits import service
from backoffice.visits.service import AttendantRole, BookingId, SlotId
from backoffice.web.access import Signed, may
from backoffice.web.formats import JST
from backoffice.web.pages import forward, render
from schemas.ids import StaffId, VisitId

router = APIRouter(prefix="/visits")
Reader = Annotated[Signed, may(Action.VISIT_READ)]
Planner = Annotated[Signed, may(Action.VISIT_MANAGE)]
Name = Annotated[str, Form(min_length=1, max_length=80)]


@router.get("")
def visits(request: Request, work: Uow, signed: Reader) -> HTMLResponse:
    return _list(request, work, signed)


@router.post("/attendants")
def add_attendant(
    request: Request,
    work: Uow,
    signed: Planner,
    name: Name,
    role: Annotated[AttendantRole, Form()],
    pin: Annotated[str, Form(max_length=40)],
) -> Response:
    try:
        service.add_attendant(work, signed.municipality, name=name, role=role, pin=pin, actor=str(signed.staff))
    except Refused as error:
        return _list(request, work, signed, error=error)
    return forward(request, "/visits", notice="saved")


@router.post("/attendants/{staff}/remove")
def remove_attendant(request: Request, work: Uow, signed: Planner, staff: StaffId) -> Response:
    service.remove_attendant(work, signed.municipality, staff, actor=str(signed.staff))
    return forward(request, "/visits", notice="saved")


@router.get("/{visit}")
def visit(request: Request, work: Uow, signed: Reader, visit: VisitId) -> HTMLResponse:
    return _one(request, work, signed, visit)


@router.post("/{visit}/slots/{slot}")
def book(request: Request, work: Uow, signed: Planner, visit: VisitId, slot: SlotId, name: Name) -> Response:
    try:
        service.book(work, signed.municipality, slot, name=name, actor=str(signed.staff))
    except Refused as error:
        return _one(request, work, signed, visit, error=error)
    return forward(request, f"/visits/{visit}", notice="visit.changed")


@router.post("/{visit}/bookings/{booking}/cancel")
def cancel(request: Request, work: Uow, signed: Planner, visit: VisitId, booking: BookingId) -> Response:
    service.cancel(work, signed.municipality, booking, actor=str(signed.staff))
    return forward(request, f"/visits/{visit}", notice="visit.changed")


def _list(request: Request, work: Uow, signed: Signed, *, error: Refused | None = None) -> HTMLResponse:
    return render(
        request,
        "visits/list.html",
        status=error.status if error else 200,
        visits=service.visits(work, signed.municipality),
        attendants=service.attendants(work, signed.municipality),
        roles=list(AttendantRole),
        error=error,
    )


def _one(request: Request, work: Uow, signed: Signed, visit: VisitId, *, error: Refused | None = None) -> HTMLResponse:
    found = service.look(work, signed.municipality, visit)
    return render(
        request,
        "visits/one.html",
        status=error.status if error else 200,
        visit=found,
        devices=[device for device in devices.devices(work, signed.municipality) if device.visit == visit],
        open_day=found.next_day(work.now.astimezone(JST).date()),
        error=error,
    )
