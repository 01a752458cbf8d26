"""Signing in through the municipality's OpenID provider, where it has one.

    POST /sign-in/provider             csrf, municipality, next → page that leads on to the provider
    POST /invitation/{link}/provider   csrf → the same, to link the invited account
    GET  /sign-in/provider/back        the provider's answer → 303 to `next`, or the sign-in page with what was wrong
    GET  /sign-in/provider/back/{code} the same from a municipality's own provider
    POST /sign-in/provider/code        csrf, code: our own second factor, where the provider asked for one only

A code is exchanged outside any transaction: on SQLite everybody would wait for the provider's answer.
"""

from __future__ import annotations

import hmac
from typing import Annotated

import structlog
from fastapi import APIRouter, Form
from fastapi import Request as HttpRequest
from starlette.responses import HTMLResponse, RedirectResponse, Response

from backoffice.kit.errors import NotFound, OfficeError
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import transaction
from backoffice.organisations import service as organisations
from backoffice.staff import by_provider, service
from backoffice.staff import sign_in as signing
from backoffice.staff.console.means import TheProviders, TheSealing, TheSite, client_address, start_session
from backoffice.staff.console.sign_in import remember_office, sign_in_page
from backoffice.staff.errors import (
    CodeWrong,
    ProviderAnswerWrong,
    ProviderAway,
    ProviderNone,
    ProviderOver,
    TooManyTries,
)
from backoffice.staff.openid import BACK, Asked, Identity, Provider, Providers
from backoffice.staff.site import Site
from backoffice.web.access import secure
from backoffice.web.home import local
from backoffice.web.pages import render
from schemas.ids import MunicipalityCode

router = APIRouter()
back_router = APIRouter(include_in_schema=False)
_COOKIE = "demado_provider"
_log = structlog.get_logger()


@router.post("/sign-in/provider")
def begin(
    request: HttpRequest,
    work: Uow,
    providers: TheProviders,
    site: TheSite,
    municipality: Annotated[str, Form(max_length=20)],
    next: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    try:
        tenant = organisations.tenant(work, MunicipalityCode.parse(municipality)).code
        provider = _of(providers, tenant)
        provider.ready()
    except (OfficeError, ValueError) as error:
        return _wrong(request, work, error if isinstance(error, OfficeError) else ProviderOver())
    return _onward(request, providers, by_provider.begin(work, tenant, next=local(next)), site)


@router.post("/invitation/{link}/provider")
def begin_linking(request: HttpRequest, work: Uow, providers: TheProviders, site: TheSite, link: str) -> Response:
    invitation, staff = service.invited(work, link)
    _of(providers, staff.municipality_id).ready()
    return _onward(
        request, providers, by_provider.begin(work, staff.municipality_id, next="/", invitation=invitation), site
    )


def _of(providers: Providers, municipality: str) -> Provider:
    if (provider := providers.of(municipality)) is None:
        raise ProviderNone
    return provider


def _onward(request: HttpRequest, providers: Providers, trip: by_provider.Trip, site: Site) -> HTMLResponse:
    """A page, not a redirect: the policy lets no form end at another site (`form-action`)."""
    municipality = trip.token.municipality
    provider = _of(providers, municipality)
    asked = Asked(trip.state, trip.nonce, trip.challenge, site.origin + providers.back_to(municipality))
    answer = render(request, "staff/onward.html", address=provider.address(asked), name=provider.client.name)
    _keep(request, answer, trip)
    return answer


@back_router.get(BACK)
@back_router.get(BACK + "/{municipality}")
def back(
    request: HttpRequest,
    providers: TheProviders,
    site: TheSite,
    code: str = "",
    state: str = "",
    iss: str | None = None,
    error: str = "",
) -> Response:
    """Open to everybody and in transactions of its own; the browser's cookie and the state are its guard."""
    state_of, trip = request.app.state, None
    try:
        with transaction(state_of.database, now=state_of.now) as work:
            trip = by_provider.take(work, request.cookies.get(_COOKIE, ""))
        if error or not code or not hmac.compare_digest(state.encode(), trip.state.encode()):
            raise ProviderOver
        provider = _of(providers, trip.token.municipality)
        if request.url.path != providers.back_to(trip.token.municipality):
            raise ProviderAnswerWrong("the way back of another provider")
        if not provider.speaks_for(iss):
            raise ProviderAnswerWrong("iss of the answer")
        address = site.origin + request.url.path
        who = provider.identify(code, verifier=trip.verifier, nonce=trip.nonce, back=address)
        return _arrived(request, provider, trip, who)
    except OfficeError as wrong:
        _log.warning("sign-in by provider refused", code=wrong.code, reason=getattr(wrong, "reason", error[:40]))
        with transaction(state_of.database, now=state_of.now) as work:
            if trip is not None:
                by_provider.refused(work, trip.token.municipality, wrong.code)
            return _wrong(request, work, wrong)


def _arrived(request: HttpRequest, provider: Provider, trip: by_provider.Trip, who: Identity) -> Response:
    with transaction(request.app.state.database, now=request.app.state.now) as work:
        found = by_provider.arrive(work, trip, who, provider.client)
        if isinstance(found, by_provider.Trip):
            answer: Response = render(request, "staff/provider_code.html", error=None)
            _keep(request, answer, found)
            return answer
        answer = RedirectResponse(trip.next, status_code=303)
        start_session(request, answer, work, found, means="provider")
    remember_office(answer, trip.token.municipality)
    answer.delete_cookie(_COOKIE, path="/sign-in/provider")
    return answer


@router.post("/sign-in/provider/code")
def by_code(
    request: HttpRequest, work: Uow, sealing: TheSealing, code: Annotated[str, Form(max_length=40)]
) -> Response:
    try:
        trip, _row = by_provider.look(work, request.cookies.get(_COOKIE, ""))
        if trip.staff is None:
            raise ProviderOver
        staff = service.read(work, trip.token.municipality, trip.staff)
        fits = signing.by_code(work, staff, code, sealing, address=client_address(request))
    except (ProviderOver, TooManyTries, NotFound) as error:
        return _wrong(request, work, error)
    if not fits or staff.disabled_at is not None:  # answered, not raised: the counted failure must be committed
        return render(request, "staff/provider_code.html", status=422, error=CodeWrong())
    by_provider.take(work, str(trip.token))
    answer = RedirectResponse(trip.next, status_code=303)
    start_session(request, answer, work, by_provider.signed_in(work, staff), means="provider")
    answer.delete_cookie(_COOKIE, path="/sign-in/provider")
    return answer


def _keep(request: HttpRequest, answer: Response, trip: by_provider.Trip) -> None:
    answer.set_cookie(
        _COOKIE, str(trip.token), max_age=int(by_provider.HOLDS.total_seconds()), path="/sign-in/provider",
        httponly=True, samesite="lax", secure=secure(request),
    )  # fmt: skip


def _wrong(request: HttpRequest, work: Uow, error: OfficeError) -> Response:
    if isinstance(error, ProviderAway):
        _log.warning("the OpenID provider is away", reason=error.reason)
    return sign_in_page(request, work, error=error)
