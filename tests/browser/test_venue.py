"""The venue's screens in a real browser: axe finds nothing, the display rings, the tablet's camera is in the page."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hardware.camera.simulated import Scene
from schemas.ids import DeviceId
from tests.browser.axe import Looking
from tests.kiosk.flow import makes
from tests.kiosk.outbox.office_keys import CODE
from tests.kiosk.outbox.running_office import RunningOffice
from tests.kiosk.web.conftest import _kiosk, _office, _port
from tests.kiosk.web.hall.conftest import hall_of, pair
from tests.kiosk.web.kiosk import FORM_ID, PIN, STAFF, Kiosk

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.timeout(120)]
PAGES = ("/attendant/venue", "/attendant/venue/pair", "/attendant/venue/papers", "/trust", "/display")


@dataclass
class Venue:
    """Two kiosks behind their loopback doors, the second behind its own TLS one too; the first leads."""

    first: Kiosk
    second: Kiosk
    urls: tuple[str, str]
    office: RunningOffice


@contextmanager
def served(kiosk: Kiosk, port: int) -> Iterator[str]:
    """The kiosk on a port for browsers."""
    server = uvicorn.Server(uvicorn.Config(kiosk.app, host="127.0.0.1", port=port, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://localhost:{port}"
    server.should_exit = server.force_exit = True
    thread.join()


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Venue]:
    with ExitStack() as stack:
        office = stack.enter_context(_office(_port()))
        first = _kiosk(stack, tmp_path_factory.mktemp("first"), office)
        office.office.codes.add(CODE)  # one ticket a device
        second = _kiosk(stack, tmp_path_factory.mktemp("second"), office, lan_port=_port())
        urls = (stack.enter_context(served(first, free_port())), stack.enter_context(served(second, free_port())))
        pair(first, second)
        office.down(at_once=False)
        yield Venue(first, second, urls, office)


@pytest.fixture
def machines(chromium: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Browsers with cookies of their own."""
    with ExitStack() as stack:

        def another() -> BrowserContext:
            context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="ja-JP")
            context.set_default_timeout(15_000)
            stack.callback(context.close)
            return context

        yield another


@pytest.fixture
def context(machines: Callable[[], BrowserContext]) -> BrowserContext:
    return machines()


def signed_in(context: BrowserContext, url: str) -> Page:
    """The tablet at the venue's board."""
    page = context.new_page()
    page.goto(f"{url}/attendant")
    page.get_by_text(STAFF.name).click()
    page.fill("#pin", PIN)
    page.get_by_role("button", name="サインイン").click()
    expect(page.locator(".venue-nav")).to_be_visible()
    page.goto(f"{url}/attendant/venue")
    return page


def touch(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).first.click()


def comes_to(page: Page, kiosk: Kiosk, until: str) -> None:
    """The straight way by touch, from wherever the screen stands."""
    acts: dict[str, Callable[[], None]] = {
        "idle": lambda: touch(page, "日本語ではじめる"),
        "consent": lambda: touch(page, "同意して進む"),
        "why": lambda: touch(page, "はじめて"),
        "form": lambda: kiosk.simulated.form.show(Scene.FORM, form_text=FORM_ID),
        "licence": lambda: touch(page, "使っていない"),
        "birth": lambda: _is_born(page),
        "wishes": lambda: touch(page, "このまま進む"),
        "photo": lambda: touch(page, "この写真を使う|撮影する"),
    }
    while (screen := kiosk.applicant.state()["screen"]) != until:
        if page.locator(f"body.screen-{screen}").count():
            acts[screen]()
        page.wait_for_timeout(60)
    expect(page.locator(f"body.screen-{until}")).to_be_visible()


def _is_born(page: Page) -> None:
    page.get_by_role("radio", name="平成").check(force=True)
    for part, digits in (("year", "2"), ("month", "4"), ("day", "1")):
        page.locator(f"#{part}").fill(digits)
    touch(page, "次へ進む")


