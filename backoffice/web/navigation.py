"""The console's main navigation: a room appears when it is installed and the person's role may enter it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from backoffice.staff.authorisation import Action
from backoffice.staff.sessions import Signed
from backoffice.web.language import mark


@dataclass(frozen=True)
class Entry:
    """`path` is the room's first page, `name` its Japanese name."""

    path: str
    name: str
    action: Action


ENTRIES: Final = (
    Entry("/", mark("きょう"), Action.HOME_SEE),
    Entry("/cases", mark("申請の確認"), Action.CASE_LIST),
    Entry("/visits", mark("訪問"), Action.VISIT_READ),
    Entry("/devices", mark("端末"), Action.DEVICE_READ),
    Entry("/staff", mark("職員"), Action.STAFF_READ),
    Entry("/audit", mark("監査記録"), Action.AUDIT_READ),
)


def entries(request: Request, signed: Signed) -> list[tuple[Entry, bool]]:
    """What this person sees, each with whether it is the page they are on."""
    routed = {getattr(route, "path", "") for route in request.app.routes}
    return [
        (entry, _is_within(request.url.path, entry.path))
        for entry in ENTRIES
        if entry.path in routed and signed.may(entry.action)
    ]


def _is_within(path: str, room: str) -> bool:
    return path == room or (room != "/" and path.startswith(f"{room}/"))
