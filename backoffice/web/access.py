"""Who is asking, and whether they may: the dependencies every console route takes.

    @router.get("/visits")
    def visits(request: Request, work: Uow, signed: Annotated[Signed, may(Action.VISIT_READ)]) -> HTMLResponse: ...

A request without a session raises `NotSignedIn` (the page then leads to the sign-in); a role without the action raises
`NotAllowed`. Forms carry a token bound to the session: `web.forgery` checks it for every post.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request

from backoffice.kit.errors import NotAllowed, NotSignedIn
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff import sessions
from backoffice.staff.authorisation import Action
from backoffice.staff.sessions import Signed
from backoffice.staff.tokens import Token

__all__ = ["Action", "Permit", "Signed", "SignedIn", "Visitor", "cookie_name", "may", "visitor_of"]

_COOKIE: Final = "demado_session"


def cookie_name(request: Request) -> str:
    """Over https the name's prefix makes browsers refuse a cookie that is not ours alone (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{_COOKIE}" if secure(request) else _COOKIE


def secure(request: Request) -> bool:
    return str(request.app.state.settings.public_url).startswith("https:")


def _visitor(request: Request, work: Uow) -> Signed | None:
    """The person signed in, or None."""
    request.state.signed = visitor_of(request, work)
    signed: Signed | None = request.state.signed
    return signed


def visitor_of(request: Request, work: UnitOfWork) -> Signed | None:
    """Whose session the request's cookie names. htmx here only refreshes parts by itself: that is not use."""
    token = Token.parse(request.cookies.get(cookie_name(request), ""))
    return sessions.look_up(work, token, in_use="hx-request" not in request.headers) if token else None


Visitor = Annotated[Signed | None, Depends(_visitor)]


def _signed_in(visitor: Visitor) -> Signed:
    if visitor is None:
        raise NotSignedIn("staff.not_signed_in", "サインインしてください。")
    return visitor


SignedIn = Annotated[Signed, Depends(_signed_in)]


@dataclass(frozen=True)
class Permit:
    """Lets through only those whose role may do `action`; the test that walks all routes reads it."""

    action: Action

    def __call__(self, signed: SignedIn) -> Signed:
        if not signed.may(self.action):
            raise NotAllowed("staff.not_allowed", "この操作をする権限がありません。")
        return signed


def may(action: Action) -> Any:  # FastAPI's own Depends() is typed Any
    return Depends(Permit(action))
