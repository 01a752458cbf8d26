"""The outer wall of the screens: headers on every answer, a limit on every body, a session cookie, no forged posts.

CSP Level 3 without any unsafe-*; nothing is fetched from elsewhere, framed, cached or allowed to ask for a device.
`Referrer-Policy` is same-origin because browsers send `Origin: null` with forms under no-referrer.
"""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.web.hall.links import HOLDS_HEADER, KEY_HEADER
from kiosk.web.hall.moving import TAKE_OVER
from kiosk.web.session import COOKIE, Session, Sessions
from schemas.problem import PROBLEM_JSON, Problem

BODY_LIMIT = 64 * 1024
PICTURE_LIMIT = 20 * 1024 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()",
}
OWN_CAMERA = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")
"""For the few pages that ask for the tablet's camera."""
_STATIC = "/static/"


class SecurityHeaders:
    """Headers on every answer; pages are never stored, files may be kept but are asked for again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        cache = "no-cache" if scope["path"].startswith(_STATIC) else "no-store"

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers["Cache-Control"] = cache
            await send(message)

        await self._app(scope, receive, with_headers)


class BodyLimit:
    """413 with a problem for a body over the limit, announced or not. The rest of such a body is not read.

    `sends_pictures` says of a request that it may carry one: only a signed-in attendant's, and never a multipart form.
    """

    def __init__(
        self, app: ASGIApp, *, limit: int = BODY_LIMIT, sends_pictures: Callable[[Scope], bool] = lambda _scope: False
    ) -> None:
        self._app, self._limit, self._sends_pictures = app, limit, sends_pictures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = PICTURE_LIMIT if self._sends_pictures(scope) else self._limit
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isascii() or not announced.isdigit() or int(announced) > limit:
            await _refuse(send)
            return
        body = await _whole_body(receive, limit)
        if body is None:
            await _refuse(send)
            return
        await self._app(scope, _replayed(body, receive), send)


async def _whole_body(receive: Receive, limit: int) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


async def _refuse(send: Send) -> None:
    await _answer(send, 413, Problem.of("request.too_large", 413, "The request is larger than this service accepts"))


async def _answer(send: Send, status: int, problem: Problem) -> None:
    content = problem.model_dump_json(exclude_none=True).encode()
    headers = [(b"content-type", PROBLEM_JSON.encode()), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": content})


class SessionCookie:
    """Finds or begins the browser's session (`scope["state"]["session"]`) and sets the cookie when it is new."""

    def __init__(self, app: ASGIApp, *, sessions: Sessions, linked: Callable[[Scope], Session | None]) -> None:
        """`linked`: the session of a tablet that comes through a paired kiosk."""
        self._app, self._sessions, self._linked = app, sessions, linked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_STATIC):
            await self._app(scope, receive, send)
            return
        if KEY_HEADER in Headers(scope=scope):
            await self._through_the_lead(scope, receive, send)
            return
        given = _cookie(Headers(scope=scope).get("cookie", ""))
        session, _ = self._sessions.of(given)
        session.here = is_loopback(scope.get("client"))
        scope.setdefault("state", {})["session"] = session
        secure = "; Secure" if scope["scheme"] == "https" else ""

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and session.key != given:
                cookie = f"{COOKIE}={session.key}; Path=/; HttpOnly; SameSite=Strict{secure}"
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, with_cookie)

    async def _through_the_lead(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = self._linked(scope)
        if session is None:
            problem = Problem.of("pairing.refused", 403, "This kiosk is not paired with the one that asks")
            await _answer(send, 403, problem)
            return
        scope.setdefault("state", {})["session"] = session

        async def with_hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append(HOLDS_HEADER, "yes" if session.holds else "no")
            await send(message)

        await self._app(scope, receive, with_hold)


PICTURE_PATHS = (
    "/attendant/photo/file", "/attendant/camera/frame", "/attendant/hold/frame", "/attendant/venue/pair/frame",
    TAKE_OVER,
)  # fmt: skip


def picture_senders(sessions: Sessions, linked: Callable[[Scope], Session | None]) -> Callable[[Scope], bool]:
    """Requests that may carry a picture: on its two routes, from a signed-in attendant, as plain bytes."""

    def sends(scope: Scope) -> bool:
        if scope["path"] not in PICTURE_PATHS:
            return False
        headers = Headers(scope=scope)
        plain = headers.get("content-type", "").startswith(("image/", "application/octet-stream"))
        if KEY_HEADER in headers:
            session = linked(scope)
            return plain and session is not None and session.attendant is not None
        return plain and sessions.signed_in(_cookie(headers.get("cookie", "")))

    return sends


def is_loopback(client: tuple[str, int] | None) -> bool:
    """True for who asks from this very machine."""
    try:
        return client is not None and ip_address(client[0]).is_loopback
    except ValueError:
        return False


def _cookie(header: str) -> str | None:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None
