"""Deciding a case: approve, return with reasons, undo, reopen; two people on one case see each other's change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from backoffice.cases import service
from backoffice.cases.errors import CaseChanged, StepImpossible
from backoffice.cases.models import Case
from backoffice.cases.reasons import ReasonKind, return_reasons
from backoffice.cases.service import Desk
from backoffice.cases.view import view
from backoffice.cases.workflow import State, Step
from backoffice.kit.unit_of_work import UnitOfWork, Uow
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.names import who
from backoffice.web.pages import forward, render

router = APIRouter(prefix="/cases/{case}")
Decider = Annotated[Signed, may(Action.CASE_DECIDE)]
Reopener = Annotated[Signed, may(Action.CASE_REOPEN)]
Version = Annotated[int, Form(ge=1)]
Note = Annotated[str, Form(max_length=500)]


@router.post("/approve")
def approve(request: Request, work: Uow, signed: Decider, case: str, version: Version) -> Response:
    desk = Desk(signed.municipality, case, version, signed.staff)
    return _decided(
        request, work, desk, lambda: service.approve(work, desk), steps=(Step.APPROVED, Step.APPROVED_FIRST)
    )


@router.get("/return")
def return_page(request: Request, work: Uow, signed: Decider, case: str) -> HTMLResponse:
    found = service.read(work, signed.municipality, case)
    return _return_page(request, found, reasons=[], note="")


def _return_page(
    request: Request, case: Case, *, reasons: list[str], note: str, error: StepImpossible | None = None
) -> HTMLResponse:
    known = return_reasons().values()
    return render(
        request,
        "cases/return.html",
        status=error.status if error else 200,
        case=case,
        view=view(case),
        kinds=[(kind, [reason for reason in known if reason.kind is kind]) for kind in ReasonKind],
        chosen=reasons,
        note=note,
        error=error,
    )


@router.post("/return")
def return_to_applicant(
    request: Request, work: Uow, signed: Decider, case: str, version: Version,
    reason: Annotated[list[str], Form(max_length=30)] = [], note: Note = "",  # noqa: B006 – FastAPI copies the default
) -> Response:  # fmt: skip
    desk = Desk(signed.municipality, case, version, signed.staff)
    try:
        return _decided(
            request, work, desk, lambda: service.return_to_applicant(work, desk, reasons=reason, note=note),
            steps=(Step.RETURNED,), wish={"reasons": reason, "note": note},
        )  # fmt: skip
    except StepImpossible as error:
        found = service.read(work, signed.municipality, case)
        if found.state in (State.RECEIVED, State.SECOND_CHECK):
            return _return_page(request, found, reasons=reason, note=note, error=error)
        raise


@router.post("/undo")
def undo(request: Request, work: Uow, signed: Decider, case: str, version: Version) -> Response:
    desk = Desk(signed.municipality, case, version, signed.staff)
    return _put_back(request, work, desk, lambda: service.undo(work, desk))


@router.post("/reopen")
def reopen(request: Request, work: Uow, signed: Reopener, case: str, version: Version, note: Note = "") -> Response:
    desk = Desk(signed.municipality, case, version, signed.staff)
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
            return _conflict(request, work, desk, conflict, wish or {})
        changed = done
    following = service.next_to_review(work, desk.municipality, past=changed)
    notice = {State.APPROVED: "case.approved", State.SECOND_CHECK: "case.second_check", State.RETURNED: "case.returned"}
    return forward(
        request, f"/cases/{following.id}" if following else "/cases", notice=notice[changed.state],
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
            return _conflict(request, work, desk, conflict, {})
        changed = done
    return forward(request, f"/cases/{changed.id}", notice="case.reopened", subject=changed.slip)


def _conflict(
    request: Request, work: UnitOfWork, desk: Desk, conflict: CaseChanged, wish: dict[str, object]
) -> HTMLResponse:
    """What the other person did, and what was wanted here; nothing typed is lost."""
    history = service.history(work, desk.municipality, desk.case)
    return render(
        request,
        "cases/conflict.html",
        status=conflict.status,
        case=service.read(work, desk.municipality, desk.case),
        news=[event for event in history if event.version > desk.version],
        people=who(work, desk.municipality),
        return_reasons=return_reasons(),
        action=request.url.path.rsplit("/", 1)[1],
        wish=wish,
    )
