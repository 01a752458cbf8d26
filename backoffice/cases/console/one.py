"""One case: everything that was sealed about it, and its photo."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from backoffice.audit import service as audit
from backoffice.cases import notes, pictures, service, workflow
from backoffice.cases.console.told import told
from backoffice.cases.errors import StepImpossible
from backoffice.cases.models import Case, DraftForm
from backoffice.cases.reasons import return_reasons
from backoffice.cases.service import Desk
from backoffice.cases.view import CaseView, view
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.rules import service as rules
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.language import PUBLIC
from backoffice.web.names import who
from backoffice.web.pages import render
from backoffice.web.wordings import ADVICE, PHOTO_CHECKS
from schemas.ids import MunicipalityCode
from schemas.language import Wording

router = APIRouter(prefix="/cases")
Reader = Annotated[Signed, may(Action.CASE_READ)]


@router.get("/{case}")
def page(request: Request, work: Uow, signed: Reader, case: str) -> HTMLResponse:
    return case_page(request, work, signed, case)


def case_page(
    request: Request, work: UnitOfWork, signed: Signed, case: str, *, error: StepImpossible | None = None,
    written: str | None = None, escalation: str | None = None,
) -> HTMLResponse:  # fmt: skip
    """The page, with what is being written: as just sent, or as a draft kept it."""
    found = service.read(work, signed.municipality, case)
    standing, seen = service.standing(found), look(work, found)
    history = service.history(work, signed.municipality, case)
    _seen(work, signed, case, "case.opened")

    def drafted(form: DraftForm) -> notes.Draft:
        return notes.draft(work, signed.municipality, case, form, by=signed.staff)

    return render(
        request,
        "cases/case.html",
        status=error.status if error else 200,
        error=error,
        written=drafted(DraftForm.NOTE).text if written is None else written,
        escalation=drafted(DraftForm.ESCALATE).text if escalation is None else escalation,
        returning=drafted(DraftForm.RETURN) != notes.Draft(),
        pictures=pictures.of(work, signed.municipality, case),
        notes=notes.of(work, signed.municipality, case),
        twins=service.twins(work, Desk(signed.municipality, case, found.version, signed.staff)),
        lead=signed.may(Action.CASE_LEAD),
        beside=service.beside(work, found),
        case=found,
        view=seen,
        standing=standing,
        history=history,
        told=told(work, signed.municipality, found, history),
        people=who(work, signed.municipality),
        return_reasons=return_reasons(),
        tongues=PUBLIC,
        home=_home(work, signed.municipality, seen),
        photo_checks=PHOTO_CHECKS,
        advice=ADVICE,
        may_undo=workflow.may_undo(standing, by=signed.staff, at=work.now),
    )


@router.get("/{case}/photo")
def photo(
    request: Request, work: Uow, signed: Reader, case: str, number: Annotated[int | None, Query(ge=1, le=999)] = None
) -> Response:
    """The photo, or an earlier one by its number, decrypted for this answer only; looking at it is written down."""
    found = service.read(work, signed.municipality, case)
    jpeg: bytes = request.app.state.vault.get(pictures.blob(work, found, number))
    _seen(work, signed, case, "case.photo_opened")
    return Response(jpeg, media_type="image/jpeg", headers={"Content-Disposition": "inline"})


def _seen(work: UnitOfWork, signed: Signed, case: str, action: str) -> None:
    audit.write(work, municipality=signed.municipality, actor=signed.staff, action=action, subject=f"case:{case}")


def look(work: UnitOfWork, case: Case) -> CaseView:
    """The case under the rules that held when it was taken."""
    return view(case, rules.in_force(work, case.municipality_id, rules.today(case.taken_at)).rules)


def _home(work: UnitOfWork, municipality: MunicipalityCode, seen: CaseView) -> Wording | None:
    """The name of the municipality the applicant lives in, where it is known."""
    tenant, home = organisations.tenant(work, municipality), seen.record.home_municipality
    return next((place.name for place in organisations.home_municipalities(tenant) if place.code == home), None)
