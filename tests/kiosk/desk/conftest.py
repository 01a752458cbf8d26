from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from kiosk.flow import Step
from tests.kiosk.desk.counter import TestCounter, noisy
from tests.kiosk.flow.makes import at


@pytest.fixture
def counter() -> TestCounter:
    return TestCounter()


@pytest.fixture
def posing(counter: TestCounter) -> TestCounter:
    counter.stand_at(at(Step.PHOTO))
    counter.camera.show(noisy())
    return counter


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait for another thread's work, 5 s at most."""

    def wait(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 5
        while not condition():
            assert time.monotonic() < end, "did not happen in time"
            time.sleep(0.005)

    return wait
