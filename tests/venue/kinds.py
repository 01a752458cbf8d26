"""`python -m tests.venue kinds [--only WORD] [--pictures FOLDER]`: every kind of applicant by touch, to the end.

The kinds are those of the simulation (tests/simulation/kinds.py) and the ones of `ends`, whose way is not a straight
one. A real Chromium touches the applicant's screens and the attendant's tablet; whether the office got the right record
is read from what it opened. A line a kind: where it ends, method, screens, touches, seconds of the machine.
"""

from __future__ import annotations

import json
import logging
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import structlog
from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from schemas.intake import IntakeRecord
from tests.kiosk.web.kiosk import CONTRACTOR, PIN, STAFF
from tests.simulation.kinds import Kind, kinds
from tests.simulation.venue import Venue, opened
from tests.venue.browsers import PORTRAIT, TABLET, chromium, face_film
from tests.venue.browsers import opened as a_page
from tests.venue.hand import Hand, Stuck
from tests.venue.staff import Tablet, signed_in

CARD_DAYS, EMPTY_S = 20, 0.5


@dataclass
class Came:
    """What became of one kind. `end`: how a way ends that leads to no record; `slip`: the record's number."""

    name: str
    end: str = ""
    slip: str = ""
    screens: list[str] = field(default_factory=list)
    touches: int = 0
    staff_touches: int = 0
    seconds: float = 0.0
    trouble: str = ""
    expected: Kind | None = None

    def line(self, record: IntakeRecord | None) -> dict[str, object]:
        if record is not None:
            self.end = f"sealed: {record.decision.method.value} · {record.decision.delivery.value}"
            self.trouble = self.trouble or wrong(self.expected, record)
        return {
            "kind": self.name, "end": self.end, "screens": len(self.screens), "touches": self.touches,
            "staff_touches": self.staff_touches, "seconds": round(self.seconds, 1), "ok": not self.trouble,
            **({"trouble": self.trouble} if self.trouble else {}),
        }  # fmt: skip


def wrong(kind: Kind | None, record: IntakeRecord) -> str:
    """What of the record is not as the kind says; empty when all is."""
    if kind is None:
        return ""
    decision = record.decision
    said = {*(reason.code for reason in decision.reasons), *(notice.code for notice in decision.notices)}
    if (decision.method, decision.delivery) != (kind.method, kind.delivery):
        return f"{decision.method} {decision.delivery}, not {kind.method} {kind.delivery}: {sorted(said)}"
    missing = set(kind.reasons) - said
    return f"not said: {sorted(missing)}" if missing else ""


@dataclass
class Counter:
    """The kiosk's screen and the tablets before it, and what hands do with the devices."""

    venue: Venue
    hand: Hand
    tablets: dict[bool, Tablet]
    forms: int = 0

    @property
    def staff(self) -> Tablet:
        return self.tablets[True]

    def hold_up_form(self) -> None:
        self.forms += 1
        self.venue.hold_form(f"2026{self.forms:019d}")
        self.hand.until("the form is read", lambda: self.hand.screen != "form")
        self.venue.hold_form(None)

    def lay_card(self, days: int = CARD_DAYS) -> None:
        """Laid down, read, looked at, taken on."""
        time.sleep(EMPTY_S)
        self.venue.lay_card(days)
        keep = self.hand.page.locator('form[action="/card"]:has(input[value="keep"]) button')
        self.hand.until("the card is read", lambda: bool(keep.count()))
        self.hand.press(keep.last)
        self.venue.lift_card()

    def by_hand(self, kind: Kind) -> dict[str, Callable[[], None]]:
        done: dict[str, Callable[[], None]] = {"photo": self.hand.photograph}
        if "form" not in kind.answers:
            done["form"] = self.hold_up_form
        if kind.card:
            done["card"] = self.lay_card
        return done

    def comes(self, kind: Kind, came: Came) -> None:
        self.hand.start(kind.language)
        came.screens = self.hand.walk(kind, self.by_hand(kind))
        self.tablets[kind.staff].attend(kind)
        came.slip = self.hand.confirm()
        self.hand.goes()

    def clear(self) -> None:
        """Somebody got stuck: staff put the kiosk back, as they would."""
        self.venue.lift_card()
        self.venue.hold_form(None)
        tablet = self.staff
        tablet.go("/attendant")
        if tablet.page.locator(".sure summary").count():
            tablet.page.locator(".sure summary").click()
            tablet.page.locator('form[action="/attendant/reset"] button').click()
        self.hand.go()


Way = Callable[[Counter, Came], None]


def run(only: str, pictures: Path | None) -> int:
    """0 when every kind came to its end."""
    from tests.venue.ends import ENDS

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(Path(folder)) as venue,
        chromium(face_film(Path(folder))) as browser,
    ):
        counter = _counter(venue, browser)
        ways: dict[str, Way] = {
            kind.name: partial(_straight, kind) for kind in kinds(venue.outbox.today()) if kind.name not in ENDS
        } | dict(ENDS)
        came = []
        for name, way in ways.items():
            if re.search(only, name):
                came.append(_one(counter, name, way, pictures))
                _told(venue, came[-1])
        stuck = [each.name for each in came if each.trouble]
        found = {"kinds": len(came), "to_the_end": len(came) - len(stuck), "stuck": stuck}
        print(json.dumps(found, ensure_ascii=False))
        return 1 if stuck or not came else 0


def _counter(venue: Venue, browser: Browser) -> Counter:
    hand = Hand(a_page(browser, PORTRAIT), venue.address)
    tablets = {
        is_staff: signed_in(a_page(browser, TABLET), venue.address, who.staff, PIN)
        for is_staff, who in ((True, STAFF), (False, CONTRACTOR))
    }
    return Counter(venue, hand, tablets)


def _straight(kind: Kind, counter: Counter, came: Came) -> None:
    came.expected = kind
    counter.comes(kind, came)


def _one(counter: Counter, name: str, way: Way, pictures: Path | None) -> Came:
    came, began = Came(name), time.monotonic()
    before = counter.hand.touches, sum(tablet.touches for tablet in counter.tablets.values())
    try:
        way(counter, came)
    except (Stuck, BrowserError, AssertionError) as error:
        came.trouble = " ".join(str(error).split())[:600]
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            for which, page in (("kiosk", counter.hand.page), ("tablet", counter.staff.page)):
                page.screenshot(path=str(pictures / f"{name}-{which}.png".replace("/", "-")))
        counter.clear()
    came.seconds = time.monotonic() - began
    came.touches = counter.hand.touches - before[0]
    came.staff_touches = sum(tablet.touches for tablet in counter.tablets.values()) - before[1]
    return came


def _told(venue: Venue, came: Came) -> None:
    """Its line, with what the office has opened of it."""
    record = None
    if came.slip and not came.trouble:
        assert venue.outbox.identity is not None
        venue.kiosk.until(lambda _: venue.outbox.gauges().unsent == 0)
        arrived = venue.office.office.opened(venue.outbox.identity.device).values()
        record = next((record for record, _ in arrived if record.slip == came.slip), None)
        came.trouble = "" if record else "the office has no such record"
    print(json.dumps(came.line(record), ensure_ascii=False), flush=True)
