from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.kiosk.desk.counter import TestCounter


@pytest.fixture
def counter() -> TestCounter:
    return TestCounter()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait for another thread's work, 5 s at most."""

    def wait(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 5
        while not condition():
            assert time.monotonic() < end, "did not happen in time"
            time.sleep(0.005)

    return wait