def test_two_kiosks_and_one_tablet_with_the_internet_cut(machines: Callable[[], BrowserContext], venue: Venue) -> None:
    """One person is parked at the first kiosk and goes on at the second, another's screen is taken to the tablet; both
    are sealed without the office, and reach it when it is back."""
    first, second = venue.first, venue.second
    left, right, tablet = machines().new_page(), machines().new_page(), signed_in(machines(), venue.urls[0])
    left.goto(venue.urls[0])
    comes_to(left, first, "birth")
    slip = first.applicant.state()["slip"]
    tablet.get_by_label("A1 ").get_by_role("button", name="中断").click()
    expect(left.locator("body.screen-idle")).to_be_visible()
    touch(tablet, "A2で再開")
    right.goto(venue.urls[1])
    expect(right.locator("body.screen-birth")).to_be_visible()
    comes_to(right, second, "attendant")
    tablet.get_by_label("A2 ").get_by_role("button", name="このキオスクを開く").click()
    attends(tablet)
    touch(right, "この内容で申請する")
    expect(right.get_by_text(slip).first).to_be_visible()

    tablet.goto(f"{venue.urls[0]}/attendant/venue")
    tablet.get_by_label("A1 ").get_by_role("button", name="このキオスクを開く").click()
    first.applicant.come_to("wishes", born="1993-04-01")
    touch(tablet, "この画面をタブレットで操作する")
    expect(left.get_by_text("タブレットで受け付けています")).to_be_visible()
    comes_to(tablet, first, "attendant")
    tablet.goto(f"{venue.urls[0]}/attendant")
    attends(tablet)
    tablet.goto(venue.urls[0])
    touch(tablet, "この内容で申請する")
    assert [kiosk.outbox.balance().received for kiosk in (first, second)] == [0, 0]

    venue.office.up()
    second.applicant.until(lambda _: all(kiosk.outbox.balance().received == 1 for kiosk in (first, second)))
    records = [
        record for kiosk in (first, second) for record, _ in venue.office.office.opened(device_of(kiosk)).values()
    ]
    assert [(record.slip[:2], record.birth_date.year) for record in records] == [("A1", 1993), ("A1", 1990)]
    assert records[1].slip == slip


def attends(tablet: Page) -> None:
    """Two documents, every answer, done."""
    for document in ("driving_licence", "staff_id"):
        tablet.locator(f"input[name=shown][value='applicant:{document}']").check(force=True)
        for check in tablet.locator(f"input[name=check][value^='applicant:{document}:']").all():
            check.check(force=True)
    for answer in tablet.locator("input[type=radio][value=yes]").all():
        answer.check(force=True)
    touch(tablet, "確認を終える")
    expect(tablet.get_by_text("確認済み").first).to_be_visible()


def device_of(kiosk: Kiosk) -> DeviceId:
    assert kiosk.outbox.identity is not None
    return kiosk.outbox.identity.device


def test_the_venues_screens(context: BrowserContext, venue: Venue, looking: Looking) -> None:
    kiosk, url = venue.first, venue.urls[0]
    display = context.new_page()
    display.goto(f"{url}/display")
    display.locator("[data-sound]").click()
    page = signed_in(context, url)
    page.get_by_role("button", name="予約のない方に番号を出す").click()
    page.get_by_label("A1 ").get_by_role("button", name="次の方を呼ぶ").click()
    display.bring_to_front()
    expect(display.locator(".row.called .number")).to_have_text("W001")
    expect(display.locator("body[data-rung]")).to_be_attached()
    page.bring_to_front()
    for path in PAGES:
        page.goto(url + path)
        assert looking(page) == []
    page.goto(f"{url}/attendant")
    page.get_by_role("button", name="タブレットだけで受け付ける").click()
    kiosk.desk.begin(makes.at(makes.Step.PHOTO))
    expect(page.locator("video.tablet-eye")).to_be_visible()
    expect(page.get_by_role("button", name="キオスクのカメラ")).to_be_visible()
    assert looking(page) == []
    hall_of(kiosk).hold.release()
