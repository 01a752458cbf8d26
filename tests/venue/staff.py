"""Staff at the tablet, by touch: sign in, look at documents, ask, take papers, finish."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.simulation.kinds import Kind
from tests.venue.hand import Hand, Stuck


class Tablet(Hand):
    """A tablet with somebody signed in. `url`: the lead's door for tablets."""

    pin = ""

    def sign_in(self, staff: str, pin: str) -> None:
        self.pin = pin
        self.go("/attendant")
        self.press(self.page.locator(f'label.person:has(input[value="{staff}"])'))
        self.press(self.page.locator("#pin"))
        self.keys(pin)
        self.press(self.page.locator("form[action$='/sign-in'] button").last)
        expect(self.page.locator("form[action='/attendant/sign-out']")).to_be_visible()

    def board(self) -> None:
        """The venue's board."""
        self.go("/attendant/venue")

    def attend(self, kind: Kind, *, open_board: bool = True) -> None:
        """The attendant's part for one person, from the kiosk's page."""
        if open_board:
            self.go("/attendant")
        self.part(kind)
        self.finish()

    def part(self, kind: Kind) -> None:
        """Documents, papers and questions."""
        self.awake()
        expect(self.page.locator("#part")).to_be_visible()
        for place, (person, document) in enumerate(kind.documents if kind.staff else ()):
            self._check(f"{person}:{document}", at_once=place > 0)
        for name, value in kind.papers.items():
            self._paper(name, value)
        for question in self.page.locator("fieldset.question").all():
            self.press(question.locator("label:has(input[value=yes])"))

    def awake(self) -> None:
        """A tablet that lay still asks for the PIN, or for a touch."""
        self.page.wait_for_load_state("domcontentloaded")
        if self.page.locator("form[action$='/unlock']").count():
            self.keys(self.pin)
            super().press(self.page.locator("form[action$='/unlock'] button").last)
            expect(self.page.locator("form[action$='/unlock']")).to_have_count(0)
        self.page.keyboard.press("Shift")

    def press(self, what: Locator) -> None:
        """Whoever waited long at the tablet touches it first: what is personal was covered."""
        if self.page.locator("body.covered").count():
            self.page.keyboard.press("Shift")
        super().press(what)

    def finish(self) -> None:
        self.press(self.page.locator(".finish button.primary"))
        left_open = self.page.locator("label:has(input[name=left_open])")
        done = self.page.locator(".applicant .badge.good")
        self.until("finished", lambda: bool(done.count() or self.refused()))
        if left_open.count():  # nothing is finished half by one tap
            self.press(left_open)
            self.press(self.page.locator(".finish button.primary"))
        self.until("finished", lambda: bool(done.count()))

    def _check(self, key: str, *, at_once: bool) -> None:
        """The document, then each of its checks, or all by their one button."""
        label = self.page.locator(f'label.shown:has(input[value="{key}"])')
        if not label.count():
            raise Stuck(f"{key} is not on the tablet")
        folded = self.page.locator(f'details.class:not([open]):has(input[value="{key}"]) > summary')
        if folded.count():
            self.press(folded)
        if not label.locator("input").is_checked():  # a family's representative has shown theirs already
            self.press(label)
        certifier = self.page.locator(f'select:has(option[value^="{key}:"])')
        if certifier.count():
            certifier.select_option(index=1)
            self.touches += 2
        if at_once:
            return self.press(self.page.locator(f'.checks:has(input[value^="{key}:"]) [data-all]'))
        for check in self.page.locator(f'label.check:has(input[value^="{key}:"])').all():
            box = check.locator("input")
            if not (box.is_checked() or re.search("name_explained$", box.get_attribute("value") or "")):
                self.press(check)
        return None

    def _paper(self, name: str, value: str) -> None:
        field = self.page.locator(f"#part [name={name}]")
        if name == "loss_report":
            self.press(self.page.locator("label:has(input[name=loss_report])"))
        elif name == "pin_request":
            field.fill(value)
        else:
            field.select_option(value)
            self.touches += 2


def signed_in(page: Page, url: str, staff: str, pin: str) -> Tablet:
    tablet = Tablet(page, url)
    tablet.sign_in(staff, pin)
    return tablet
