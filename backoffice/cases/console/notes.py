"""Notes and drafts on a case, and the case beside its twins: what helps to decide and changes nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from backoffice.audit import service as audit
from backoffice.cases import notes, service
from backoffice.cases.console.decisions import Decider, Note, desk_of
from backoffice.cases.console.one import Reader, case_page, look
from backoffice.cases.errors import StepImpossible
from backoffice.cases.models import DraftForm
from backoffice.cases.workflow import OPEN, State
from backoffice.kit.request_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.web.pages import forward, render

router = APIRouter(prefix="/cases/{case}")


@router.post("/note")
def add(request: Request, work: Uow, signed: Decider, case: str, note: Note = "") -> Response:
    """A note for colleagues."""
    try:
        notes.add(work, signed.municipality, case, text=note, by=signed.staff)
    except StepImpossible as error:
        return case_page(request, work, signed, case, error=error, written=note)
    return forward(request, f"/cases/{case}", notice="case.noted")


@router.post("/draft/{form}")
def draft(
    work: Uow, signed: Decider, case: str, form: DraftForm, note: Note = "",
    reason: Annotated[list[str], Form(max_length=30)] = [],  # noqa: B006 – FastAPI copies the default
) -> Response:  # fmt: skip
    """What is being written, sent by the page a second after the last key."""
    kept = notes.Draft(note, tuple(reason))
    notes.save_draft(work, signed.municipality, case, form, kept, by=signed.staff)
    return Response(status_code=204)


@router.get("/twins")
def twins(request: Request, work: Uow, signed: Reader, case: str) -> HTMLResponse:
    """The case beside those with the same form id or slip."""
    found = service.read(work, signed.municipality, case)
    others = service.twins(work, desk_of(signed, case, found.version))
    for seen in (found, *others):
        audit.write(
            work, municipality=signed.municipality, actor=signed.staff, action="case.opened", subject=f"case:{seen.id}"
        )
    return render(
        request,
        "cases/twins.html",
        case=found,
        view=look(work, found),
        others=[(other, look(work, other)) for other in others],
        undecided=found.state in OPEN and (found.state is not State.ESCALATED or signed.may(Action.CASE_LEAD)),
    )
