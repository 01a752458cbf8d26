"""One after the other through the real kiosk, every wait of the machine measured; then the afternoon is put together.

Human seconds are drawn, never slept. What is counted for the machine: every answer it gives (the page a browser loads
for each screen, the post that follows), finding the code on the form, reading the card, taking and judging the picture
when it takes itself, sealing. Not counted: the browser's own drawing of a page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

from tests.simulation.kinds import Kind, kinds
from tests.simulation.minds import BESIDE, Mind, staff_seconds
from tests.simulation.person import attend, seal, walk
from tests.simulation.venue import Venue

CARD_DAYS, EMPTY = 20, 0.45
"""Days the present cards run yet; seconds in which the kiosk surely looks at its reader."""


@dataclass
class Visit:
    """One person at the kiosk, in seconds: `human` by screen, `machine` measured, `staff` for their part, `waited` for
    staff when everything else was done."""

    kind: str
    human: dict[str, float] = field(default_factory=dict)
    machine: float = 0.0
    staff: float = 0.0
    waited: float = 0.0

    @property
    def own(self) -> float:
        """What the person spends at the screens, the machine's time included, without waiting for staff."""
        return sum(self.human.values()) + self.machine

    @property
    def whole(self) -> float:
        return self.own + self.waited


def afternoon(venue: Venue, *, people: int, seed: int) -> list[Visit]:
    """So many people of mixed kinds, in an order the seed decides."""
    draw = Random(seed)
    crowd = [kind for kind in kinds(venue.outbox.today()) for _ in range(kind.share)]
    draw.shuffle(crowd)
    return [_one(venue, kind, draw, number) for number, kind in enumerate(crowd[:people])]


def _one(venue: Venue, kind: Kind, draw: Random, number: int) -> Visit:
    visit, mind, browser = Visit(kind.name), Mind(kind, draw), venue.kiosk
    visit.human["start"] = mind.seconds("start", "")
    _timed(visit, browser.page)
    _timed(visit, partial(browser.post, "/start", language=kind.language))

    def at(screen: str) -> None:
        laid = screen == "card" and kind.card
        visit.human[screen] = mind.seconds("card laid" if laid else screen, browser.page())
        if door := kind.doors.get(screen):
            visit.human[screen] += mind.seconds("door", browser.page(f"/?by={door}"))

    photo, form = partial(_photograph, venue, visit, mind), partial(_hold_up, venue, f"2026{number:019d}")
    _timed(visit, partial(walk, browser, kind, watched=at, photo=photo, form=form, card=partial(_lay, venue)))
    attend(venue.tablets[kind.staff], kind)
    visit.staff = staff_seconds(len(kind.documents), 3 if kind.staff else 1, draw)
    beside = sum(seconds for screen, seconds in visit.human.items() if screen in BESIDE)
    visit.waited = max(0.0, visit.staff - beside - visit.machine)
    visit.human["review"] = mind.seconds("review", browser.page())
    _timed(visit, partial(seal, browser))
    visit.human["slip"] = mind.seconds("slip", "")
    browser.post("/done")
    return visit


def _timed(visit: Visit, act: Callable[[], object]) -> None:
    began = time.perf_counter()
    act()
    visit.machine += time.perf_counter() - began


def _hold_up(venue: Venue, text: str) -> None:
    venue.hold_form(text)
    venue.kiosk.until(lambda state: state["screen"] != "form")
    venue.hold_form(None)


def _lay(venue: Venue) -> None:
    """The kiosk sees that the reader is empty, then that a card is laid down, and reads it by itself."""
    time.sleep(EMPTY)
    venue.lay_card(CARD_DAYS)
    venue.kiosk.until(lambda state: state["card"] == "reported")
    assert venue.kiosk.post("/card", action="keep")["status"] == 200
    venue.lift_card()


def _photograph(venue: Venue, visit: Visit, mind: Mind) -> None:
    """It takes itself and is judged. A second picture is the person's own wish and time, with the machine's part."""
    _picture(venue)
    if mind.retakes():
        began = time.perf_counter()
        venue.kiosk.post("/photo/retake")
        _picture(venue)
        again = time.perf_counter() - began
        visit.machine -= again
        visit.human["second picture"] = mind.seconds("photo", "") + again
    assert venue.kiosk.post("/photo/keep")["status"] == 200


def _picture(venue: Venue) -> None:
    """One picture the machine accepts; what it refuses is taken again and counted."""
    for _ in range(5):
        if venue.kiosk.until(lambda state: state["photo"] == "judged")["photo_accepted"]:
            return
        venue.kiosk.post("/photo/retake")
    raise AssertionError("five pictures of a drawn face were refused")


@dataclass(frozen=True)
class Queue:
    """The afternoon at so many kiosks: seconds people waited for a free one, and when the last was done."""

    kiosks: int
    waits: tuple[float, ...]
    ended: float


def queue(visits: Sequence[Visit], *, kiosks: int, hours: float, seed: int) -> Queue:
    """People come evenly over the hours, each a little early or late; the first free kiosk takes the next."""
    draw, span = Random(seed + 1), hours * 3600
    gap = span / len(visits)
    arrivals = sorted(max(0.0, gap * number + draw.uniform(-gap, gap)) for number in range(len(visits)))
    free, waits, ended = [0.0] * kiosks, [], 0.0
    for arrival, visit in zip(arrivals, visits, strict=True):
        at = min(range(kiosks), key=free.__getitem__)
        begins = max(arrival, free[at])
        free[at] = begins + visit.whole + CHANGE
        waits.append(begins - arrival)
        ended = max(ended, free[at])
    return Queue(kiosks, tuple(waits), ended)


CHANGE = 8.0
"""Seconds from one person to the next at a kiosk (assumed)."""
