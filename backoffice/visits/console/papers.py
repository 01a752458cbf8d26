"""Printed matter of a visit: poster, flyer and the list of what to bring, as PDF in every language."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.paper.pdf import A3
from backoffice.rules import service as rules
from backoffice.staff.authorisation import Action
from backoffice.visits import planning, service
from backoffice.visits.bring_sheet import bring_sheet
from backoffice.visits.notice import notice
from backoffice.visits.papers import Announced, Sitting, flyer, poster
from backoffice.web.access import Signed, may
from backoffice.web.language import PUBLIC, mark
from backoffice.web.pages import render
from schemas.ids import VisitId
from schemas.language import Language, Wording

router = APIRouter(prefix="/visits/{visit}/papers")
Reader = Annotated[Signed, may(Action.VISIT_PREPARE)]


class Paper(StrEnum):
    """What can be printed."""

    POSTER_A4 = "poster-a4"
    POSTER_A3 = "poster-a3"
    FLYER = "flyer"
    BRING = "bring"


PAPERS: Final = {
    Paper.POSTER_A4: mark("ポスター A4"), Paper.POSTER_A3: mark("ポスター A3"), Paper.FLYER: mark("チラシ A5"),
    Paper.BRING: mark("持ってくるもの A4"),
}  # fmt: skip
_MADE: Final[dict[Paper, Callable[[Announced, Language], bytes]]] = {
    Paper.POSTER_A4: poster, Paper.POSTER_A3: lambda about, language: poster(about, language, size=A3),
    Paper.FLYER: flyer, Paper.BRING: bring_sheet,
}  # fmt: skip


@router.get("")
def papers(request: Request, work: Uow, signed: Reader, visit: VisitId) -> HTMLResponse:
    found = service.look(work, signed.municipality, visit)
    plan = planning.plan_of(work, signed.municipality, visit)
    return render(
        request, "visits/papers.html", visit=found, plan=plan, papers=PAPERS, names=PUBLIC,
        example=rules.in_force(work, signed.municipality, found.starts_on).rules.example,
    )  # fmt: skip


@router.get("/{paper}.pdf")
def paper(
    request: Request, work: Uow, signed: Reader, visit: VisitId, paper: Paper, language: Annotated[Language, Query()]
) -> Response:
    about = _announced(request, work, signed, visit)
    name = f"{paper.value}-{language.value}.pdf"
    return Response(
        _MADE[paper](about, language),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@router.get("/notice.txt")
def text(
    request: Request, work: Uow, signed: Reader, visit: VisitId, language: Annotated[Language, Query()]
) -> Response:
    """The same as plain text, to announce the visit and to remind of it by the organisation's own mail or intranet."""
    about = _announced(request, work, signed, visit)
    booking = planning.plan_of(work, signed.municipality, visit).booking_open
    name = f"notice-{language.value}.txt"
    return Response(
        notice(about, language, booking=booking),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _announced(request: Request, work: UnitOfWork, signed: Signed, visit: VisitId) -> Announced:
    found = service.look(work, signed.municipality, visit)
    tenant = organisations.tenant(work, signed.municipality)
    plan = planning.plan_of(work, signed.municipality, visit)
    sittings = tuple(
        Sitting(_worded(place.name, place.name_en), day, slots[0].begins, slots[-1].ends)
        for place in found.places
        for day, slots in place.stretches
    )
    return Announced(
        municipality=signed.municipality,
        office=_worded(tenant.name, tenant.name_en),
        title=_worded(found.title, found.title_en),
        organisation=found.organisation,
        contact=found.contact or tenant.contact,
        sittings=tuple(sorted(sittings, key=lambda sitting: (sitting.day, sitting.begins))),
        walk_in=any(slot.walk_in for place in found.places for slot in place.slots),
        address=f"{request.app.state.settings.public_url}/booking/{signed.municipality}/{plan.code}",
        rules=rules.in_force(work, signed.municipality, found.starts_on).rules,
        first=found.starts_on,
    )


def _worded(ja: str, en: str) -> Wording:
    return Wording(ja=ja, en=en or None)
