"""Every request has an id, one log line (the route's pattern, never what stands in the address), and a bounded body.

Plain ASGI. The machine interface's bodies are read here, up to the limit, so that nothing behind ever holds more.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.problem import PROBLEM_JSON, Problem

_log = structlog.get_logger()
_OWN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = ("/healthz", "/static/")


class RequestLog:
    """Gives each request an id (a proxy's `X-Request-ID` is kept), returns it, and logs path, status and time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _OWN_ID.fullmatch(given) else uuid4().hex
        status = 500
        started = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                if not scope["path"].startswith(_QUIET):
                    _log.info(
                        "request",
                        method=scope["method"],
                        route=getattr(scope.get("route"), "path", None),
                        status=status,
                        ms=round((time.perf_counter() - started) * 1000, 1),
                    )


class BodyLimit:
    """Reads the bodies of paths under `prefix` and refuses one over its path's limit (or `other`) with 413."""

    def __init__(self, app: ASGIApp, *, prefix: str, limits: Mapping[str, int], other: int) -> None:
        self._app = app
        self._prefix = prefix
        self._limits = limits
        self._other = other

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        limit = self._limits.get(scope["path"], self._other)
        if _announced(scope) > limit:
            await _refuse(send)
            return
        try:
            body = await _read(receive, limit)
        except _TooLarge:
            await _refuse(send)
            return
        if body is not None:
            await self._app(scope, _replay(body, receive), send)


class _TooLarge(Exception):
    pass


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The whole body; None when the client went away before its end: half a body is nobody's request."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise _TooLarge
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    unread = [body]

    async def again() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        return await receive()

    return again


async def _refuse(send: Send) -> None:
    problem = Problem.of("request.too_large", 413, "送られたデータが大きすぎます。")
    body = json.dumps(problem.model_dump(exclude_none=True), ensure_ascii=False).encode()
    headers = [(b"content-type", PROBLEM_JSON.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 413, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": body})
