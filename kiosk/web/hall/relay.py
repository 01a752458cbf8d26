"""A tablet's work at another kiosk: its requests go on over the paired line as they came, answered by that kiosk's own
screens with their own rights; the lead adds who is signed in and changes nothing.

What passes: `/attendant/…` of the kiosk the tablet has chosen, and the applicant's pages while it holds that kiosk's
screen. What stays: the venue's board, signing in and out, the lock, the language.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk.flow import FlowRefused
from kiosk.web.hall.hall import Hall
from kiosk.web.hall.links import (
    CSRF_HEADER,
    HOLDS_HEADER,
    LANGUAGE_HEADER,
    QUIET_HEADER,
    STAFF_HEADER,
    TABLET_HEADER,
)
from kiosk.web.hall.pairing import PairingRefused
from kiosk.web.session import Session
from schemas.ids import DeviceId
from schemas.problem import PROBLEM_JSON, Problem

_STAYS = (
    "/attendant/venue", "/attendant/sign-in", "/attendant/sign-out", "/attendant/leave", "/attendant/language",
    "/attendant/here", "/attendant/lock",
)  # fmt: skip
_NEVER = ("/static/", "/dock", "/display", "/venue/", "/healthz", "/pair", "/trust")
_STREAMS = ("/live/events", "/live/camera.mjpg")
_UP = ("accept", "content-type", "x-csrf-token", "hx-request", "hx-target", "hx-current-url")
_DOWN = ("content-type", "location", "hx-redirect", "hx-refresh", "permissions-policy", "content-disposition")


class Relay:
    """Inside the session: sends on what belongs to another kiosk."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = scope.get("state", {}).get("session") if scope["type"] == "http" else None
        if session is None or not _goes_on(session, scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        room = scope["app"].state.room
        if request.method == "POST":
            if not same_origin(request.headers):
                await _refusal(request, "request.csrf", 403)(scope, receive, send)
                return
            room.sessions.acted(session)
        answer = await _sent_on(request, room.hall, session)
        await answer(scope, receive, send)


def tell(hall: Hall, session: Session, device: DeviceId, path: str, fields: Mapping[str, str]) -> None:
    """One act at another kiosk from the venue's board. Raises `FlowRefused` with that kiosk's own reason."""
    headers = {**who(session), "accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
    body = urlencode({"csrf": session.csrf, **fields}).encode()
    answer = hall.line(device).forward("POST", path, headers, body)
    hall.refresh(device)
    if answer.status_code != 200:
        raise FlowRefused(str(answer.json().get("code", "pairing.refused")) if answer.content else "pairing.refused")


def same_origin(headers: Headers) -> bool:
    """What the browser says of where a request comes from: our own pages."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _goes_on(session: Session, path: str) -> bool:
    if session.at is None or session.attendant is None:
        return False
    if session.locked and path.startswith("/attendant"):
        return False
    if path == "/attendant" or path.startswith("/attendant/"):
        return not path.startswith(_STAYS)
    return session.holds_there and not path.startswith(_NEVER)


async def _sent_on(request: Request, hall: Hall, session: Session) -> Response:
    if request.url.path in _STREAMS:
        return Response(status_code=204)  # the page asks by itself instead; an EventSource ends for good
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    sent = {name: request.headers[name] for name in _UP if name in request.headers}
    body = await request.body()
    try:
        assert session.at is not None
        line = hall.line(session.at)
        answer = await run_in_threadpool(line.forward, request.method, target, {**who(session), **sent}, body)
    except PairingRefused as refused:
        return _away(request, session, refused.code)
    session.holds_there = answer.headers.get(HOLDS_HEADER) == "yes"
    headers = {name: answer.headers[name] for name in _DOWN if name in answer.headers}
    return Response(answer.content, status_code=answer.status_code, headers=headers)


def _away(request: Request, session: Session, code: str) -> Response:
    """The kiosk does not answer: polling waits, a person is led back to the board."""
    if request.headers.get("hx-request") and request.method == "GET":
        return Response(status_code=204)
    if "application/json" in request.headers.get("accept", ""):
        return _refusal(request, code, 503)
    session.refuse(code, "")
    if request.headers.get("hx-request"):
        return Response(headers={"HX-Redirect": "/attendant/venue"})
    return RedirectResponse("/attendant/venue", 303)


def _refusal(_request: Request, code: str, status: int) -> Response:
    problem = Problem.of(code, status, "The other kiosk was not asked", transient=status == 503)
    return JSONResponse(problem.model_dump(exclude_none=True), status_code=status, media_type=PROBLEM_JSON)


def who(session: Session) -> dict[str, str]:
    staff = session.attendant.staff if session.attendant else ""
    return {
        STAFF_HEADER: staff,
        TABLET_HEADER: session.tablet,
        CSRF_HEADER: session.csrf,
        LANGUAGE_HEADER: session.language.value,
        QUIET_HEADER: str(session.quiet),
    }
