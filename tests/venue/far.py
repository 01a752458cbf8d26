"""`python -m tests.venue display`: whether the waiting room reads every number from 8 m, however many kiosks there are.

Who sees half as sharply as usual (visual acuity 0.5) reads figures of 10 minutes of arc: 24 mm at 8 m. Measured are the
real page, style sheet and script in Chromium, on a 32-inch full-HD screen in both directions. Nobody scrolls a display:
nothing may lie outside, and in one round of turns every number must have been seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from itertools import product
from typing import Any

from playwright.sync_api import Browser, Page, Route, sync_playwright

from kiosk.web.display import CALLED, FREE, PARKED, SERVING, SPOKEN
from kiosk.web.hall.queue import Call
from kiosk.web.pages import Pages
from kiosk.web.session import Session
from kiosk.web.texts import load_texts
from schemas.ids import SlipNumber
from schemas.language import Language
from tests.conftest import BROWSER_FLAGS
from tests.venue.browsers import program

FIGURE_MM, MM_A_PIXEL, DIGIT = 24.0, 708.4 / 1920, 0.733
"""A 32-inch screen of 16:9 is 708.4 mm wide; a digit of Noto Sans is 0.733 of its font's size high."""
KIOSKS, WAITING = (1, 2, 3, 4, 6, 8, 12, 20), (0, 4, 11)
ORIGIN = "http://display.test"
_LOOK = """() => {
  const shown = (what) => [...document.querySelectorAll(what)].filter((each) => each.offsetParent);
  const box = (each) => each.getBoundingClientRect(), size = (each) => parseFloat(getComputedStyle(each).fontSize);
  const inside = (of) => of.left >= -1 && of.top >= -1 && of.right <= innerWidth + 1 && of.bottom <= innerHeight + 1;
  const spills = (row) => [...row.children].some((part) => box(part).bottom > box(row).bottom + 2);
  const seen = shown('.number:not(.none)'), parts = shown('.row, .row > *, .parked, .parked li');
  return {
    numbers: seen.map((each) => each.textContent), smallest: Math.min(...seen.map(size)),
    called: seen.some((each) => each.closest('.called')),
    outside: parts.filter((each) => !inside(box(each))).length + shown('.row').filter(spills).length,
  };
}"""


def run() -> int:
    """0 when every number is read from afar; a line a case."""
    wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=BROWSER_FLAGS)
        for size, kiosks, waiting in product(((1920, 1080), (1080, 1920)), KIOSKS, WAITING):
            line = _case(browser, size, kiosks, waiting)
            wrong += not line["ok"]
            print(json.dumps(line), flush=True)
        browser.close()
    return 1 if wrong else 0


def _case(browser: Browser, size: tuple[int, int], kiosks: int, waiting: int) -> dict[str, object]:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    numbers = _numbers(kiosks, waiting)
    page.route("**/*", lambda route: _answer(route, numbers))
    page.clock.install()
    page.goto(f"{ORIGIN}/display")
    looks = [_look(page) for _ in range(6)]
    page.close()
    read = {number for look in looks for number in look["numbers"]}
    smallest = min(look["smallest"] for look in looks) * DIGIT * MM_A_PIXEL
    outside, called = sum(look["outside"] for look in looks), all(look["called"] for look in looks)
    shown = {*numbers["wanted"]} <= read
    ok = smallest >= FIGURE_MM and not outside and called and shown
    return {
        "screen": size, "kiosks": kiosks, "parked": waiting, "figure_mm": round(smallest, 1), "outside": outside,
        "all_shown": shown, "called_always": called, "ok": ok,
    }  # fmt: skip


def _look(page: Page) -> Mapping[str, Any]:
    found: Mapping[str, Any] = page.evaluate(_LOOK)
    page.clock.run_for(6000)
    return found


def _numbers(kiosks: int, waiting: int) -> dict[str, Any]:
    """Somebody called at the last kiosk, every third one free, the rest busy."""
    texts = load_texts()
    slips = [SlipNumber.new(f"A{at % 9 + 1}", 100 + at) for at in range(kiosks)]
    call = Call(number=str(slips[-1]), counter=f"A{kiosks}", times=1)
    rows = [
        (f"A{at + 1}", call if at == kiosks - 1 else None, slip if at % 3 else None) for at, slip in enumerate(slips)
    ]
    parked = [SlipNumber.new("B1", 200 + at) for at in range(waiting)]

    def said(text: str) -> list[tuple[Language, str]]:
        return [(language, texts.get(language, text)) for language in SPOKEN]

    return {
        "bundle": None, "rows": rows, "calls": f"{call.number}:{call.counter}:1", "parked": parked,
        "CALLED": said(CALLED), "SERVING": said(SERVING), "FREE": said(FREE), "PARKED": said(PARKED),
        "wanted": [*(about.number if about else slip for _, about, slip in rows if about or slip), *parked],
    }  # fmt: skip


def _answer(route: Route, numbers: Mapping[str, Any]) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    if path.startswith("/static/"):
        file = files("kiosk.web").joinpath(path.removeprefix("/"))
        kind = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}[path.rpartition(".")[2]]
        route.fulfill(body=file.read_bytes(), content_type=kind)
        return
    template = "parts/numbers.html" if path == "/display/numbers" else "display.html"
    page = Pages(load_texts()).page(template, Session("key", "token"), Language.JA, numbers)
    route.fulfill(body=bytes(page.body), content_type="text/html; charset=utf-8")
