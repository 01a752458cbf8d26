"""Cross-site request forgery: every post of the console shows a token and comes from our own pages.

The token derives from the session's secret, or before sign-in from a visitor cookie (OWASP: signed double submit). The
browser's `Sec-Fetch-Site` and `Origin` are checked besides (Fetch Metadata). Programs: get the page first, then send
back its cookie and the hidden field `csrf`, or the header `X-CSRF-Token`.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from backoffice.drafts.sent import is_mark
from backoffice.kit.errors import NotAllowed, NotSignedIn
from backoffice.staff.sessions import Signed
from backoffice.staff.tokens import derived
from backoffice.web.access import Visitor, cookie_name

_COOKIE: Final = "demado_visitor"
_SAFE: Final = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class FormToken:
    """The token for the page's forms. `visitor`: a fresh visitor cookie to set, None when one is there."""

    value: str
    visitor: str | None = None

    def keep(self, answer: Response, *, secure: bool) -> None:
        if self.visitor is not None:
            answer.set_cookie(_COOKIE, self.visitor, httponly=True, samesite="lax", secure=secure)


def form_token(request: Request) -> FormToken:
    signed: Signed | None = getattr(request.state, "signed", None)
    if signed is not None:
        return FormToken(signed.csrf)
    if visitor := request.cookies.get(_COOKIE):
        return FormToken(derived(visitor, "csrf"))
    fresh = secrets.token_urlsafe(24)
    return FormToken(derived(fresh, "csrf"), visitor=fresh)


async def guard(request: Request, visitor: Visitor) -> None:
    """The dependency on every console route: refuses an unsafe request that did not come from our own page."""
    if request.method in _SAFE:
        return
    if visitor is None and cookie_name(request) in request.cookies:
        raise NotSignedIn("staff.not_signed_in", "サインインしてください。")
    given = request.headers.get("x-csrf-token")
    if not given:
        form = await request.form()
        given, mark = str(form.get("csrf", "")), str(form.get("once", ""))
        request.state.form_mark = mark if is_mark(mark) else ""
    expected = form_token(request)
    fits = expected.visitor is None and hmac.compare_digest(given.encode(), expected.value.encode())
    if not fits or not _from_here(request):
        raise NotAllowed(
            "request.forged", "このページの有効期限が切れました。ページを開き直して、もう一度お試しください。"
        )


def _from_here(request: Request) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc in (
        request.headers.get("host"),
        urlsplit(str(request.app.state.settings.public_url)).netloc,
    )
