"""`python -m tests.venue privacy`: what a person typed is nowhere but on the screen, while they are there.

One real kiosk process and a Chromium whose profile lies in a folder of its own. Somebody types unusual digits, a mail
address and a phone number, is photographed and falls silent: warned at 45 s, off the screen at 60 s, back by number on
the tablet. Then storage, cookies, history, headers and – after the browser has ended – every file of its profile, of
the kiosk's data and its logs are searched. Another person must not be found at all: their number stands on no display.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, Page, Playwright, Response, sync_playwright

from deploy.demo.stage import Stage, open_stage
from tests.conftest import BROWSER_FLAGS
from tests.venue.browsers import PATIENCE_MS, PORTRAIT, TABLET, opened, program
from tests.venue.hand import Hand, Stuck
from tests.venue.scene import ADULT, step
from tests.venue.staff import Tablet, signed_in

BORN, MAIL, PHONE, FORM = "1961-07-29", "q7x.zzkw@softbank.ne.jp", "0248731956", "20261121907160384255179"
SECRETS = (MAIL, MAIL.partition("@")[0], PHONE, FORM, "024-873-1956", BORN, "昭和36年7月29日", "7160 3842")
WARN_S, GONE_S, SLACK_S = 45.0, 60.0, 3.0
PERSON = replace(
    ADULT, born=BORN,
    answers={
        "form": ("/form", {"kind": "typed", "form_id": FORM}),
        "wishes": ("/wishes", {"then": "contact"}), "contact": ("/contact", {"phone": PHONE, "mail": MAIL}),
    },
)  # fmt: skip
HIDDEN = replace(
    ADULT, answers={"form": ("/form", {"kind": "none"}), "wishes": ("/wishes", {"delivery": "hidden"})}, papers={}
)


@dataclass
class Watch:
    """Every answer the kiosk's browser got, by what it said of keeping it."""

    kept: list[str] = field(default_factory=list)

    def hear(self, answer: Response) -> None:
        word = answer.headers.get("cache-control", "")
        if "no-store" not in word and "/static/" not in answer.url:
            self.kept.append(f"{answer.url}: {word or 'no word'}")


def run(port: int) -> int:
    """0 when nothing was found."""
    with tempfile.TemporaryDirectory(prefix="demado-private-") as scratch:
        folder = Path(scratch)
        settings = {
            "DEMADO_KIOSK_DEVICES__CARD": "off", "DEMADO_KIOSK_DEVICES__PRINTER": "pdf",
            "DEMADO_KIOSK_DEVICES__FORM_CAMERA": "simulated:nobody",
        }  # fmt: skip
        with open_stage(
            folder / "stage", office_port=port, kiosk_port=port + 1, with_card=False, settings=settings
        ) as stage:
            profile = folder / "profile"
            with sync_playwright() as playwright, _browser(playwright, profile) as page:
                watch = Watch()
                page.on("response", watch.hear)
                _in_the_browser(stage, playwright, Hand(page, stage.kiosk_url), folder)
                with step("every answer but pictures of the program says no-store"):
                    assert not watch.kept, sorted(set(watch.kept))[:10]
            with step("the browser's profile, once it has ended: not one file holds a word"):
                _nowhere(profile)
            with step("the kiosk's data and logs: not one file holds a word"):
                _nowhere(stage.folder / "kiosk", *stage.folder.glob("*.log"))
    print("nothing was found")
    return 0


@contextmanager
def _browser(playwright: Playwright, profile: Path) -> Iterator[Page]:
    context = playwright.chromium.launch_persistent_context(
        str(profile), executable_path=program(), args=BROWSER_FLAGS, locale="ja-JP",
        viewport={"width": PORTRAIT[0], "height": PORTRAIT[1]},
    )  # fmt: skip
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context.pages[0]
    finally:
        context.close()


def _in_the_browser(stage: Stage, playwright: Playwright, hand: Hand, folder: Path) -> None:
    staff = next(person for person in stage.attendants if person.role == "staff")
    other = playwright.chromium.launch(executable_path=program(), args=[*BROWSER_FLAGS])
    tablet = signed_in(opened(other, TABLET), stage.kiosk_url, staff.staff, staff.pin)
    with step("a person types everything, is photographed and comes to the review"):
        hand.go()
        hand.start("ja")
        hand.walk(PERSON, {"photo": hand.photograph})
        tablet.attend(PERSON)
        hand.review()
        assert MAIL in hand.words(), hand.words()
    slip = str(_state(stage)["slip"])
    _silence(stage, hand)
    with step("their number on the tablet brings everything back"):
        tablet.go("/attendant")
        tablet.touch("/attendant/resume", slip=slip)
        hand.until("back", lambda: hand.screen == "review")
        assert MAIL in hand.words(), hand.words()
        hand.confirm()
        hand.goes()
    with step("nothing is stored, and no way back leads to it"):
        _nothing_kept(hand)
    _hides(stage, hand, tablet, other)
    other.close()


