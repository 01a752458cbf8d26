"""The live loop seen in a browser: a drawn person makes every mistake, follows the advice, and is photographed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hardware.camera.poses import Pose
from hardware.camera.simulated import Scene
from hardware.photo import Advice
from kiosk.desk import Timing
from kiosk.web import words
from schemas.intake import PhotoSource
from tests.browser.booth import Booth, open_booth
from tests.kiosk.flow import makes
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.running_office import RunningOffice
from tests.kiosk.web.kiosk import PIN, PLACES, STAFF

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.timeout(180)]

SAID = {
    Pose.TOO_FAR: Advice.COME_CLOSER,
    Pose.TOO_NEAR: Advice.MOVE_BACK,
    Pose.OFF_CENTRE: Advice.CENTRE,
    Pose.TILTED: Advice.HEAD_UPRIGHT,
    Pose.DARK: Advice.MORE_LIGHT,
    Pose.EYES_CLOSED: Advice.OPEN_EYES,
    Pose.MOUTH_OPEN: Advice.CLOSE_MOUTH,
}
FOLDER = os.environ.get("DEMADO_SCREENSHOTS")
HEARD = """new MutationObserver(() => console.log(document.querySelector("[data-advice]").textContent.trim()))
  .observe(document.querySelector("[data-advice]"), { childList: true, characterData: true, subtree: true })"""
"""Every advice is told as it comes: a sentence that stands for half a second would slip through a look now and then."""
PATIENCE = 60_000  # ms, for machines that do other things meanwhile


@pytest.fixture
def office(free_port: Callable[[], int]) -> Iterator[RunningOffice]:
    made = Office()
    made.bundle = partial(  # type: ignore[method-assign]
        made.bundle, attendants=(STAFF,), municipality=PLACES[0], municipalities=PLACES
    )
    with RunningOffice(made, free_port()) as running:
        yield running


@pytest.fixture
def booth(tmp_path: Path, office: RunningOffice, free_port: Callable[[], int]) -> Iterator[Booth]:
    with open_booth(tmp_path, office, free_port(), Timing(arm=1.5, countdown=0.5)) as running:
        running.desk.begin(makes.at(makes.Step.PHOTO))
        yield running


@pytest.fixture
def page(chromium: Browser, booth: Booth) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="ja-JP")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors


def saved(page: Page, name: str) -> None:
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{FOLDER}/{name}.png")


def test_a_person_follows_the_advice_from_fault_to_fault_and_is_photographed(page: Page, booth: Booth) -> None:
    booth.sit(Pose.TOO_FAR)
    page.goto(booth.url)
    advice, picture = page.locator("[data-advice]"), page.locator("[data-advice-picture]")
    for pose, said in SAID.items():
        booth.sit(pose)
        expect(advice).to_have_text(words.ADVICE[said], timeout=PATIENCE)
        expect(picture).to_have_attribute("src", f"/static/advice/{said}.svg")
        saved(page, f"booth-{pose}")
    page.evaluate(HEARD)
    with page.expect_event("console", lambda said: said.text == words.TAKES_ITSELF, timeout=PATIENCE):
        booth.sit(Pose.GOOD)
    saved(page, "booth-good")
    expect(page.locator(".taken img")).to_be_visible(timeout=PATIENCE)  # nobody pressed anything
    saved(page, "booth-taken")
    assert page.locator(".verdict.good").is_visible()


def test_three_tries_stand_side_by_side_and_the_person_chooses(page: Page, booth: Booth, office: RunningOffice) -> None:
    page.goto(booth.url)
    for tries in (1, 2, 3):
        if tries == 2:
            booth.sit(Pose.EYES_CLOSED)
            expect(page.locator("[data-advice]")).to_have_text(words.ADVICE[Advice.OPEN_EYES], timeout=PATIENCE)
            page.locator("form[action='/photo/shoot'] button").click()
            expect(page.locator(".verdict.attention")).to_be_visible(timeout=PATIENCE)
            booth.sit(Pose.GOOD)
        else:
            expect(page.locator(".verdict.good")).to_be_visible(timeout=PATIENCE)
        if tries < 3:
            page.locator("form[action='/photo/retake'] button").click()
            expect(page.locator(".viewfinder")).to_be_visible()
    expect(page.locator(".attempt")).to_have_count(3)
    saved(page, "booth-three-tries")
    page.set_viewport_size({"width": 1080, "height": 1920})
    saved(page, "booth-three-tries-portrait")
    page.locator(".attempt").first.click()
    expect(page.locator(".attempt").first).to_have_attribute("aria-current", "true")
    chosen = booth.desk.booth.view().shots[0].photo
    page.locator("form[action='/photo/keep'] button").click()
    expect(page.locator("body.screen-attendant")).to_be_visible()
    intake = booth.desk.intake
    assert intake is not None
    assert intake.photo is not None
    assert chosen is not None
    assert intake.photo.jpeg == chosen.jpeg
    assert len(intake.photo.evidence.confirmed) == 4


def test_the_tablets_camera_and_a_brought_file_feed_the_booth(chromium: Browser, booth: Booth) -> None:
    booth.source.show(Scene.NOBODY)
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP", permissions=["camera"])
    tablet = context.new_page()
    tablet.goto(f"{booth.url}/attendant")
    tablet.locator(f"input[value='{STAFF.staff}']").check(force=True)
    tablet.locator("input[name=pin]").fill(PIN)
    tablet.locator("form[action$='/sign-in'] button").last.click()
    tablet.get_by_role("link", name="このタブレットで撮影する").click()
    said = tablet.locator("[data-said]")
    expect(said).to_have_text(words.ADVICE[Advice.NO_FACE], timeout=PATIENCE)  # Chromium's test picture has no face
    end = time.monotonic() + 10
    while not booth.desk.booth.cameras.tablet_sends:
        assert time.monotonic() < end, "no frame came from the tablet"
        time.sleep(0.05)
    saved(tablet, "tablet-camera")
    tablet.get_by_role("link", name="戻る").click()
    expect(tablet.locator("#photo-part")).to_contain_text("持ち込みの写真を使う")
    tablet.locator("#brought summary").click()
    tablet.locator("#taken_on").fill(booth.today)
    tablet.locator("#photo_file").set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": booth.portrait()}
    )
    tablet.wait_for_timeout(2_000)  # the board asks for news meanwhile: nothing staff have begun is swept away
    saved(tablet, "tablet-board-photo")
    tablet.locator("[data-send]").click()
    expect(tablet.locator("#photo-part")).to_contain_text("自動チェックを通りました", timeout=PATIENCE)
    assert booth.desk.booth.view().shots[-1].origin.source is PhotoSource.FILE
    context.close()
