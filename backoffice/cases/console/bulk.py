"""Many cases at once: approve, return with the same reasons, and take the whole batch back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from backoffice.cases import batches
from backoffice.cases.batches import BatchLine
from backoffice.cases.console.decisions import Decider, Note, by_kind
from backoffice.cases.errors import StepImpossible
from backoffice.kit.request_work import Uow
from backoffice.staff.service import names
from backoffice.web.language import mark
from backoffice.web.listing import Column, show
from backoffice.web.pages import forward, render

router = APIRouter(prefix="/cases/batches")
Picks = Annotated[list[str], Form(max_length=200)]
Reasons = Annotated[list[str], Form(max_length=30)]


@router.get("")
def listed(request: Request, work: Uow, signed: Decider) -> Response:
    """What was decided with one click lately."""
    people = names(work, signed.municipality)
    columns = (
        Column[BatchLine]("decided_at", mark("日時"), lambda line: line.batch.decided_at),
        Column[BatchLine]("step", mark("操作"), lambda line: line.batch.step),
        Column[BatchLine]("by", mark("行った人"), lambda line: people.get(line.batch.decided_by)),
        Column[BatchLine]("decided", mark("判断した件数"), lambda line: line.decided, right=True),
        Column[BatchLine]("left", mark("そのままの件数"), lambda line: line.left, right=True),
        Column[BatchLine]("undone_at", mark("取り消した日時"), lambda line: line.batch.undone_at),
    )
    found = batches.batches(work, signed.municipality)
    return show(request, work, signed, "cases/batches.html", rows=found, columns=columns, name="batches", people=people)


@router.post("/approve")
def approve(request: Request, work: Uow, signed: Decider, pick: Picks = []) -> Response:  # noqa: B006
    made = batches.approve(work, signed.municipality, batches.read_picks(pick), by=signed.staff)
    return forward(request, f"/cases/batches/{made}")


@router.post("/reasons")
def reasons(request: Request, _signed: Decider, pick: Picks = []) -> HTMLResponse:  # noqa: B006
    """The reasons for all that were picked."""
    batches.read_picks(pick)
    return render(request, "cases/bulk_return.html", picks=pick, kinds=by_kind(), chosen=[], note="", error=None)


@router.post("/return")
def return_to_applicants(
    request: Request, work: Uow, signed: Decider, pick: Picks = [], reason: Reasons = [], note: Note = ""  # noqa: B006
) -> Response:  # fmt: skip
    picks = batches.read_picks(pick)
    try:
        made = batches.return_to_applicants(
            work, signed.municipality, picks, reasons=reason, note=note, by=signed.staff
        )
    except StepImpossible as error:
        work.session.rollback()  # some may be returned already: all or none
        return render(
            request, "cases/bulk_return.html", status=error.status, picks=pick, kinds=by_kind(), chosen=reason,
            note=note, error=error,
        )  # fmt: skip
    return forward(request, f"/cases/batches/{made}")


@router.get("/{batch}")
def page(request: Request, work: Uow, signed: Decider, batch: str) -> HTMLResponse:
    """What became of each case."""
    found = batches.outcome(work, signed.municipality, batch, by=signed.staff)
    return render(request, "cases/batch.html", outcome=found, skipped=batches.SKIPPED)


@router.post("/{batch}/undo")
def undo(request: Request, work: Uow, signed: Decider, batch: str) -> Response:
    count = batches.undo(work, signed.municipality, batch, by=signed.staff)
    return forward(request, f"/cases/batches/{batch}", notice="case.batch_undone", subject=str(count))
