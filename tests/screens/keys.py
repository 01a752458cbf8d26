"""The Tab key reaches every control of a screen, in the order people read, and shows where it is.

Order: the next stop never stands wholly above the last one, nor on its line before it, unless a new column begins there
(WCAG 2.4.3). What scrolls is compared with what scrolls. Our kana keys stand in columns from right to left, as such
boards do, and are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise

from playwright.sync_api import Page

_STOPS = files(__package__).joinpath("keys.js").read_text("utf-8")
SLACK = 6.0
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Stop:
    name: str
    box: Box
    inside: bool
    free: bool


def keyboard(page: Page) -> list[str]:
    """What is wrong with the Tab key's way over this page."""
    names: list[str] = page.evaluate(_STOPS)
    way, unseen = _walked(page, names)
    reached = {stop.name for stop in way}
    missed = [f"the Tab key does not reach: {name}" for name in names if name not in reached]
    turns = [
        f"the Tab key goes back from “{before.name}” to “{after.name}”"
        for before, after in pairwise(way)
        if before.inside == after.inside and not (before.free or after.free) and goes_back(before.box, after.box)
    ]
    return [*missed, *turns, *(f"nothing shows the focus: {name}" for name in unseen)]


def _walked(page: Page, names: list[str]) -> tuple[list[_Stop], list[str]]:
    """The stops in the keyboard's order until it comes round, and those where the focus cannot be seen."""
    way: list[_Stop] = []
    unseen: list[str] = []
    for _ in range(len(names) + 3):
        page.keyboard.press("Tab")
        stop = page.evaluate("window.stopAt()")
        if stop is None:
            continue
        name = names[stop["at"]]
        if way and name == way[0].name:
            break
        way.append(_Stop(name, tuple(stop["box"]), stop["inside"], stop["free"]))
        if not stop["ring"]:
            unseen.append(name)
    return way, unseen


def goes_back(before: Box, after: Box) -> bool:
    """True when `after` is read before `before`: left, top, right, bottom in pixels."""
    above = after[3] <= before[1] + SLACK
    one_line = after[1] < before[3] - SLACK and before[1] < after[3] - SLACK
    left = after[2] <= before[0] + SLACK
    new_column = after[0] >= before[2] - SLACK
    return (above and not new_column) or (one_line and left)
