"""Organisations: the list of partners, one with its contact, its units and its roster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service, unit_pages, units
from backoffice.organisations.models import Kind, Partner
from backoffice.organisations.service import Contact, OrganisationId, OrganisationLine, UnitId
from backoffice.rosters import service as rosters
from backoffice.staff.authorisation import Action
from backoffice.web.access import Signed, may
from backoffice.web.language import mark
from backoffice.web.listing import Column, show
from backoffice.web.pages import forward, render

pages = APIRouter(prefix="/organisations")
Reader = Annotated[Signed, may(Action.ORGANISATION_READ)]
Keeper = Annotated[Signed, may(Action.ORGANISATION_MANAGE)]
Name = Annotated[str, Form(min_length=1, max_length=120)]
Text = Annotated[str, Form(max_length=120)]
_CONTACTS: Final = 8


COLUMNS: Final = (
    Column[OrganisationLine]("name", mark("団体"), lambda each: each.name),
    Column[OrganisationLine]("kind", mark("種類"), lambda each: each.kind),
    Column[OrganisationLine]("partner", mark("調整の状況"), lambda each: each.partner),
    Column[OrganisationLine]("contact", mark("連絡先"), lambda each: each.people),
    Column[OrganisationLine]("phone", mark("電話"), lambda each: each.phone),
    Column[OrganisationLine]("mail", mark("メール"), lambda each: each.mail),
)


@pages.get("")
def organisations(request: Request, work: Uow, signed: Reader) -> Response:
    return show(
        request, work, signed, "organisations/list.html", rows=service.organisations(work, signed.municipality),
        columns=COLUMNS, name="organisations", kinds=list(Kind),
    )  # fmt: skip


@pages.post("")
def add(work: Uow, request: Request, signed: Keeper, name: Name, kind: Annotated[Kind, Form()]) -> Response:
    made = service.add_organisation(work, signed.municipality, name=name.strip(), actor=str(signed.staff))
    line = service.organisation(work, signed.municipality, made)
    changed = OrganisationLine(line.id, line.name, line.contact, kind, line.partner)
    service.change_organisation(work, signed.municipality, made, changed, actor=str(signed.staff))
    return forward(request, f"/organisations/{made}", notice="saved")


@pages.get("/{organisation}")
def one(request: Request, work: Uow, signed: Reader, organisation: OrganisationId) -> HTMLResponse:
    return _one(request, work, signed, organisation)


def _one(
    request: Request, work: UnitOfWork, signed: Signed, organisation: OrganisationId,
    *, typed: OrganisationLine | None = None, error: Refused | None = None,
    unit_typed: tuple[str, str] = ("", ""), unit_error: Refused | None = None,
) -> HTMLResponse:  # fmt: skip
    """`typed`: what somebody wanted to save while another was faster; `unit_typed`: a new unit that cannot be."""
    held = service.organisation(work, signed.municipality, organisation)
    whose = rosters.whose(signed.municipality, organisation)
    return render(
        request,
        "organisations/one.html",
        status=wrong.status if (wrong := error or unit_error) else 200,
        organisation=held,
        given=typed or held,
        error=error,
        units=service.tree(work, signed.municipality, organisation),
        ended=units.ended(work, signed.municipality, organisation),
        unit_typed=unit_typed,
        unit_error=unit_error,
        counts=rosters.counts(work, whose),
        imports=rosters.imports(work, whose, limit=5),
        kinds=list(Kind),
        partners=list(Partner),
        most=_CONTACTS,
    )


@pages.post("/{organisation}")
async def change(
    request: Request,
    work: Uow,
    signed: Keeper,
    organisation: OrganisationId,
    name: Name,
    kind: Annotated[Kind, Form()],
    partner: Annotated[Partner, Form()],
    contact: Text = "",
    phone: Annotated[str, Form(max_length=40)] = "",
    mail: Text = "",
    seen: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    """`also_name_`, `also_phone_`, `also_mail_` with a number from 0: further contacts; without a name they are left
    out."""
    further = _further(await request.form())
    line = OrganisationLine(
        organisation, name.strip(), contact.strip(), kind, partner, phone.strip(), mail.strip(), further
    )
    try:
        service.change_organisation(work, signed.municipality, organisation, line, actor=str(signed.staff), seen=seen)
    except Refused as error:
        return _one(request, work, signed, organisation, typed=line, error=error)
    return forward(request, f"/organisations/{organisation}", notice="saved")


def _further(form: Mapping[str, object]) -> tuple[Contact, ...]:
    def said(what: str, at: int, limit: int) -> str:
        return str(form.get(f"also_{what}_{at}", "")).strip()[:limit]

    given = (Contact(said("name", at, 120), said("phone", at, 40), said("mail", at, 120)) for at in range(_CONTACTS))
    return tuple(each for each in given if each.name)


@pages.post("/{organisation}/units")
def add_unit(
    request: Request,
    work: Uow,
    signed: Keeper,
    organisation: OrganisationId,
    name: Name,
    parent: Annotated[str, Form(max_length=36)] = "",
) -> Response:
    known = service.tree(work, signed.municipality, service.organisation(work, signed.municipality, organisation).id)
    under = UnitId(parent) if any(unit.id == parent for unit in known) else None
    try:
        service.add_unit(
            work, signed.municipality, organisation, name=name.strip(), parent=under, actor=str(signed.staff)
        )
    except Refused as error:
        return _one(request, work, signed, organisation, unit_typed=(name, parent), unit_error=error)
    return forward(request, f"/organisations/{organisation}", notice="saved")


router = APIRouter()
for part in (pages, unit_pages.router):
    router.include_router(part)
