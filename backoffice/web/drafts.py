"""What was sent is over: a form answered with another page has no draft any more, and is carried out once.

The mark each form carries (`pages.csrf_field`) stands in the request's own transaction from its beginning on, so that a
second click waits for the first and is led to the same page.
"""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request

from backoffice.drafts import sent, service
from backoffice.kit.request_work import Uow
from backoffice.staff.sessions import Signed
from backoffice.web.access import Visitor


class SentAlready(Exception):
    """`led_to`: the page the first one was answered with."""

    def __init__(self, led_to: str) -> None:
        super().__init__(led_to)
        self.led_to = led_to


def ends_draft(request: Request, work: Uow, visitor: Visitor) -> Iterator[None]:
    """The dependency on every console route; in the request's own transaction."""
    mark = getattr(request.state, "form_mark", "") if visitor is not None else ""
    if visitor is not None and mark:
        _first(work, visitor, mark)
    yield
    led_to: str | None = getattr(request.state, "forwarded", None)
    if visitor is None or request.method != "POST":
        return
    if mark:
        sent.end(work, visitor.municipality, visitor.staff, mark, led_to=led_to)
    if led_to is not None:
        service.end(work, visitor.municipality, visitor.staff, request.url.path)


def _first(work: Uow, visitor: Signed, mark: str) -> None:
    led_to = sent.begin(work, visitor.municipality, visitor.staff, mark)
    if led_to is not None:
        raise SentAlready(led_to)
