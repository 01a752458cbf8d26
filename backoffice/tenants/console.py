"""What the municipality says of itself, on slips, posters and screens: seen and changed by its administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.organisations import service as organisations
from backoffice.organisations import tenancy
from backoffice.organisations.tenancy import Said
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.pages import forward, render

router = APIRouter(prefix="/municipality")
Administrator = Annotated[Signed, may(Action.TENANT_MANAGE)]
Text = Annotated[str, Form(max_length=200)]


@router.get("")
def page(request: Request, work: Uow, signed: Administrator) -> HTMLResponse:
    return _page(request, work, signed)


@router.post("")
def change(
    request: Request, work: Uow, signed: Administrator, name: Text = "", name_en: Text = "", kana: Text = "",
    contact: Text = "", seen: Annotated[list[str], Form(max_length=4)] = [],  # noqa: B006 – FastAPI copies the default
) -> Response:  # fmt: skip
    """`seen`: name, English name, reading and contact as the form showed them."""
    said, before = Said(name, name_en, kana, contact), Said(*seen) if len(seen) == 4 else None
    try:
        tenancy.change(work, signed.municipality, said, seen=before, actor=str(signed.staff))
    except Refused as error:
        return _page(request, work, signed, typed=said, error=error)
    return forward(request, "/municipality", notice="saved")


def _page(
    request: Request, work: Uow, signed: Signed, *, typed: Said | None = None, error: Refused | None = None
) -> HTMLResponse:
    held = organisations.tenant(work, signed.municipality)
    return render(
        request, "tenants/page.html", status=error.status if error else 200, held=held, given=typed or Said.of(held),
        error=error, field=error.code.removeprefix("field.") if error else "",
    )  # fmt: skip
