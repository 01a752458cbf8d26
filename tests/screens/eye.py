"""Looks at one page in one way, and says what is wrong with it."""

from __future__ import annotations

from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page

from schemas.language import Language
from tests.screens.keys import keyboard
from tests.screens.modes import Media, Mode
from tests.screens.steps import Look, Who

_MEASURE = files(__package__).joinpath("measure.js").read_text("utf-8")
_AXE_SCRIPT = Axe().axe_script
_AXE = (
    "(enabled) => axe.run({resultTypes: ['violations'], iframes: false, preload: false, rules: {'color-contrast':"
    " {enabled}}}).then((found) => found.violations.map((one) => `axe ${one.id}: ${one.nodes.map((n) => n.target)}`))"
)
_OPEN = """(part) => {
  const found = document.querySelector(part);
  if (!found?.showModal) found?.click();
  else if (!found.open) { found.close = () => {}; found.showModal(); }  // else the page closes it: nobody is silent
  return Boolean(found);
}"""
TARGET, TEXT, TABLET_TEXT = 64, 24, 16
TRIES = 4
PATIENCE_MS = 12_000


class Changed(Exception):
    """The page was drawn anew while it was looked at."""


@dataclass
class Seen:
    """One look. `findings`: what is wrong."""

    look: Look
    language: Language
    mode: Mode
    findings: list[str]
    picture: Path | None


@dataclass
class Eye:
    """One browser window: `at` where its pages come from."""

    context: BrowserContext
    page: Page
    devtools: CDPSession
    at: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, browser: Browser, at: str) -> Eye:
        context = browser.new_context(locale="ja-JP", ignore_https_errors=True, viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        eye = cls(context, page, context.new_cdp_session(page), at)
        page.on("pageerror", lambda error: eye.complaints.append(f"script: {error}"))
        return eye

    def go(self, url: str, screen: str) -> None:
        """Open a page. Raises `Changed` when it is not that screen."""
        try:
            self.page.goto(self.at + url, wait_until="load")
        except Error as error:
            raise Changed(str(error)) from error
        shown = self.page.evaluate("document.body?.className ?? ''")
        if "screen-" in shown and f"screen-{screen}" not in shown.split():
            raise Changed(f"{shown} instead of {screen}")

    def set(self, mode: Mode) -> None:
        """Size, zoom and media as a person's browser would have them."""
        width, height = mode.viewport
        metrics = {"width": width, "height": height, "deviceScaleFactor": mode.zoom, "mobile": False}
        self.devtools.send("Emulation.setDeviceMetricsOverride", metrics)
        self.page.emulate_media(
            forced_colors="active" if mode.media is Media.FORCED else "none",
            reduced_motion="reduce" if mode.media is Media.STILL else "no-preference",
        )

    def leave(self) -> None:
        """An empty page: what nobody looks at asks the kiosk nothing."""
        with suppress(Error):
            self.page.goto("about:blank")

    def findings(self, look: Look, mode: Mode, *, axe: bool, colours: bool) -> list[str]:
        """What is wrong with the page as it stands."""
        kiosk = look.who in (Who.APPLICANT, Who.CLOSED)
        found: list[str] = []
        if look.opens and not self.page.evaluate(_OPEN, look.opens):
            found.append(f"there is no {look.opens}")
        wanted = {
            "target": TARGET / mode.zoom,
            "text": TEXT if kiosk else TABLET_TEXT,
            "longer": not kiosk or mode.zoom > 1,
        }
        found += self.page.evaluate(_MEASURE, wanted)
        if axe:
            self.page.evaluate(_AXE_SCRIPT)
            found += self.page.evaluate(_AXE, colours)
        found += self.complaints
        self.complaints.clear()
        return found

    def keys(self) -> list[str]:
        return keyboard(self.page)

    def picture(self, file: Path, *, whole: bool) -> Path:
        """As the person sees it, or the whole length of a page that scrolls."""
        shot = self.devtools.send("Page.captureScreenshot", _whole(self.page) if whole else dict(_JPEG))
        file.write_bytes(b64decode(str(shot["data"])))
        return file


_JPEG = {"format": "jpeg", "quality": 78}


def _whole(page: Page) -> dict[str, object]:
    width, height = page.evaluate("[innerWidth, Math.min(4000, document.documentElement.scrollHeight)]")
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    return {**_JPEG, "captureBeyondViewport": True, "clip": clip}
