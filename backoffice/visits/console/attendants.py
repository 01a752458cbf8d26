"""The people who may sign in on the tablet, also without a network: list, take on, take out."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.visits import service
from backoffice.visits.service import AttendantLine, AttendantRole
from backoffice.web.access import Signed, may
from backoffice.web.language import mark
from backoffice.web.listing import Column, show
from backoffice.web.pages import forward
from schemas.ids import StaffId

router = APIRouter(prefix="/visits/attendants")
Reader = Annotated[Signed, may(Action.VISIT_PREPARE)]
Planner = Annotated[Signed, may(Action.VISIT_MANAGE)]
_PAGE: Final = "/visits/attendants"
COLUMNS: Final = (
    Column[AttendantLine]("name", mark("氏名"), lambda person: person.name),
    Column[AttendantLine]("role", mark("役割"), lambda person: person.role),
)


@router.get("")
def attendants(request: Request, work: Uow, signed: Reader) -> Response:
    return _list(request, work, signed)


@router.post("")
def add(
    request: Request, work: Uow, signed: Planner, name: Annotated[str, Form(min_length=1, max_length=80)],
    role: Annotated[AttendantRole, Form()], pin: Annotated[str, Form(max_length=40)],
) -> Response:  # fmt: skip
    try:
        service.add_attendant(work, signed.municipality, name=name, role=role, pin=pin, actor=str(signed.staff))
    except Refused as error:
        return _list(request, work, signed, error=error)
    return forward(request, _PAGE, notice="saved")


@router.post("/{staff}/remove")
def remove(request: Request, work: Uow, signed: Planner, staff: StaffId) -> Response:
    service.remove_attendant(work, signed.municipality, staff, actor=str(signed.staff))
    return forward(request, _PAGE, notice="saved")


def _list(request: Request, work: Uow, signed: Signed, *, error: Refused | None = None) -> Response:
    return show(
        request, work, signed, "visits/attendants.html", rows=service.attendants(work, signed.municipality),
        columns=COLUMNS, name="attendants", path=_PAGE, status=error.status if error else 200,
        roles=list(AttendantRole), error=error,
    )  # fmt: skip
