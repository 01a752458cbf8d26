"""A hand at the touchscreen: it finds what it touches on the page, as a person does, and counts its touches.

What a kind of applicant answers is written once, as the posts of `tests.simulation.kinds`; here each becomes the
touches that lead to it. A button that is not there, hidden, covered or dead fails.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import date

from playwright.sync_api import Error, Locator, Page

from schemas.dates import to_wareki
from tests.simulation.kinds import HERE, Kind, Post
from tests.simulation.person import usual

KANA = {"011002": "さつ", "131016": "ちよ", "401307": "ふくお"}


class Stuck(Exception):
    """The screen did not do what a person may expect; the text says where and what stood there."""


class Hand:
    """`touches`: so far."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.touches = 0

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────

    @property
    def shown(self) -> str:
        """The screen's name with its side door: `wishes`, `wishes_delivery`."""
        for _ in range(50):
            try:
                found = re.search(r"screen-(\w+)", str(self.page.evaluate("document.body?.className ?? ''")))
            except Error:  # it is being drawn anew
                found = None
            if found:
                return found[1]
            time.sleep(0.05)
        return ""

    @property
    def screen(self) -> str:
        return self.shown.partition("_")[0] if not self.shown.startswith("out_") else self.shown

    def until(self, what: str, done: Callable[[], bool], *, seconds: float = 25) -> None:
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                raise Stuck(f"{what}: still at {self.shown!r}: {self.words()[:300]}")
            time.sleep(0.04)

    def words(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())

    def refused(self) -> str:
        try:
            return " ".join(self.page.locator(".refusal").all_inner_texts())
        except Error:  # it is being drawn anew
            return ""

    # ── touching ─────────────────────────────────────────────────────────────────────────────────────

    def press(self, what: Locator) -> None:
        what.click()
        self.touches += 1

    def touch(self, action: str, /, **fields: str) -> None:
        """The button whose form posts this."""
        forms = self.page.locator(f'form[action="{action}"]')
        for name, value in fields.items():
            own = self.page.locator(f'input[name="{name}"][value="{value}"], button[name="{name}"][value="{value}"]')
            forms = forms.filter(has=own)
        chosen = [f'button[name="{name}"][value="{value}"]' for name, value in fields.items()]
        buttons = forms.locator(", ".join(chosen)) if chosen else forms.locator("button")
        if chosen and not buttons.count():
            buttons = forms.locator("button")
        self.press(buttons.first)

    def door(self, name: str) -> None:
        self.press(self.page.locator(f'a[href="/?by={name}"]').first)
        self.until(f"door {name}", lambda: self.shown == name or self.shown.endswith(f"_{name}"))

    def submit(self, form: str) -> None:
        self.press(self.page.locator(f'button[form="{form}"]').last)

    def keys(self, text: str) -> None:
        """On the screen's own keypad, once the page's script hears it: a hand comes later than that."""
        self.page.wait_for_load_state("domcontentloaded")
        for letter in text:
            self.press(self.page.locator(f'[data-key="{letter}"]').first)

    def choose(self, name: str, value: str) -> None:
        """A radio button by its label."""
        self.press(self.page.locator(f'label:has(input[name="{name}"][value="{value}"])').first)

    def day(self, day: date, *, western: bool) -> None:
        era = "西暦" if western else to_wareki(day).era
        if self.page.locator(f'input[type=radio][name=era][value="{era}"]').count():
            self.choose("era", era)
        year = day.year if western else to_wareki(day).year
        self.press(self.page.locator("#year"))
        for part, number in (("#year", year), ("#month", day.month), ("#day", day.day)):
            if not self.page.evaluate("part => document.activeElement?.matches(part)", part):
                self.press(self.page.locator(part))  # a part that may go on does not lead to the next by itself
            self.keys(str(number))

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────

    def answer(self, screen: str, post: Post, *, western: bool = False) -> None:
        path, fields = post
        special: Mapping[str, Callable[[], None]] = {
            "birth": lambda: self._birth(fields, western=western),
            "residence": lambda: self._residence(fields),
            "contact": lambda: self._contact(fields),
            "wishes": lambda: self._wishes(fields),
            "form": lambda: self._form(fields),
        }
        if path == "/express":
            self._express(fields)
        elif path == "/person" and screen == "home":
            self._home(fields["municipality"])
        elif path in ("/residence", "/who") and screen == "home":
            self._at_home(path, fields)
        elif screen in special and not fields.get("skip"):
            special[screen]()
        else:
            self.touch(path, **fields)

    def _birth(self, fields: Mapping[str, str], *, western: bool) -> None:
        self.day(date.fromisoformat(fields["birth_date"]), western=western)
        if not fields.get("municipality"):
            self.choose("municipality", "")
        self.submit("birth")

    def _home(self, code: str) -> None:
        if code == HERE:
            return self.touch("/person", municipality=code)
        if self.shown == "home":
            self.door("elsewhere")
        self.keys(KANA[code])
        return self.press(self.page.locator(f'.place-button[value="{code}"]'))

    def _at_home(self, path: str, fields: Mapping[str, str]) -> None:
        """Said behind a side door of the home's screen, which comes back."""
        self.door(path.removeprefix("/"))
        if path == "/who":
            self.touch(path, **fields)
        else:
            self._residence(fields)
        self.until("back at the home", lambda: self.shown == "home")

    def _residence(self, fields: Mapping[str, str]) -> None:
        self.choose("residence", fields["residence"])
        if fields.get("stay_until"):
            self.day(date.fromisoformat(fields["stay_until"]), western=True)
        self.submit("residence")

    def _contact(self, fields: Mapping[str, str]) -> None:
        for name in ("phone", "mail"):
            if fields.get(name):
                self.press(self.page.locator(f"#{name}"))
                self.keys(re.sub(r"[^0-9a-z.@_-]" if name == "mail" else r"\D", "", fields[name]))
        self.submit("contact")
        if fields.get("mail"):
            self.until("the address once more", lambda: self.shown == "contact_look")
            self.touch("/contact")

    def _form(self, fields: Mapping[str, str]) -> None:
        if fields["kind"] == "typed":
            self.door("typing")
            self.keys(fields["form_id"] + fields.get("form_id_again", fields["form_id"]))
            return self.submit("typing")
        self.door("other")
        return self.touch("/form", kind=fields["kind"])

    def _wishes(self, fields: Mapping[str, str]) -> None:
        if fields.get("delivery"):
            self._tile("delivery")
            self.touch("/delivery", delivery=fields["delivery"])
            self.until("back at the wishes", lambda: self.shown == "wishes")
        if {"face_authentication", "braille"} & set(fields) or (
            fields.get("chosen") and "authentication" not in fields
        ):
            self._options(fields)
        if fields.get("then") == "contact":
            return self.press(self.page.locator('form#wishes button[value="contact"]'))
        return self.submit("wishes")

    def _options(self, fields: Mapping[str, str]) -> None:
        self._tile("options")
        for box in self.page.locator("form#wishes input[type=checkbox]").all():
            name = box.get_attribute("name") or ""
            if box.is_enabled() and box.is_checked() != (name in fields):
                self.press(self.page.locator(f'label:has(input[name="{name}"])'))
        self.submit("wishes")
        self.until("back at the wishes", lambda: self.shown == "wishes")

    def _express(self, fields: Mapping[str, str]) -> None:
        self._tile("express")
        self.choose("event", fields["event"])
        self.day(date.fromisoformat(fields["express_day"]), western=True)
        self.submit("express")
        self.until("back at the wishes", lambda: self.shown == "wishes")

    def _tile(self, word: str) -> None:
        self.press(self.page.locator(f'form#wishes button[name=then][value="{word}"]'))
        self.until(word, lambda: self.shown == f"wishes_{word}")

    # ── the whole way ────────────────────────────────────────────────────────────────────────────────

    def go(self, path: str = "") -> None:
        """To an address, also when the page was about to draw itself anew."""
        for left in (4, 3, 2, 1, 0):
            try:
                self.page.goto(self.url + path)
                return
            except Error as error:
                if not left or not re.search("ERR_ABORTED|interrupted by another", str(error)):
                    raise
                self.page.wait_for_load_state()

    def start(self, language: str) -> None:
        self.go()
        self.until("idle", lambda: self.screen == "idle")
        self.touch("/start", language=language)
        self.left("idle")

    def left(self, screen: str) -> None:
        def gone() -> bool:
            if refusal := self.refused():
                raise Stuck(f"{screen} refuses: {refusal}")
            return self.screen not in (screen, "")

        self.until(f"past {screen}", gone)

    def walk(
        self, kind: Kind, by_hand: Mapping[str, Callable[[], None]], *, until: tuple[str, ...] = ("attendant", "review")
    ) -> list[str]:
        """From wherever the screen stands to the attendant's turn or another screen; the screens that were seen.
        `by_hand`: what is done with the devices at a screen."""
        answers, seen = {**usual(kind), **kind.answers}, []
        while (screen := self.screen) not in until:
            if screen in seen:
                raise Stuck(f"{screen} comes back: {self.words()[:300]}")
            seen.append(screen)
            if screen in kind.says:
                self.answer(screen, kind.says[screen], western=_western(kind))
            if screen in by_hand:
                by_hand[screen]()
            else:
                if (door := kind.doors.get(screen)) and screen == "licence":
                    self.door(door)
                self.answer(screen, answers[screen], western=_western(kind))
            self.left(screen)
        return seen

    def photograph(self) -> None:
        """It takes itself; a picture the machine does not like is taken again."""
        keep = self.page.locator('form[action="/photo/keep"] button')
        for _ in range(4):
            self.until("a picture", lambda: bool(self.page.locator(".taken").count()), seconds=40)
            if keep.count():
                return self.press(keep)
            self.touch("/photo/retake")
            self.until("the live picture", lambda: not self.page.locator(".taken").count())
        raise Stuck("four pictures were refused")

    def review(self) -> None:
        """From the attendant's part."""
        if self.screen == "attendant":
            self.until("the review", lambda: self.screen != "attendant" or bool(self._onward().count()))
            if self.screen == "attendant":
                self.press(self._onward())
        self.until("the review", lambda: self.screen == "review")

    def confirm(self) -> str:
        """From the attendant's part to the slip's number on the last screen."""
        self.review()
        self.touch("/review/confirm")
        self.until("the end", lambda: self.screen == "done")
        return self.page.locator(".finished-slip").inner_text().strip()

    def goes(self) -> None:
        """Reads the last screen and leaves."""
        self.touch("/done")
        self.until("idle", lambda: self.screen == "idle")

    def _onward(self) -> Locator:
        return self.page.locator('form[action="/onward"] button')


def _western(kind: Kind) -> bool:
    return kind.language not in ("ja", "ja-x-easy")
