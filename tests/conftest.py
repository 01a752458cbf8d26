"""Common to all tests: free ports, one browser, and a process left as it was found. Rooms have their own conftest."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest
import structlog
from playwright.sync_api import Browser, sync_playwright
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

BROWSER_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                 "--disable-sync", "--no-first-run", "--use-fake-device-for-media-stream",
                 "--use-fake-ui-for-media-stream"]  # fmt: skip

# How long an example takes says nothing here: other workers share the machine. Speed is the benchmarks' business.
hypothesis.settings.register_profile(
    "demado", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # fmt: skip
hypothesis.settings.load_profile("demado")


@pytest.fixture(autouse=True)
def process_as_found() -> Iterator[None]:
    """Commands run inside the test's process set its logs and umask; the next test must not find them so."""
    logs = structlog.get_config() if structlog.is_configured() else None
    handlers, level, mask = logging.root.handlers[:], logging.root.level, os.umask(0o022)
    yield
    structlog.reset_defaults()
    if logs is not None:
        structlog.configure(**logs)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    logging.captureWarnings(False)
    os.umask(mask)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless. One for the process: Playwright has one loop a thread."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed (deploy/bootstrap.sh installs it)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A port nobody listens on at the moment of asking."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """A file stays on one worker, so that what it shares is made once; everything that needs pcscd shares one worker:
    vpcd has two slots on the whole machine. (xdist 3.8's own groups, `loadgroup`, come to nothing with pytest 9.2.)"""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "pcsc" if _needs_pcscd(self.config.rootpath / file) else file


@cache
def _needs_pcscd(file: Path) -> bool:
    return "pytest.mark.pcsc" in file.read_text("utf-8")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs pcscd is the longest work that cannot be shared out, so it comes first."""
    items.sort(key=lambda item: not _needs_pcscd(item.path))


def pytest_collection_finish() -> None:
    """What the imports made stays: the collector need not walk through it again in every test (a tenth of all work)."""
    gc.collect()
    gc.freeze()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)
