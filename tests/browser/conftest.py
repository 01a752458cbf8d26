"""A real Chromium for the browser tests, and the stage with both real services."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from deploy.demo.stage import Stage, open_stage

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--use-fake-device-for-media-stream",
         "--use-fake-ui-for-media-stream"]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed (deploy/bootstrap.sh installs it)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Stage]:
    """One office and one enrolled kiosk for all tests of a module."""
    folder = tmp_path_factory.mktemp("browser-stage")
    settings = {
        "DEMADO_KIOSK_PHOTO_AUTOMATIC": "false"
    }  # the screens are looked at in peace, then the button is touched
    with open_stage(folder, office_port=free_port(), kiosk_port=free_port(), settings=settings) as ready:
        yield ready
