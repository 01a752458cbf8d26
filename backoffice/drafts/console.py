"""Drafts for the script of the console: what to put back into a form, and what to keep of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from backoffice.drafts import service
from backoffice.kit.request_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may

router = APIRouter(prefix="/drafts")
Owner = Annotated[Signed, may(Action.ACCOUNT_OWN)]
_NEVER = ("csrf", "form-of-draft")


@router.get("")
def kept(work: Uow, signed: Owner, form: Annotated[str, Query(max_length=160)]) -> Response:
    """Name and value of each field; 204 when nothing is kept."""
    values = service.kept(work, signed.municipality, signed.staff, form)
    return JSONResponse(values) if values else Response(status_code=204)


@router.post("")
async def keep(request: Request, work: Uow, signed: Owner) -> Response:
    """The form's fields, and in `form-of-draft` which form it is."""
    sent = await request.form()
    values = {name: value for name, value in sent.items() if isinstance(value, str) and name not in _NEVER}
    service.keep(work, signed.municipality, signed.staff, str(sent.get("form-of-draft", "")), values)
    return Response(status_code=204)
