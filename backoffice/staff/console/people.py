"""The staff of a municipality: list, invite, change role, disable."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.staff import by_provider, service, sessions
from backoffice.staff.authorisation import Action, Role
from backoffice.staff.console.means import TheSite
from backoffice.staff.models import Staff
from backoffice.web.access import Signed, may
from backoffice.web.language import chosen, mark, texts
from backoffice.web.listing import Column, show
from backoffice.web.pages import carried_out, forward, render

router = APIRouter(prefix="/staff")
Reader = Annotated[Signed, may(Action.STAFF_READ)]
Administrator = Annotated[Signed, may(Action.STAFF_MANAGE)]


@router.get("")
def people(request: Request, work: Uow, signed: Reader) -> Response:
    return _list(request, work, signed)


def _list(
    request: Request, work: Uow, signed: Signed, *, error: Refused | None = None, given: service.Newcomer | None = None
) -> Response:
    invited, able = (
        service.open_invitations(work, signed.municipality),
        service.able_to_sign_in(work, signed.municipality),
    )
    say = texts(chosen(request)).ugettext
    columns = (
        Column[Staff]("name", mark("氏名"), lambda person: person.name),
        Column[Staff]("login", mark("ログイン名"), lambda person: person.login),
        Column[Staff]("role", mark("役割"), lambda person: person.role),
        Column[Staff]("state", mark("状態"), lambda person: say(_standing(person, able=able, invited=invited))),
        Column[Staff]("disabled", mark("停止した日時"), lambda person: person.disabled_at),
    )
    return show(
        request,
        work,
        signed,
        "staff/list.html",
        rows=service.all_of(work, signed.municipality),
        columns=columns,
        name="staff",
        status=error.status if error else 200,
        invitations=invited,
        able=able,
        linked=by_provider.all_linked(work, signed.municipality),
        roles=list(Role),
        error=error,
        given=given or service.Newcomer(name="", role=Role.STAFF),
    )


def _standing(person: Staff, *, able: Collection[str], invited: Collection[str]) -> str:
    if person.disabled_at:
        return mark("停止")
    if person.id in able:
        return mark("利用中")
    return mark("招待中") if person.id in invited else mark("サインイン方法なし")


@router.post("")
def add(
    request: Request,
    work: Uow,
    signed: Administrator,
    site: TheSite,
    name: Annotated[str, Form(max_length=200)],
    role: Annotated[Role, Form()],
    login: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    new = service.Newcomer(name=name, role=role, login=login)
    try:
        staff = service.add(work, signed.municipality, new, by=signed.staff)
    except Refused as error:
        return _list(request, work, signed, error=error, given=new)
    return _invited(request, work, signed, staff, site=site)


@router.post("/{staff}/invite")
def invite(request: Request, work: Uow, signed: Administrator, site: TheSite, staff: str) -> HTMLResponse:
    """A new link for an account: also the way back for someone who lost every means to sign in."""
    return _invited(request, work, signed, service.read(work, signed.municipality, staff), site=site)


def _invited(request: Request, work: Uow, signed: Signed, staff: Staff, *, site: TheSite) -> HTMLResponse:
    token = service.invite(work, staff, by=signed.staff)
    carried_out(request, "/staff")
    return render(
        request,
        "staff/invited.html",
        staff=staff,
        link=f"{site.origin}/invitation/{token}",
        until=work.now + service.INVITATION_HOLDS,
    )


@router.post("/{staff}/role")
def change_role(
    request: Request, work: Uow, signed: Administrator, staff: str, role: Annotated[Role, Form()]
) -> Response:
    service.change_role(work, service.read(work, signed.municipality, staff), role, by=signed.staff)
    return forward(request, "/staff", notice="staff.role_changed")


@router.post("/{staff}/disable")
def disable(request: Request, work: Uow, signed: Administrator, staff: str) -> Response:
    service.disable(work, service.read(work, signed.municipality, staff), by=signed.staff)
    return forward(request, "/staff", notice="staff.disabled")


@router.post("/{staff}/unlink")
def unlink(request: Request, work: Uow, signed: Administrator, staff: str) -> Response:
    """The OpenID provider no longer opens this account; an invitation links it again."""
    by_provider.unlink(work, service.read(work, signed.municipality, staff), by=signed.staff)
    return forward(request, "/staff", notice="staff.unlinked")


@router.post("/{staff}/enable")
def enable(request: Request, work: Uow, signed: Administrator, staff: str) -> Response:
    service.enable(work, service.read(work, signed.municipality, staff), by=signed.staff)
    return forward(request, "/staff", notice="staff.enabled")


@router.get("/{staff}/sessions")
def signed_in(request: Request, work: Uow, signed: Administrator, staff: str) -> HTMLResponse:
    """Where a person is signed in: a lost laptop is signed out without stopping the account."""
    person = service.read(work, signed.municipality, staff)
    held = sessions.of_account(work, signed.municipality, staff)
    return render(request, "staff/sessions.html", staff=person, sessions=held)


@router.post("/{staff}/sessions/end")
def end_sessions(
    request: Request, work: Uow, signed: Administrator, staff: str, session: Annotated[str, Form(max_length=36)] = ""
) -> Response:
    """One of them, or all; one's own stays."""
    person = service.read(work, signed.municipality, staff)
    service.end_sessions(work, person, by=signed.staff, only=session or None, keep=signed.session)
    return forward(request, f"/staff/{staff}/sessions", notice="staff.sessions_ended")
