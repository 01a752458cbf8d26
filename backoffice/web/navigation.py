"""The console's main navigation: a room appears when it is installed and the person's role may enter it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Final

from starlette.requests import Request

from backoffice.staff.authorisation import Action
from backoffice.staff.sessions import Signed
from backoffice.web.language import mark


@dataclass(frozen=True)
class Entry:
    """`path` is the room's first page, `name` its Japanese name, `room` the package that has its pages."""

    path: str
    name: str
    action: Action
    room: str


ENTRIES: Final = (
    Entry("/", mark("きょう"), Action.HOME_SEE, "web"),
    Entry("/cases", mark("申請の確認"), Action.CASE_LIST, "cases"),
    Entry("/organisations", mark("団体と名簿"), Action.ORGANISATION_READ, "organisations"),
    Entry("/visits", mark("訪問"), Action.VISIT_READ, "visits"),
    Entry("/devices", mark("端末"), Action.DEVICE_READ, "devices"),
    Entry("/rules", mark("決まり"), Action.RULES_MANAGE, "rules"),
    Entry("/staff", mark("職員"), Action.STAFF_READ, "staff"),
    Entry("/audit", mark("監査記録"), Action.AUDIT_READ, "audit"),
)


def entries(request: Request, signed: Signed) -> list[tuple[Entry, bool]]:
    """What this person sees, each with whether it is the page they are on."""
    return [
        (entry, _is_within(request.url.path, entry.path))
        for entry in ENTRIES
        if _installed(entry.room) and signed.may(entry.action)
    ]


@cache
def _installed(room: str) -> bool:
    return room == "web" or find_spec(f"backoffice.{room}.console") is not None


def _is_within(path: str, room: str) -> bool:
    return path == room or (room != "/" and path.startswith(f"{room}/"))
