"""My account: passkeys, password with authenticator app, recovery codes, the places where I am signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.staff import by_provider, passkeys, service, sessions
from backoffice.staff.authorisation import Action
from backoffice.staff.console.invitation import authenticator
from backoffice.staff.console.means import PasskeyAnswer, TheSealing, TheSite, providers_of
from backoffice.staff.sealing import Sealing
from backoffice.web.access import Signed, may
from backoffice.web.pages import carried_out, forward, render

router = APIRouter(prefix="/account")
Own = Annotated[Signed, may(Action.ACCOUNT_OWN)]


@router.get("")
def page(request: Request, work: Uow, signed: Own, site: TheSite) -> HTMLResponse:
    staff = service.read(work, signed.municipality, signed.staff)
    return render(
        request,
        "staff/account.html",
        staff=staff,
        origin=site.origin,
        passkeys=passkeys.of_account(work, staff),
        sessions=sessions.of_account(work, signed.municipality, signed.staff),
        linked=by_provider.linked(work, staff),
        provider=providers_of(request).of(signed.municipality),
        recovery_codes=service.unused_recovery_codes(work, staff),
    )


@router.get("/password")
def password_page(request: Request, work: Uow, signed: Own, sealing: TheSealing) -> HTMLResponse:
    return _password_page(request, work, signed, sealing)


def _password_page(
    request: Request, work: Uow, signed: Signed, sealing: Sealing, error: Refused | None = None
) -> HTMLResponse:
    staff = service.read(work, signed.municipality, signed.staff)
    return render(
        request,
        "staff/password.html",
        status=error.status if error else 200,
        staff=staff,
        error=error,
        **authenticator(service.pending_secret(work, staff, sealing), staff),
    )


@router.post("/password")
def set_password(
    request: Request,
    work: Uow,
    signed: Own,
    sealing: TheSealing,
    password: Annotated[str, Form(max_length=512)],
    password_again: Annotated[str, Form(max_length=512)],
    code: Annotated[str, Form(max_length=20)],
) -> HTMLResponse:
    """A new password and authenticator; every other session of the account ends."""
    staff = service.read(work, signed.municipality, signed.staff)
    try:
        recovery = service.set_password(work, staff, service.NewPassword(password, password_again, code), sealing)
    except Refused as error:
        return _password_page(request, work, signed, sealing, error)
    service.end_sessions(work, staff, by=signed.staff, keep=signed.session)
    carried_out(request, "/account")
    return render(request, "staff/recovery_codes.html", codes=recovery, next="/account")


@router.post("/recovery-codes")
def renew_recovery_codes(request: Request, work: Uow, signed: Own) -> HTMLResponse:
    staff = service.read(work, signed.municipality, signed.staff)
    carried_out(request, "/account")
    return render(
        request, "staff/recovery_codes.html", codes=service.renew_recovery_codes(work, staff), next="/account"
    )


@router.post("/passkey/options")
def passkey_options(work: Uow, signed: Own, site: TheSite) -> JSONResponse:
    ceremony = passkeys.begin_registration(work, service.read(work, signed.municipality, signed.staff), site)
    return JSONResponse({"ceremony": ceremony.id, "options": ceremony.options})


@router.post("/passkey")
def add_passkey(work: Uow, signed: Own, site: TheSite, answer: PasskeyAnswer) -> Response:
    staff = service.read(work, signed.municipality, signed.staff)
    passkeys.register(work, staff, site, ceremony=answer.ceremony, credential=answer.credential, label=answer.label)
    return JSONResponse({"next": "/account"})


@router.post("/passkeys/{passkey}/remove")
def remove_passkey(request: Request, work: Uow, signed: Own, passkey: str) -> Response:
    """Not the last means to sign in."""
    staff = service.read(work, signed.municipality, signed.staff)
    others = staff.password_hash is not None or by_provider.linked(work, staff) is not None
    if not others and len(passkeys.of_account(work, staff)) == 1:
        raise Refused("staff.last_means", "最後のサインイン方法は削除できません。", status=409)
    passkeys.remove(work, staff, passkey)
    return forward(request, "/account", notice="account.passkey_removed")


@router.post("/provider/unlink")
def unlink_provider(request: Request, work: Uow, signed: Own) -> Response:
    """Not the last means to sign in."""
    staff = service.read(work, signed.municipality, signed.staff)
    if staff.password_hash is None and not passkeys.of_account(work, staff):
        raise Refused("staff.last_means", "最後のサインイン方法は削除できません。", status=409)
    by_provider.unlink(work, staff, by=signed.staff)
    return forward(request, "/account", notice="staff.unlinked")


@router.post("/sessions/end-others")
def end_other_sessions(request: Request, work: Uow, signed: Own) -> Response:
    staff = service.read(work, signed.municipality, signed.staff)
    service.end_sessions(work, staff, by=signed.staff, keep=signed.session)
    return forward(request, "/account", notice="account.sessions_ended")


@router.post("/sessions/{session}/end")
def end_session(request: Request, work: Uow, signed: Own, session: str) -> Response:
    staff = service.read(work, signed.municipality, signed.staff)
    service.end_sessions(work, staff, by=signed.staff, only=session)
    return forward(request, "/account", notice="account.sessions_ended")
