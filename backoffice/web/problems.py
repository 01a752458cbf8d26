"""One place that turns refusals into answers: RFC 9457 problem details for programs, a plain page for people.

Nothing of an unexpected error reaches the reader; it is logged with its class, and the server raises it again.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Match
from starlette.types import Scope

from backoffice.kit.errors import NotSignedIn, OfficeError
from backoffice.kit.unit_of_work import transaction
from backoffice.web.access import Signed, visitor_of
from backoffice.web.drafts import SentAlready
from backoffice.web.language import mark
from backoffice.web.pages import render
from backoffice.web.security import FormLimit, SecurityHeaders, harden
from schemas.problem import PROBLEM_JSON, Problem

_log = structlog.get_logger()
_TITLES: Final = {
    400: ("request.malformed", mark("送られた内容を読み取れませんでした。")),
    403: ("request.forbidden", mark("この操作はできません。")),
    404: ("request.not_found", mark("ページが見つかりません。")),
    405: ("request.method_not_allowed", mark("この操作はできません。")),
    413: ("request.too_large", mark("送られたデータが大きすぎます。")),
    422: ("request.malformed", mark("入力の内容を確かめてください。")),
    500: ("office.fault", mark("処理できませんでした。しばらくして、もう一度お試しください。")),
    503: ("office.unavailable", mark("いま利用できません。しばらくして、もう一度お試しください。")),
}


def install(app: FastAPI) -> None:
    """Error answers, security headers and the form limit, for the whole application."""
    app.add_exception_handler(OfficeError, _refused)
    app.add_exception_handler(SentAlready, _led_on)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)
    app.add_middleware(FormLimit, known=_signed_in)
    app.add_middleware(SecurityHeaders, https=_https(app))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, OfficeError)
    problem = Problem.of(error.code, error.status, error.title, transient=error.transient)
    if isinstance(error, NotSignedIn) and not _by_program(request):
        return _to_sign_in(request)
    return answer(request, problem)


def _led_on(_request: Request, error: Exception) -> Response:
    """The same form again: to where the first one led; nothing is done a second time."""
    assert isinstance(error, SentAlready)
    return RedirectResponse(error.led_to, status_code=303)


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    status = 422 if not _by_program(request) else 400
    code, title = _TITLES[status]
    places = "; ".join(".".join(str(part) for part in entry["loc"]) for entry in error.errors())
    return answer(request, Problem.of(code, status, title, detail=places))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, title = _TITLES.get(error.status_code, _TITLES[400])
    said = answer(request, Problem.of(code, error.status_code, title))
    said.headers.update(error.headers or {})
    return said


def _fault(request: Request, error: Exception) -> Response:
    _log.error("request failed", error=type(error).__name__, method=request.method)
    code, title = _TITLES[500]
    said = answer(request, Problem.of(code, 500, title))
    harden(said.headers, https=_https(request.app))  # this handler runs outside the middleware
    return said


def _https(app: FastAPI) -> bool:
    return str(app.state.settings.public_url).startswith("https:")


def _by_program(request: Request) -> bool:
    """The machine interface, and our own scripts that ask for JSON."""
    wants_json = "application/json" in request.headers.get("accept", "") or (
        request.headers.get("content-type", "").startswith("application/json")
    )
    return request.url.path.startswith(("/api/", "/healthz")) or wants_json


def answer(request: Request, problem: Problem) -> Response:
    """The problem as JSON for programs, as a page for people."""
    if _by_program(request):
        return JSONResponse(problem.model_dump(exclude_none=True), status_code=problem.status, media_type=PROBLEM_JSON)
    if problem.status < 500 and not hasattr(request.state, "signed"):
        request.state.signed = _visitor(request)
    return render(request, "problem.html", status=problem.status, problem=problem, back=_sent_from(request))


def _visitor(request: Request) -> Signed | None:
    """Who is looking at a page that belongs to no route: they keep their navigation."""
    with transaction(request.app.state.database, now=request.app.state.now) as work:
        return visitor_of(request, work)


def _signed_in(scope: Scope) -> bool:
    return _visitor(Request(scope)) is not None


def _to_sign_in(request: Request) -> Response:
    """Back to the page afterwards; what was posted without a session is not repeated."""
    by_script = "hx-request" in request.headers
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if by_script or request.method != "GET":
        wanted = _sent_from(request)
    here = f"/sign-in?next={quote(wanted)}" if wanted not in ("", "/") else "/sign-in"
    if by_script:
        return Response(status_code=204, headers={"HX-Redirect": here})
    return RedirectResponse(here, status_code=303)


def _sent_from(request: Request) -> str:
    """The page of ours that a form or a script belongs to; empty when the browser does not say it."""
    said = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer", ""))
    if said.netloc != request.headers.get("host") or not said.path.startswith("/") or said.path.startswith("//"):
        return ""
    if request.method == "GET" and "hx-request" not in request.headers:
        return ""
    page = _shown(request, said.path)
    return page + (f"?{said.query}" if said.query and page == said.path else "")


def _shown(request: Request, path: str) -> str:
    """The page, or the nearest above it: after a refusal the browser stands on the address a form is sent to."""
    while path != "/":
        wanted = {**request.scope, "path": path, "method": "GET"}
        if any(route.matches(wanted)[0] is Match.FULL for route in request.app.routes):
            break
        path = path.rpartition("/")[0] or "/"
    return path
