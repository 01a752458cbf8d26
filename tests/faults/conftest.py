"""What the fault tests share: a nursery of processes for the matrix, an enrolled folder for the kiosk's disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.outbox import Limits, Outbox
from schemas.intake import IntakeRecord
from schemas.packet import Packet
from tests.factories import intake_record
from tests.faults.matrix import FAULTS, Fault
from tests.faults.nursery import Nursery
from tests.faults.runner import Row, Runner
from tests.kiosk.outbox.conftest import QUICK
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.running_office import RunningOffice

SEED = int(os.environ.get("SEED", "5"))
"""`SEED=… pytest tests/faults` draws other accidents."""


def named(*groups: str) -> tuple[Fault, ...]:
    """The faults of these groups, for a test a fault."""
    return tuple(fault for fault in FAULTS if fault.group in groups)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under xdist a file of these stays on one worker, with its nursery. First, because xdist reads the marks then."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """One nursery a module: importing both services is what takes time."""
    with Nursery() as nursery:
        made = Runner(tmp_path_factory.mktemp("faults"), nursery, seed=SEED, thorough=False)
        yield made
        made.close()


def assert_harmless(runner: Runner, fault: Fault, *, runs: int = 2) -> Row:
    """Nothing is lost, doubled or readable, and people were served."""
    if reason := fault.impossible():
        pytest.skip(reason)
    row = runner.try_sociably(fault, range(runs))
    assert row.clean, f"{row.findings}; again by: {row.replays}"
    assert row.runs == runs
    return row


@pytest.fixture
def running_office(free_port: Callable[[], int]) -> Iterator[RunningOffice]:
    with RunningOffice(Office(), free_port()) as running:
        yield running


@pytest.fixture
def enrolled_folder(tmp_path: Path, running_office: RunningOffice) -> Path:
    """The data folder of an enrolled kiosk with its visit, nothing kept yet."""
    folder = tmp_path / "data"
    enrol(folder, running_office)
    return folder


def enrol(folder: Path, running_office: RunningOffice) -> None:
    outbox = Outbox.open(folder)
    outbox.enrol(running_office.office.ticket(running_office.url), "端末")
    outbox.refresh_bundle()
    outbox.close()


def opened(folder: Path) -> Outbox:
    return Outbox.open(folder, pace=QUICK, limits=Limits(disk_bytes=(0, -1)))


def a_record(outbox: Outbox, *, photo: bytes | None = None) -> IntakeRecord:
    assert outbox.identity is not None
    assert outbox.bundle is not None
    return intake_record(
        photo=photo, device=outbox.identity.device, visit=outbox.bundle.visit, record=outbox.new_record_id(),
        slip=outbox.next_slip(),
    )  # fmt: skip


def assert_whole_chain(frames: dict[int, bytes]) -> None:
    """Numbered from 1 without a gap, each naming the one before."""
    assert list(frames) == list(range(1, len(frames) + 1))
    previous = None
    for frame in frames.values():
        packet = Packet.parse(frame)
        assert packet.header.previous == previous
        previous = packet.packet_id
