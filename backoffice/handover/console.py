"""Handing over on the console: which approved cases still have to go out, and the package of those picked.

GET  /handover            approved and not yet handed over; ?done=true those that were
POST /handover            csrf, pick (case ids) → the ZIP (see `package`); each download stands in the audit log
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from backoffice.cases import handing_over
from backoffice.cases.models import Case
from backoffice.handover import package
from backoffice.handover.package import Sender
from backoffice.handover.worklist import Words
from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff.authorisation import Action
from backoffice.web import formats
from backoffice.web.access import Signed, may
from backoffice.web.language import chosen, mark, texts
from backoffice.web.listing import Column, show
from backoffice.web.names import who

router = APIRouter(prefix="/handover")
Sending = Annotated[Signed, may(Action.CASE_HAND_OVER)]
REACH: Final = 1_000  # of those handed over, the last; older ones are found in the list of cases
COLUMNS: Final = (
    Column[Case]("slip", mark("受付番号"), lambda case: case.slip, fit=True),
    Column[Case]("received", mark("受信日時"), lambda case: case.received_at, fit=True),
    Column[Case]("form", mark("申請書ID"), lambda case: case.form_id),
    Column[Case]("method", mark("申請方式"), lambda case: case.method),
    Column[Case]("delivery", mark("受け取り方法"), lambda case: case.delivery),
    Column[Case]("handed", mark("引き渡し"), lambda case: case.handed_over_at, fit=True),
    Column[Case]("photo", mark("写真"), lambda case: "○" if case.photo_key else "", fit=True),
)


@router.get("")
def page(request: Request, work: Uow, signed: Sending, done: Annotated[bool, Query()] = False) -> Response:
    return _page(request, work, signed, done=done)


def _page(
    request: Request, work: UnitOfWork, signed: Signed, *, done: bool = False, error: Refused | None = None
) -> Response:
    return show(
        request,
        work,
        signed,
        "handover/page.html",
        rows=(handing_over.done if done else handing_over.waiting)(work, signed.municipality, limit=REACH),
        columns=COLUMNS,
        name="handover",
        status=error.status if error else 200,
        keep={"done": "true"} if done else {},
        path="/handover",
        done=done,
        error=error,
        people=who(work, signed.municipality),
        limit=package.LIMIT,
        reach=REACH,
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
