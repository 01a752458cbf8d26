"""Deciding a case: approve, return, escalate, duplicate, undo, reopen; two people on one case see each other's step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from backoffice.cases import notes, service
from backoffice.cases.console.one import case_page, look
from backoffice.cases.errors import CaseChanged, StepImpossible
from backoffice.cases.models import Case, DraftForm
from backoffice.cases.reasons import ReasonKind, ReturnReason, return_reasons
from backoffice.cases.service import Desk
from backoffice.cases.workflow import OPEN, State, Step
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.names import who
from backoffice.web.pages import forward, render
from schemas.ids import contains_my_number

router = APIRouter(prefix="/cases/{case}")
Decider = Annotated[Signed, may(Action.CASE_DECIDE)]
Reopener = Annotated[Signed, may(Action.CASE_REOPEN)]
Version = Annotated[int, Form(ge=1)]
Note = Annotated[str, Form(max_length=500)]


def desk_of(signed: Signed, case: str, version: int) -> Desk:
    """This person at this version of a case."""
    return Desk(signed.municipality, case, version, signed.staff, lead=signed.may(Action.CASE_LEAD))


@router.post("/approve")
def approve(request: Request, work: Uow, signed: Decider, case: str, version: Version) -> Response:
    desk = desk_of(signed, case, version)
    return _decided(
        request, work, desk, lambda: service.approve(work, desk), steps=(Step.APPROVED, Step.APPROVED_FIRST)
    )


@router.get("/return")
def return_page(request: Request, work: Uow, signed: Decider, case: str) -> HTMLResponse:
    found = service.read(work, signed.municipality, case)
    kept = notes.draft(work, signed.municipality, case, DraftForm.RETURN, by=signed.staff)
    return _return_page(request, work, found, reasons=list(kept.reasons), note=kept.text, kept=kept != notes.Draft())


def _return_page(
    request: Request, work: UnitOfWork, case: Case, *, reasons: list[str], note: str,
    error: StepImpossible | None = None, kept: bool = False,
) -> HTMLResponse:  # fmt: skip
    return render(
        request,
        "cases/return.html",
        status=error.status if error else 200,
        case=case,
        view=look(work, case),
        kinds=by_kind(),
        chosen=reasons,
        note=note,
        error=error,
        kept=kept,
    )


def by_kind() -> list[tuple[ReasonKind, list[ReturnReason]]]:
    """The reasons in the groups the form shows."""
    known = return_reasons().values()
    return [(kind, [reason for reason in known if reason.kind is kind]) for kind in ReasonKind]


@router.post("/return")
def return_to_applicant(
    request: Request, work: Uow, signed: Decider, case: str, version: Version,
    reason: Annotated[list[str], Form(max_length=30)] = [], note: Note = "",  # noqa: B006 – FastAPI copies the default
) -> Response:  # fmt: skip
    desk = desk_of(signed, case, version)
    try:
        answer = _decided(
            request, work, desk, lambda: service.return_to_applicant(work, desk, reasons=reason, note=note),
            steps=(Step.RETURNED,), wish={"reasons": reason, "note": note},
        )  # fmt: skip
        _used_or_kept(work, signed, case, DraftForm.RETURN, notes.Draft(note, tuple(reason)), answer)
        return answer
    except StepImpossible as error:
        found = service.read(work, signed.municipality, case)
        if found.state in OPEN and error.code != "workflow.lead_only":
            return _return_page(request, work, found, reasons=reason, note=note, error=error)
        raise


@router.post("/escalate")
def escalate(request: Request, work: Uow, signed: Decider, case: str, version: Version, note: Note = "") -> Response:
    """Ask the lead. What was written stays when it cannot be done."""
    desk = desk_of(signed, case, version)
    try:
        answer = _decided(
            request, work, desk, lambda: service.escalate(work, desk, note=note), steps=(Step.ESCALATED,),
            wish={"reasons": [], "note": note},
        )  # fmt: skip
    except StepImpossible as error:
        return case_page(request, work, signed, case, error=error, escalation=note)
    _used_or_kept(work, signed, case, DraftForm.ESCALATE, notes.Draft(note), answer)
    return answer


def _used_or_kept(
    work: UnitOfWork, signed: Signed, case: str, form: DraftForm, draft: notes.Draft, answer: Response
) -> None:
    """A draft is gone once it was carried out; in a conflict it stays."""
    if answer.status_code == 303:
        notes.used(work, signed.municipality, case, form, by=signed.staff)
    elif not contains_my_number(draft.text):
        notes.save_draft(work, signed.municipality, case, form, draft, by=signed.staff)


@router.post("/duplicate")
def duplicate(
    request: Request, work: Uow, signed: Decider, case: str, version: Version, of: Annotated[str, Form(max_length=36)]
) -> Response:
    desk = desk_of(signed, case, version)
    return _decided(request, work, desk, lambda: service.duplicate(work, desk, of=of), steps=(Step.DUPLICATE,))


@router.post("/undo")
def undo(request: Request, work: Uow, signed: Decider, case: str, version: Version) -> Response:
    desk = desk_of(signed, case, version)
    return _put_back(request, work, desk, lambda: service.undo(work, desk))


@router.post("/reopen")
def reopen(request: Request, work: Uow, signed: Reopener, case: str, version: Version, note: Note = "") -> Response:
    desk = desk_of(signed, case, version)
    return _put_back(request, work, desk, lambda: service.reopen(work, desk, note=note))


def _decided(
    request: Request,
    work: UnitOfWork,
    desk: Desk,
    act: Callable[[], Case],
    *,
    steps: tuple[Step, ...],
    wish: dict[str, object] | None = None,
) -> Response:
    """Decide, then on to the next waiting case; the notice offers to undo."""
    try:
        changed = act()
    except CaseChanged as conflict:
        done = _already_done(work, desk, steps)
        if done is None:
            return conflict_page(request, work, desk, conflict, wish or {})
        changed = done
    following = service.next_to_review(work, desk.municipality, past=changed)
    notice = "case.second_check" if changed.state is State.SECOND_CHECK else f"case.{changed.state}"
    return forward(
        request, f"/cases/{following.id}" if following else "/cases", notice=notice,
        subject=changed.slip, undo=f"/cases/{changed.id}/undo", version=changed.version,
    )  # fmt: skip


def _already_done(work: UnitOfWork, desk: Desk, steps: tuple[Step, ...]) -> Case | None:
    """The case when this very click was carried out a moment ago (double click, form sent again)."""
    last = service.history(work, desk.municipality, desk.case)[0]
    same = last.version == desk.version + 1 and last.actor == desk.by and last.step in steps
    return service.read(work, desk.municipality, desk.case) if same else None


def _put_back(request: Request, work: UnitOfWork, desk: Desk, act: Callable[[], Case]) -> Response:
    try:
        changed = act()
    except CaseChanged as conflict:
        done = _already_done(work, desk, (Step.UNDONE, Step.REOPENED))
        if done is None:
            return conflict_page(request, work, desk, conflict, {})
        changed = done
    return forward(request, f"/cases/{changed.id}", notice="case.reopened", subject=changed.slip)


def conflict_page(
    request: Request, work: UnitOfWork, desk: Desk, conflict: CaseChanged, wish: dict[str, object]
) -> HTMLResponse:
    """What the other person did, and what was wanted here; nothing typed is lost."""
    history = service.history(work, desk.municipality, desk.case)
    found = service.read(work, desk.municipality, desk.case)
    return render(
        request,
        "cases/conflict.html",
        status=conflict.status,
        case=found,
        kinds=by_kind(),
        undecided=found.state in OPEN and (found.state is not State.ESCALATED or desk.lead),
        news=[event for event in history if event.version > desk.version],
        people=who(work, desk.municipality),
        return_reasons=return_reasons(),
        action=request.url.path.rsplit("/", 1)[1],
        wish=wish,
    )
