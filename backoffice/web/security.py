"""What every answer carries, and how large a console request may be. Plain ASGI, so that nothing can forget it.

Content-Security-Policy level 3 without any `unsafe-*`: scripts, styles and connections from this service only, pages
in nobody's frame. A packet's body has its own limit at the machine interface.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self)",
}
FORM_LIMIT: Final = 256 * 1024
# Where people who are signed in send files: rosters, and sticks with packets. What reads them has its own limits.
UPLOADS: Final = (
    (re.compile(r"/organisations/[0-9a-f-]{36}/roster"), 33 * 1024 * 1024),
    (re.compile(r"/usb"), 4 * 1024 * 1024 * 1024),
)


def harden(headers: MutableHeaders, *, https: bool) -> None:
    """Add what an answer does not already say."""
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    if https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")


class SecurityHeaders:
    """Adds the headers; answers that do not say otherwise are not stored. `https` adds HSTS (RFC 6797, 7.2)."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                harden(MutableHeaders(scope=message), https=self._https)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class FormLimit:
    """Refuses console bodies over the limit while they are read. `known`: whether somebody is signed in; only they may
    send a file of more (the body is read before any route can ask who sends it)."""

    def __init__(self, app: ASGIApp, *, known: Callable[[Scope], bool], limit: int = FORM_LIMIT) -> None:
        self._app = app
        self._known = known
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        limit, read = await self._limit_of(scope), 0

        async def receive_counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise HTTPException(413)  # the one kind that FastAPI lets out of its body parser
            return message

        await self._app(scope, receive_counted, send)

    async def _limit_of(self, scope: Scope) -> int:
        wider = next((most for path, most in UPLOADS if path.fullmatch(scope["path"])), self._limit)
        if scope["method"] == "POST" and wider > self._limit and await run_in_threadpool(self._known, scope):
            return wider
        return self._limit
