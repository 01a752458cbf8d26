"""A full disk: said plainly, nothing half-written, and what is here still leaves for the office."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.errors import OutboxFault, OutboxFull
from kiosk.outbox import Level, Limits, Outbox, State
from tests.factories import jpeg_photo
from tests.faults.conftest import a_record, assert_whole_chain, enrol, opened
from tests.kiosk.outbox.conftest import QUICK, wait_until
from tests.kiosk.outbox.running_office import RunningOffice

NO_LIMIT = Limits(disk_bytes=(0, -1))
"""So that SQLite meets the full disk itself."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", folder], check=False).returncode:
        pytest.skip("mounting a small file system is not permitted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """RLIMIT_FSIZE, as a disk that takes no more."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def fill(outbox: Outbox, photo: bytes) -> int:
    """Keep until the disk is full; how many were kept."""
    number = 0
    while number < 500:
        try:
            outbox.keep(a_record(outbox, photo=photo), photo)
        except OutboxFull as error:
            assert error.code == "outbox.disk_full"
            return number
        number += 1
    raise AssertionError("the disk never filled")


def queued_frames(outbox: Outbox, running_office: RunningOffice) -> None:
    outbox.start_courier()
    wait_until(lambda: outbox.balance().closed, seconds=60)
    (device,) = running_office.office.devices.values()
    assert_whole_chain(dict(sorted(device.packets.items())))
    assert len(running_office.office.opened(device.id)) == outbox.balance().captured


def test_a_full_disk_is_said_and_everything_kept_before_it_arrives(
    small_disk: Path, running_office: RunningOffice
) -> None:
    folder = small_disk / "data"
    enrol(folder, running_office)
    outbox = Outbox.open(folder, limits=NO_LIMIT, pace=QUICK)
    kept = fill(outbox, jpeg_photo())
    assert kept == outbox.balance().captured > 5
    (small_disk / "somebody-elses").write_bytes(bytes(free(small_disk)))
    assert free(small_disk) == 0
    queued_frames(outbox, running_office)
    assert outbox.balance().erased == kept
    outbox.close()


def free(folder: Path) -> int:
    room = subprocess.run(["stat", "-f", "-c", "%a %S", folder], capture_output=True, text=True, check=True).stdout
    blocks, size = (int(part) for part in room.split())
    return blocks * size


def test_after_room_was_made_the_same_record_is_kept_once(small_disk: Path, running_office: RunningOffice) -> None:
    folder = small_disk / "data"
    enrol(folder, running_office)
    outbox = Outbox.open(folder, limits=NO_LIMIT, pace=QUICK)
    photo = jpeg_photo()
    kept = fill(outbox, photo)
    waiting = a_record(outbox, photo=photo) if free(small_disk) else None
    subprocess.run(["mount", "-o", "remount,size=32m", small_disk], check=True)
    record = waiting or a_record(outbox, photo=photo)
    assert outbox.keep(record, photo) == outbox.keep(record, photo)
    assert outbox.balance().captured == kept + 1
    queued_frames(outbox, running_office)
    outbox.close()


@pytest.mark.parametrize("size", [40_000, 90_000, 150_000, 400_000])
def test_a_write_that_stops_in_the_middle_keeps_nothing_half(
    enrolled_folder: Path, running_office: RunningOffice, size: int
) -> None:
    outbox = opened(enrolled_folder)
    photo = jpeg_photo()
    record = a_record(outbox, photo=photo)
    first = outbox.keep(a_record(outbox, photo=photo), photo)
    with files_no_larger_than(size):
        for _ in range(12):
            try:
                outbox.keep(record, photo)
            except (OutboxFull, OutboxFault) as error:
                assert error.code in ("outbox.disk_full", "outbox.disk")
    stubs = outbox.packets(State.QUEUED)
    assert stubs[0].packet_id == first.packet_id
    outbox.close()
    again = opened(enrolled_folder)
    assert again.packets(State.QUEUED) == stubs
    again.keep(record, photo)
    assert again.balance().captured == 2
    queued_frames(again, running_office)
    again.close()


def test_the_limit_warns_and_stops_before_the_disk_does(small_disk: Path, running_office: RunningOffice) -> None:
    folder = small_disk / "data"
    enrol(folder, running_office)
    outbox = Outbox.open(folder, limits=Limits(disk_bytes=(3_000_000, 1_000_000)), pace=QUICK)
    photo, warned = jpeg_photo(), 0
    while all(alarm.level is Level.SOFT for alarm in outbox.gauges().alarms):
        outbox.keep(a_record(outbox, photo=photo), photo)
        warned += any(alarm.gauge == "disk" for alarm in outbox.gauges().alarms)
    with pytest.raises(OutboxFull) as caught:
        outbox.keep(a_record(outbox, photo=photo), photo)
    assert caught.value.code == "outbox.disk_low"
    assert warned > 5
    queued_frames(outbox, running_office)
    outbox.close()
