"""Handing over on the console: which approved cases still have to go out, and the package of those picked.

GET  /handover            approved and not yet handed over; ?done=true those that were
POST /handover            csrf, pick (case ids) → the ZIP (see `package`); each download stands in the audit log
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, Response

from backoffice.cases import handing_over
from backoffice.handover import package
from backoffice.handover.package import Sender
from backoffice.handover.worklist import Words
from backoffice.kit.errors import Refused
from backoffice.kit.unit_of_work import UnitOfWork, Uow
from backoffice.staff.authorisation import Action
from backoffice.web import formats
from backoffice.web.access import Signed, may
from backoffice.web.language import chosen, texts
from backoffice.web.names import who
from backoffice.web.pages import render

router = APIRouter(prefix="/handover")
Sending = Annotated[Signed, may(Action.CASE_HAND_OVER)]


@router.get("")
def page(request: Request, work: Uow, signed: Sending, done: Annotated[bool, Query()] = False) -> HTMLResponse:
    return _page(request, work, signed, done=done)


def _page(
    request: Request, work: UnitOfWork, signed: Signed, *, done: bool = False, error: Refused | None = None
) -> HTMLResponse:
    found = (handing_over.done if done else handing_over.waiting)(work, signed.municipality, limit=package.LIMIT)
    return render(
        request,
        "handover/page.html",
        status=error.status if error else 200,
        cases=found,
        done=done,
        error=error,
        people=who(work, signed.municipality),
        limit=package.LIMIT,
    )


@router.post("")
def download(
    request: Request, work: Uow, signed: Sending,
    pick: Annotated[list[str], Form(max_length=200)] = [],  # noqa: B006 – FastAPI copies the default
) -> Response:  # fmt: skip
    language = chosen(request)
    words = Words(texts(language).ugettext, partial(formats.day, language=language), language)
    sender = Sender(signed.municipality, signed.staff, words)
    try:
        made = package.make(work, request.app.state.vault, sender, pick)
    except Refused as error:
        return _page(request, work, signed, error=error)
    return Response(
        made.data,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{made.name}"'},
    )
