"""Factories for the outbox's tests: an office behind a socket, an enrolled outbox, a clock that can be turned."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.outbox import Outbox, Pace
from schemas.intake import IntakeRecord
from tests.factories import intake_record
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.running_office import RunningOffice

QUICK = Pace(line_first=0.02, line_most=0.1, packet_first=0.02, packet_most=0.1, hold=0.1, bundle_every=0.2)


class HandClock:
    """Wall and monotonic clock turned by hand; each can go wrong alone."""

    def __init__(self, at: datetime = datetime(2026, 7, 10, 0, 30, tzinfo=UTC)) -> None:
        self.wall_now = at
        self.monotonic_now = 1000.0

    def wall(self) -> datetime:
        return self.wall_now

    def monotonic(self) -> float:
        return self.monotonic_now

    def advance(self, seconds: float) -> None:
        self.wall_now += timedelta(seconds=seconds)
        self.monotonic_now += seconds


@pytest.fixture(scope="package")
def standing_office() -> Iterator[RunningOffice]:
    """One socket for all tests of this folder."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    with RunningOffice(Office(), port) as running:
        yield running


@pytest.fixture
def running_office(standing_office: RunningOffice) -> RunningOffice:
    """A new office behind the socket."""
    standing_office.replace(Office())
    standing_office.up()
    return standing_office


@pytest.fixture
def office(running_office: RunningOffice) -> Office:
    return running_office.office


@pytest.fixture
def open_outbox(tmp_path: Path) -> Iterator[Callable[..., Outbox]]:
    """Open the outbox of this test's folder; closed at the end."""
    opened: list[Outbox] = []

    def make(**changes: Any) -> Outbox:
        outbox = Outbox.open(tmp_path / "data", **{"pace": QUICK, **changes})
        opened.append(outbox)
        return outbox

    yield make
    for outbox in opened:
        outbox.close()


@pytest.fixture
def outbox(open_outbox: Callable[..., Outbox], running_office: RunningOffice) -> Outbox:
    """Enrolled, with a visit, courier not started."""
    made = open_outbox()
    made.enrol(running_office.office.ticket(running_office.url), "見本の端末")
    made.refresh_bundle()
    return made


@pytest.fixture
def a_record() -> Callable[..., IntakeRecord]:
    """A record made for an outbox's own device and visit."""

    def make(outbox: Outbox, *, photo: bytes | None = None, **changes: Any) -> IntakeRecord:
        assert outbox.identity is not None
        assert outbox.bundle is not None
        own = {
            "device": outbox.identity.device, "municipality": outbox.identity.municipality,
            "visit": outbox.bundle.visit, "record": outbox.new_record_id(), "slip": outbox.next_slip(),
        }  # fmt: skip
        return intake_record(photo=photo, **{**own, **changes})

    return make


def wait_until(condition: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """Fail when the condition does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("did not happen in time")
        time.sleep(0.01)
