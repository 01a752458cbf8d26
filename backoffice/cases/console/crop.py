"""Cutting a photo anew: the frame is moved, made smaller and turned by pointer or keys; the result is seen first."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse, Response

from backoffice.audit import service as audit
from backoffice.cases import pictures, service
from backoffice.cases.console.decisions import Decider, Version, conflict_page, desk_of
from backoffice.cases.console.one import look as seen
from backoffice.cases.errors import CaseChanged
from backoffice.cases.photo_file import LEAST_SIDE
from backoffice.cases.recrop import MOST_ROLL, Frame, FrameUnfit
from backoffice.cases.workflow import OPEN, State
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed
from backoffice.web.pages import forward, render

router = APIRouter(prefix="/cases/{case}")
_PIXELS = 6000


def _asked(
    x: Annotated[int, Query(ge=0, le=_PIXELS)], y: Annotated[int, Query(ge=0, le=_PIXELS)],
    width: Annotated[int, Query(ge=1, le=_PIXELS)], roll: Annotated[float, Query(ge=-90, le=90)] = 0.0,
) -> Frame:  # fmt: skip
    return Frame(x, y, width, round(roll, 1))


def _sent(
    x: Annotated[int, Form(ge=0, le=_PIXELS)], y: Annotated[int, Form(ge=0, le=_PIXELS)],
    width: Annotated[int, Form(ge=1, le=_PIXELS)], roll: Annotated[float, Form(ge=-90, le=90)] = 0.0,
) -> Frame:  # fmt: skip
    return Frame(x, y, width, round(roll, 1))


Sent = Annotated[Frame, Depends(_sent)]


@router.get("/crop")
def page(request: Request, work: Uow, signed: Decider, case: str) -> HTMLResponse:
    return _page(request, work, signed, case)


def _page(
    request: Request, work: UnitOfWork, signed: Signed, case: str, *, frame: Frame | None = None,
    error: FrameUnfit | None = None,
) -> HTMLResponse:  # fmt: skip
    found = service.read(work, signed.municipality, case)
    source = pictures.source(work, request.app.state.vault, found)
    packets = [row for row in pictures.of(work, signed.municipality, case) if row.origin.value == "packet"]
    return render(
        request,
        "cases/crop.html",
        status=error.status if error else 200,
        case=found,
        view=seen(work, found),
        source=source,
        number=packets[-1].number if packets else None,
        frame=frame or source.frame,
        least=LEAST_SIDE,
        most_roll=MOST_ROLL,
        error=error,
        open=found.state in OPEN and (found.state is not State.ESCALATED or signed.may(Action.CASE_LEAD)),
    )


@router.get("/crop.jpg")
def preview(
    request: Request, work: Uow, signed: Decider, case: str, frame: Annotated[Frame, Depends(_asked)]
) -> Response:
    """The photo the frame would give, checked against the published limits like the one that is kept."""
    found = service.read(work, signed.municipality, case)
    made = pictures.cut(work, request.app.state.vault, found, frame)
    _seen_once(work, signed, case)
    return Response(made.jpeg, media_type="image/jpeg", headers={"Content-Disposition": "inline"})


def _seen_once(work: UnitOfWork, signed: Signed, case: str) -> None:
    """That the photo was looked at stands in the log; not once for every move of the frame."""
    subject, action = f"case:{case}", "case.photo_opened"
    lately = audit.Search(actor=signed.staff, action=action, subject=subject, since=work.now - timedelta(hours=1))
    if not audit.search(work, signed.municipality, lately, limit=1):
        audit.write(work, municipality=signed.municipality, actor=signed.staff, action=action, subject=subject)


@router.post("/crop/look")
def look(request: Request, work: Uow, signed: Decider, case: str, frame: Sent) -> HTMLResponse:
    """The page again with another frame: the preview of a browser without scripts."""
    return _page(request, work, signed, case, frame=frame)


@router.post("/crop")
def crop(request: Request, work: Uow, signed: Decider, case: str, version: Version, frame: Sent) -> Response:
    desk = desk_of(signed, case, version)
    try:
        pictures.crop(work, request.app.state.vault, desk, frame)
    except FrameUnfit as error:
        return _page(request, work, signed, case, frame=frame, error=error)
    except CaseChanged as conflict:
        return conflict_page(request, work, desk, conflict, {})
    return forward(request, f"/cases/{case}", notice="case.photo_recropped")


@router.post("/crop/restore")
def restore(request: Request, work: Uow, signed: Decider, case: str, version: Version) -> Response:
    desk = desk_of(signed, case, version)
    try:
        pictures.restore(work, desk)
    except CaseChanged as conflict:
        return conflict_page(request, work, desk, conflict, {})
    return forward(request, f"/cases/{case}", notice="case.photo_restored")
