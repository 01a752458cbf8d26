"""The venue's screens in a real browser: axe finds nothing, the display rings, the tablet's camera is in the page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.kiosk.flow import makes
from tests.kiosk.web.conftest import _kiosk, _office, _port
from tests.kiosk.web.hall.conftest import hall_of
from tests.kiosk.web.kiosk import PIN, STAFF, Kiosk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
PAGES = ("/attendant/venue", "/attendant/venue/pair", "/attendant/venue/papers", "/trust", "/display")


@pytest.fixture
def served(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[tuple[Kiosk, str]]:
    """One kiosk behind two doors: the loopback one the browser uses, and its own TLS one."""
    with ExitStack() as stack:
        office = stack.enter_context(_office(_port()))
        kiosk = _kiosk(stack, tmp_path, office, lan_port=_port())
        port = free_port()
        config = uvicorn.Config(kiosk.app, host="127.0.0.1", port=port, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield kiosk, f"http://localhost:{port}"
        server.should_exit = server.force_exit = True
        thread.join()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True, locale="ja-JP")
    context.set_default_timeout(15_000)
    yield context
    context.close()


def looked(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def test_the_venues_screens(context: BrowserContext, served: tuple[Kiosk, str]) -> None:
    kiosk, url = served
    display = context.new_page()
    display.goto(f"{url}/display")
    display.locator("[data-sound]").click()
    page = context.new_page()
    page.goto(f"{url}/attendant")
    page.get_by_text(STAFF.name).click()
    page.fill("#pin", PIN)
    page.get_by_role("button", name="サインイン").click()
    expect(page.locator(".venue-nav")).to_be_visible()
    page.goto(url + PAGES[0])
    page.get_by_role("button", name="予約のない方に番号を出す").click()
    page.get_by_role("button", name="次の方を呼ぶ").click()
    display.bring_to_front()
    expect(display.locator(".row.called .number")).to_have_text("W001")
    expect(display.locator("body[data-rung]")).to_be_attached()
    page.bring_to_front()
    for path in PAGES:
        page.goto(url + path)
        looked(page)
    page.goto(f"{url}/attendant")
    page.get_by_role("button", name="タブレットだけで受け付ける").click()
    kiosk.desk.begin(makes.at(makes.Step.PHOTO))
    expect(page.locator("video.tablet-eye")).to_be_visible()
    expect(page.get_by_role("button", name="キオスクのカメラ")).to_be_visible()
    looked(page)
    hall_of(kiosk).hold.release()
