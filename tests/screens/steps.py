"""What a walk through the screens is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Who(StrEnum):
    """Whose browser. LAN: a tablet at the second kiosk's own HTTPS door; CLOSED: that kiosk before it is enrolled."""

    APPLICANT = "applicant"
    TABLET = "tablet"
    DISPLAY = "display"
    LAN = "lan"
    CLOSED = "closed"


class Tongues(StrEnum):
    """Who chooses the language a screen speaks: the applicant, the tablet's attendant, nobody (it has its own only)."""

    ALL = "all"
    STAFF = "staff"
    OWN = "own"


@dataclass(frozen=True)
class Do:
    """A post. `refused`: it is meant to be; `typed`: taken, and kept for the window that posts it; `again`: until it is
    taken, while a device comes to itself."""

    path: str
    fields: Mapping[str, str | list[str]] = field(default_factory=dict)
    who: Who = Who.APPLICANT
    refused: bool = False
    typed: bool = False
    again: bool = False


@dataclass(frozen=True)
class Look:
    """A screen to look at. `screen`: the template's name, which the page must have; `opens`: what is clicked or shown
    before looking (a CSS selector); `around`: done before and after, for each language anew."""

    name: str
    screen: str
    url: str = "/"
    who: Who = Who.APPLICANT
    tongues: Tongues = Tongues.ALL
    opens: str = ""
    around: tuple[Do | None, Do | None] = (None, None)


@dataclass(frozen=True)
class Until:
    """Waits for what `/api/state` says."""

    key: str
    values: tuple[object, ...]


Step = Look | Do | Until


def look(
    name: str,
    *,
    screen: str = "",
    by: str = "",
    opens: str = "",
    tongues: Tongues = Tongues.ALL,
    around: tuple[Do | None, Do | None] = (None, None),
) -> Look:
    """An applicant's screen; without `screen` it is the name itself; `by`: its side door."""
    return Look(name, screen or name, f"/?by={by}" if by else "/", Who.APPLICANT, tongues, opens, around)


def staff(name: str, url: str, *, opens: str = "", who: Who = Who.TABLET, screen: str = "") -> Look:
    return Look(name, screen or name, url, who, Tongues.STAFF, opens)


def act(path: str, **fields: str | list[str]) -> Do:
    return Do(path, fields)


def dock(thing: str, **fields: str) -> Do:
    return Do(f"/dock/{thing}", fields)


def attendant(act: str, **fields: str | list[str]) -> Do:
    return Do(f"/attendant/{act}", fields, Who.TABLET)


def shoot() -> Do:
    """The camera may only just be there."""
    return Do("/photo/shoot", again=True)


def until(key: str, *values: object) -> Until:
    return Until(key, values)


def refused(name: str, path: str, *, screen: str, by: str = "", **fields: str) -> Look:
    """A screen that says why it does not take what was typed."""
    return look(name, screen=screen, by=by, around=(Do(path, fields, refused=True), None))


def typed(name: str, path: str, *, by: str, **fields: str) -> Look:
    """A screen that shows once more what was typed."""
    return look(name, by=by, around=(Do(path, fields, typed=True), None))
