"""The sheet for the applicant of a returned case: the reasons and what to do next, without name or record."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from backoffice.audit import service as audit
from backoffice.cases import service
from backoffice.cases.errors import NothingToTell
from backoffice.cases.models import Case, CaseEvent
from backoffice.cases.telling import Told, telling
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.pages import render
from schemas.ids import MunicipalityCode

router = APIRouter(prefix="/cases/{case}")


@router.get("/told")
def sheet(request: Request, work: Uow, signed: Annotated[Signed, may(Action.CASE_READ)], case: str) -> HTMLResponse:
    """For printing."""
    found = service.read(work, signed.municipality, case)
    said = told(work, signed.municipality, found, service.history(work, signed.municipality, case))
    if not said:
        raise NothingToTell
    audit.write(work, municipality=signed.municipality, actor=signed.staff, action="case.told", subject=f"case:{case}")
    return render(request, "cases/told.html", case=found, told=said, now=work.now, office=signed.office)


def told(work: UnitOfWork, municipality: MunicipalityCode, case: Case, history: list[CaseEvent]) -> list[Told]:
    return telling(case, history, contact=organisations.tenant(work, municipality).contact)
