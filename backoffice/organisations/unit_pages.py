"""One 所属 on the console: its name and place in the tree, made one with another, taken away, brought back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.organisations import service, units
from backoffice.organisations.service import OrganisationId, UnitId
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.pages import forward, render

router = APIRouter(prefix="/organisations/{organisation}/units/{unit}")
Keeper = Annotated[Signed, may(Action.ORGANISATION_MANAGE)]
Seen = Annotated[str, Form(min_length=1, max_length=16)]
Chosen = Annotated[str, Form(max_length=36)]


@router.get("")
def one(request: Request, work: Uow, signed: Keeper, organisation: OrganisationId, unit: UnitId) -> HTMLResponse:
    return _one(request, work, signed, organisation, unit)


@router.post("")
def change(
    request: Request, work: Uow, signed: Keeper, organisation: OrganisationId, unit: UnitId, seen: Seen,
    name: Annotated[str, Form(max_length=120)] = "", parent: Chosen = "",
) -> Response:  # fmt: skip
    typed = (name.strip(), parent)
    try:
        if not typed[0]:
            raise Refused("field.name", "所属の名前を入れてください。", status=422)
        units.change(
            work, signed.municipality, organisation, unit, name=typed[0], parent=UnitId(parent) if parent else None,
            seen=seen, actor=str(signed.staff),
        )  # fmt: skip
    except Refused as error:
        return _one(request, work, signed, organisation, unit, typed=typed, error=error)
    return forward(request, f"/organisations/{organisation}", notice="saved")


@router.post("/merge")
def merge(
    request: Request, work: Uow, signed: Keeper, organisation: OrganisationId, unit: UnitId, seen: Seen,
    into: Chosen = "",
) -> Response:  # fmt: skip
    """The notice takes it back."""
    try:
        units.merge(work, signed.municipality, organisation, unit, into=into, seen=seen, actor=str(signed.staff))
    except Refused as error:
        return _one(request, work, signed, organisation, unit, error=error)
    return _gone(request, organisation, unit, "unit.merged")


@router.post("/remove")
def remove(
    request: Request, work: Uow, signed: Keeper, organisation: OrganisationId, unit: UnitId, seen: Seen
) -> Response:
    """The notice takes it back."""
    try:
        units.remove(work, signed.municipality, organisation, unit, seen=seen, actor=str(signed.staff))
    except Refused as error:
        return _one(request, work, signed, organisation, unit, error=error)
    return _gone(request, organisation, unit, "unit.removed")


@router.post("/restore")
def restore(request: Request, work: Uow, signed: Keeper, organisation: OrganisationId, unit: UnitId) -> Response:
    units.restore(work, signed.municipality, organisation, unit, actor=str(signed.staff))
    return forward(request, f"/organisations/{organisation}", notice="unit.restored")


def _gone(request: Request, organisation: OrganisationId, unit: UnitId, notice: str) -> Response:
    undo = f"/organisations/{organisation}/units/{unit}/restore"
    return forward(request, f"/organisations/{organisation}", notice=notice, undo=undo)


def _one(
    request: Request, work: Uow, signed: Signed, organisation: OrganisationId, unit: UnitId,
    *, typed: tuple[str, str] | None = None, error: Refused | None = None,
) -> HTMLResponse:  # fmt: skip
    """`typed`: name and unit above, as somebody wanted them."""
    held = units.unit(work, signed.municipality, organisation, unit)
    others = service.tree(work, signed.municipality, organisation)
    return render(
        request,
        "organisations/unit.html",
        status=error.status if error else 200,
        organisation=service.organisation(work, signed.municipality, organisation),
        unit=held,
        above=next((line.name for line in others if line.id == held.parent), ""),
        given=typed or (held.name, held.parent or ""),
        use=units.use(work, signed.municipality, organisation, unit),
        parents=units.parents(work, signed.municipality, organisation, unit),
        others=[line for line in others if line.id != unit],
        error=error,
        field=error.code.removeprefix("field.") if error else "",
    )
