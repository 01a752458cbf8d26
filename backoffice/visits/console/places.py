"""The places of a visit, on its plan page: another name, or taken away again with their hours."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.visits import places, planning
from backoffice.visits.console.plan import plan_page
from backoffice.visits.service import PlaceId
from backoffice.web.access import Signed, may
from backoffice.web.pages import forward
from schemas.ids import VisitId

router = APIRouter(prefix="/visits/{visit}/places/{place}")
Planner = Annotated[Signed, may(Action.VISIT_MANAGE)]


@router.post("/name")
def rename(
    request: Request, work: Uow, signed: Planner, visit: VisitId, place: PlaceId,
    name: Annotated[str, Form(min_length=1, max_length=120)], name_en: Annotated[str, Form(max_length=120)] = "",
) -> Response:  # fmt: skip
    places.rename(
        work, signed.municipality, visit, place, name=name.strip(), name_en=name_en.strip(), actor=str(signed.staff)
    )
    return forward(request, f"/visits/{visit}/plan", notice="visit.changed")


@router.post("/remove")
def remove(request: Request, work: Uow, signed: Planner, visit: VisitId, place: PlaceId) -> Response:
    try:
        places.remove(work, signed.municipality, visit, place, actor=str(signed.staff))
    except Refused as error:
        return plan_page(request, work, signed, visit, error=error)
    return forward(request, f"/visits/{visit}/plan", notice="visit.changed")


@router.post("/days/{day}/remove")
def close_hours(
    request: Request, work: Uow, signed: Planner, visit: VisitId, place: PlaceId, day: date,
    begins: Annotated[time | None, Form()] = None,
) -> Response:  # fmt: skip
    """A day, or the stretch of it that begins then."""
    try:
        planning.close_hours(
            work, signed.municipality, visit, place, day, begins=begins.replace(tzinfo=None) if begins else None,
            actor=str(signed.staff),
        )  # fmt: skip
    except Refused as error:
        return plan_page(request, work, signed, visit, error=error)
    return forward(request, f"/visits/{visit}/plan", notice="visit.changed")
