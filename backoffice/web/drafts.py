"""A form that was sent and answered with another page has no draft any more."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request

from backoffice.drafts import service
from backoffice.kit.request_work import Uow
from backoffice.web.access import Visitor


def ends_draft(request: Request, work: Uow, visitor: Visitor) -> Iterator[None]:
    """The dependency on every console route; in the request's own transaction."""
    yield
    if request.method == "POST" and visitor is not None and getattr(request.state, "forwarded", False):
        service.end(work, visitor.municipality, visitor.staff, request.url.path)
