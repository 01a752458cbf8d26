"""What the fault tests share: an office behind a socket, an enrolled folder, and how often a fault is tried."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.outbox import Limits, Outbox
from schemas.intake import IntakeRecord
from schemas.packet import Packet
from tests.factories import intake_record
from tests.kiosk.outbox.conftest import QUICK
from tests.kiosk.outbox.office import Office, RunningOffice

TIMES = int(os.environ.get("FAULTS", "4"))
"""How often each fault is tried; more by FAULTS=1000."""


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


def readable(folder: Path, records: list[tuple[IntakeRecord, bytes | None]]) -> list[str]:
    """Plaintext of the records found in any file of the folder: form ids, birth dates, photo bytes."""
    found = []
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for record, photo in records:
            marks = [record.form.form_id or "", record.record and f'"birth_date":"{record.birth_date}"']
            found += [f"{path.name}: {mark}" for mark in marks if mark and mark.encode() in data]
            if photo and photo[300:364] in data:
                found.append(f"{path.name}: photo")
    return found
