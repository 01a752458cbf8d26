"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from backoffice.kit.errors import OfficeError
from backoffice.kit.request_work import Uow
from backoffice.organisations import service as organisations
from backoffice.staff import passkeys, sessions
from backoffice.staff import sign_in as signing
from backoffice.staff.console.means import (
    PasskeyAnswer,
    TheSealing,
    TheSite,
    client_address,
    providers_of,
    start_session,
)
from backoffice.staff.errors import PasskeyRejected, SignInFailed, TooManyTries
from backoffice.web.access import SignedIn, Visitor, cookie_name
from backoffice.web.home import local
from backoffice.web.pages import forward, render
from schemas.problem import PROBLEM_JSON, Problem

router = APIRouter()
_OFFICE = "demado_office"


@router.get("/sign-in")
def page(request: Request, work: Uow, visitor: Visitor, next: str = "/", municipality: str = "") -> Response:
    """`municipality`: chosen already, for an address that one municipality's people keep."""
    if visitor is not None:
        return RedirectResponse(local(next), status_code=303)
    return sign_in_page(request, work, next=local(next), municipality=municipality)


def sign_in_page(
    request: Request,
    work: Uow,
    *,
    next: str = "/",
    error: OfficeError | None = None,
    municipality: str = "",
    login: str = "",
) -> HTMLResponse:
    tenants, providers = organisations.tenants(work), providers_of(request)
    offered = [(tenant, provider.client.name) for tenant in tenants if (provider := providers.of(tenant.code))]
    return render(
        request,
        "staff/sign_in.html",
        status=error.status if error else 200,
        next=next,
        error=error,
        login=login,
        tenants=tenants,
        everybody=[(tenant, "") for tenant in tenants],
        municipality=municipality or request.cookies.get(_OFFICE, ""),
        offered=offered,
        provider_names={name for _tenant, name in offered},
    )


@router.post("/sign-in")
def by_password(
    request: Request,
    work: Uow,
    sealing: TheSealing,
    municipality: Annotated[str, Form(max_length=20)],
    login: Annotated[str, Form(max_length=80)],
    password: Annotated[str, Form(max_length=512)],
    code: Annotated[str, Form(max_length=40)],
    next: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    attempt = signing.Attempt(municipality.strip(), login, password, code, client_address(request))
    try:
        staff = signing.by_password(work, attempt, sealing)
    except TooManyTries as error:
        return sign_in_page(request, work, next=local(next), error=error, municipality=municipality, login=login)
    if staff is None:  # answered, not raised: the counted failure must be committed
        return sign_in_page(
            request, work, next=local(next), error=SignInFailed(), municipality=municipality, login=login
        )
    answer = RedirectResponse(local(next), status_code=303)
    remember_office(answer, attempt.tenant)
    start_session(request, answer, work, staff, means="password")
    return answer


def remember_office(answer: Response, municipality: str) -> None:
    """Chosen already the next time."""
    answer.set_cookie(_OFFICE, municipality, max_age=365 * 86400, httponly=True, samesite="lax")


@router.post("/sign-in/passkey/options")
def passkey_options(work: Uow, site: TheSite) -> JSONResponse:
    ceremony = passkeys.begin_sign_in(work, site)
    return JSONResponse({"ceremony": ceremony.id, "options": ceremony.options})


@router.post("/sign-in/passkey")
def by_passkey(request: Request, work: Uow, site: TheSite, answer: PasskeyAnswer) -> Response:
    try:
        staff = passkeys.sign_in(work, site, ceremony=answer.ceremony, credential=answer.credential)
    except PasskeyRejected as error:  # answered, not raised: the challenge must stay taken
        problem = Problem.of(error.code, error.status, error.title)
        return JSONResponse(problem.model_dump(exclude_none=True), error.status, media_type=PROBLEM_JSON)
    signed = JSONResponse({"next": local(answer.next)})
    start_session(request, signed, work, staff, means="passkey")
    return signed


@router.post("/sign-out")
def sign_out(request: Request, work: Uow, site: TheSite, signed: SignedIn) -> Response:
    """Who came over the OpenID provider is shown the way out of it: a shared machine would let the next one in."""
    sessions.end(work, signed)
    provider = providers_of(request).of(signed.municipality) if signed.means == "provider" else None
    address = provider.sign_out_address(f"{site.origin}/sign-in") if provider else ""
    request.state.signed = None
    answer = (
        render(request, "staff/signed_out.html", address=address, name=provider.client.name)
        if provider
        else forward(request, "/sign-in", notice="account.signed_out")
    )
    answer.delete_cookie(cookie_name(request), path="/")
    return answer
