"""Saved views of the list: kept from where one stands, opened by a link, removed by whoever made them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from backoffice.cases import views
from backoffice.kit.request_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.pages import forward

router = APIRouter(prefix="/cases/views")
Reader = Annotated[Signed, may(Action.CASE_LIST)]


@router.post("")
def save(
    request: Request, work: Uow, signed: Reader, name: Annotated[str, Form(max_length=100)] = "",
    conditions: Annotated[str, Form(max_length=1000)] = "", shared: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    made = views.save(work, signed.municipality, name=name, conditions=conditions, shared=shared, by=signed.staff)
    return forward(request, f"/cases?{made.conditions}", notice="view.saved")


@router.post("/{view}/remove")
def remove(request: Request, work: Uow, signed: Reader, view: str) -> Response:
    views.remove(work, signed.municipality, view, by=signed.staff, lead=signed.may(Action.CASE_LEAD))
    return forward(request, "/cases", notice="view.removed")