def _silence(stage: Stage, hand: Hand) -> None:
    hand.page.mouse.click(5, 5)
    began = time.monotonic()
    with step("silence: a warning, the person answers it, and stays"):
        hand.until("the warning", lambda: hand.page.locator("#silence[open]").count() == 1, seconds=WARN_S + 20)
        _near("warned", began, WARN_S)
        hand.press(hand.page.locator("[data-still-here]"))
        began = time.monotonic()
        hand.until("the warning is gone", lambda: hand.page.locator("#silence[open]").count() == 0)
    with step("silence again, unanswered: off the screen"):
        hand.until("idle", lambda: hand.screen == "idle", seconds=GONE_S + 20)
        _near("gone", began, GONE_S)
        _nothing_on(hand.page)
        assert stage.kiosk.running


def _near(what: str, began: float, wanted: float) -> None:
    took = time.monotonic() - began
    print(f"{took:7.2f} s    {what} (wanted: {wanted:.0f} ± {SLACK_S:.0f} s)")
    if abs(took - wanted) > SLACK_S:
        raise Stuck(f"{what} after {took:.1f} s")


def _nothing_on(page: Page) -> None:
    found = [word for word in SECRETS if word in page.content()]
    assert not found, found


def _nothing_kept(hand: Hand) -> None:
    page = hand.page
    kept = page.evaluate("""async () => ({
      local: localStorage.length, session: sessionStorage.length, databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length, workers: (await navigator.serviceWorker.getRegistrations()).length,
      script_cookies: document.cookie })""")
    assert not any(kept.values()), kept
    cookies = [(cookie["name"], cookie["httpOnly"], cookie["expires"]) for cookie in page.context.cookies()]
    assert all(http_only and expires == -1 for _, http_only, expires in cookies), cookies
    open_inputs = page.locator("input:not([type=hidden]):not([autocomplete=off])").count()
    assert not open_inputs, "a field that fills itself"
    for _ in range(12):
        page.go_back(wait_until="domcontentloaded")
        _nothing_on(page)
    hand.go()


def _hides(stage: Stage, hand: Hand, tablet: Tablet, other: Browser) -> None:
    """Somebody whom nobody may find."""
    display = opened(other, (1920, 1080))
    display.goto(f"{stage.kiosk_url}/display")
    with step("who must not be found: no number on the display, not parked there either, no home on screens"):
        hand.start("ja")
        seen = str(_state(stage)["slip"])
        hand.walk(HIDDEN, {"photo": hand.photograph})
        display.wait_for_timeout(3000)
        assert seen not in display.inner_text("body"), "the display shows who hides"
        tablet.go("/attendant")
        tablet.touch("/attendant/park")
        hand.until("idle", lambda: hand.screen == "idle")
        display.wait_for_timeout(3000)
        assert seen not in display.inner_text("body"), "the display shows who hides, parked"
        tablet.touch("/attendant/resume", slip=seen)
        hand.until("back", lambda: hand.screen == "attendant")
        assert "福島市" not in tablet.page.locator(".applicant").inner_text(), "the tablet shows where they live"
        tablet.attend(HIDDEN)
        hand.review()
        home = hand.page.locator("dl .row", has_text="お住まい").inner_text()
        assert "職員が確認します" in home, home
        hand.confirm()
        assert "受け取り方は、職員と相談して決めます" in hand.words()
        assert not hand.page.locator('form[action="/done/attendance"]').count(), "presence could be proven"
        hand.goes()


def _nowhere(*places: Path) -> None:
    """Not in any file, as UTF-8 or UTF-16."""
    patterns = [word.encode(code) for word in SECRETS for code in ("utf-8", "utf-16-le")]
    found = [
        f"{file.name}: {pattern!r}"
        for file in _files(places)
        for data in (file.read_bytes(),)
        for pattern in patterns
        if pattern in data
    ]
    assert not found, found[:10]


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from ((file for file in place.rglob("*") if file.is_file()) if place.is_dir() else (place,))


def _state(stage: Stage) -> dict[str, object]:
    return dict(httpx2.get(f"{stage.kiosk_url}/api/state", trust_env=False, timeout=10).json())
