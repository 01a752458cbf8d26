"""The people, kiosks and tablet of the story, and a step of it: printed with its time, the first wrong one ends it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from playwright.sync_api import Browser, expect
from playwright.sync_api import Error as BrowserError

from deploy.demo.processes import DemoFailed
from schemas.rules import Delivery, Method
from tests.simulation.kinds import CHILD, CHILD_AND_PARENT, LICENCE_AND_STAFF, Kind
from tests.venue.hand import Hand, Stuck
from tests.venue.staff import Tablet
from tests.venue.stage import Machine, Venue

ADULT = Kind(
    "adult", 0, Method.ONSITE_RECEPTION, Delivery.RESTRICTED_DELIVERY_MAIL,
    answers={"form": ("/form", {"kind": "sealed_envelope"})}, documents=LICENCE_AND_STAFF,
    papers={"number_paper": "handed_in", "pin_request": "PIN-000101"},
)  # fmt: skip
SHORT = replace(ADULT, documents=LICENCE_AND_STAFF[:1], papers={"old_card": "handed_in"})
NO_FORM = replace(ADULT, answers={"form": ("/form", {"kind": "none"})}, papers={"loss_report": "yes"})
BY_HAND = replace(ADULT, answers={"form": ("/form", {"kind": "handwritten"})}, papers={})
KID = replace(BY_HAND, born=CHILD, documents=CHILD_AND_PARENT)
STATEMENT = ("certified_photo_statement", "eligibility_certificate", "pension_book", "notification_card")


@dataclass
class Story:
    """`slips`: everybody who was sealed; `papers`: what staff have in hands, by the sheet's field."""

    venue: Venue
    left: Hand
    right: Hand
    tablet: Tablet
    browser: Browser
    slips: list[str] = field(default_factory=list)
    papers: dict[str, int] = field(default_factory=dict)

    def took(self, slip: str, *papers: str) -> None:
        self.slips.append(slip)
        for paper in papers:
            self.papers[paper] = self.papers.get(paper, 0) + 1

    def device(self, machine: Machine) -> str:
        """Its id, from the list every page of the tablet has."""
        forms = self.tablet.page.locator(".venue-nav form", has=self.tablet.page.get_by_text(machine.name, exact=True))
        return str(forms.locator("input[name=kiosk]").get_attribute("value"))

    def look_at(self, machine: Machine) -> None:
        self.tablet.board()
        self.tablet.touch("/attendant/venue/look", kiosk=self.device(machine))
        expect(self.tablet.page.locator(".board .side")).to_be_visible()

    def card(self, machine: Machine) -> str:
        """What the board says of a kiosk."""
        place = self.tablet.page.locator(f'.kiosk-card[aria-label^="{machine.name} "]')
        return " ".join(place.inner_text().split())

    def board_says(self, machine: Machine, *words: str) -> None:
        self.tablet.until(f"{machine.name}: {words}", lambda: all(word in self.card(machine) for word in words))


@contextmanager
def step(what: str) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    except (Stuck, BrowserError, AssertionError, DemoFailed) as error:
        print(f"{time.monotonic() - began:7.2f} s  FAILED  {what}\n{str(error)[:1500]}", flush=True)
        raise SystemExit(1) from error
    print(f"{time.monotonic() - began:7.2f} s  {what}", flush=True)
