"""The plug is pulled: only what had reached the disk is there afterwards, and that is everything that was promised.

The kiosk works on a file system of its own in an image file. The image is copied while the kiosk runs: the copy holds
what was synced and nothing that only stood in memory, as a disk after a power cut does. The copy is mounted (which
replays its journal) and a new kiosk starts from it.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.outbox import Outbox, State, Stub
from tests.faults.conftest import TIMES, assert_whole_chain, enrol, opened, readable
from tests.kiosk.outbox.conftest import wait_until
from tests.kiosk.outbox.office import RunningOffice

IMAGE_BYTES = 64 * 1024 * 1024


@contextmanager
def mounted(image: Path, at: Path) -> Iterator[Path]:
    """The image as a folder. Its journal is not committed by the clock, so that the copy is of one moment."""
    at.mkdir()
    if subprocess.run(["mount", "-o", "loop,commit=300", image, at], check=False, capture_output=True).returncode:
        pytest.skip("mounting an image is not permitted here")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


def new_image(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(IMAGE_BYTES)
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("mkfs.ext4 is not installed")
    subprocess.run(["mkfs.ext4", "-q", "-F", path], check=True)
    return path


def keep_until_the_plug_is_pulled(folder: Path, image: Path, copy: Path, *, after: float, send: bool) -> list[str]:
    """The packets promised before the copy was begun."""
    command = [sys.executable, "-m", "tests.faults.keeper", str(folder), *(["send"] if send else [])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    promised = [process.stdout.readline().strip()]
    reader = threading.Thread(target=lambda: promised.extend(line.strip() for line in process.stdout or []))
    reader.start()
    try:
        reader.join(after)
        process.send_signal(signal.SIGSTOP)
        before = list(promised)
        subprocess.run(["cp", "--sparse=always", image, copy], check=True)
    finally:
        process.kill()
        process.wait()
        reader.join()
        process.stdout.close()
    return [packet for packet in before if len(packet) == 64]


@pytest.mark.parametrize("send", [False, True], ids=["keeping", "keeping-and-sending"])
def test_what_was_promised_before_the_cut_is_on_the_disk(
    tmp_path: Path, running_office: RunningOffice, send: bool
) -> None:
    chance = random.Random(send)
    for number in range(TIMES):
        running_office.office.devices.clear()
        running_office.office.codes.add("ABCDEFGHIJKLMNOP")
        image, copy = new_image(tmp_path / f"{number}.img"), tmp_path / f"{number}-after.img"
        with mounted(image, tmp_path / f"{number}") as disk:
            enrol(disk / "data", running_office)
            promised = keep_until_the_plug_is_pulled(
                disk / "data", image, copy, after=chance.uniform(0.0, 0.5), send=send
            )
        with mounted(copy, tmp_path / f"{number}-after") as disk:
            assert_everything_arrives(disk / "data", promised, running_office)
        image.unlink()
        copy.unlink()


def assert_everything_arrives(folder: Path, promised: list[str], running_office: RunningOffice) -> None:
    outbox = opened(folder)
    found = {stub.packet_id for stub in all_stubs(outbox)}
    outbox.start_courier()
    wait_until(lambda: outbox.balance().closed, seconds=60)
    captured = outbox.balance().captured
    outbox.close()
    assert promised
    assert set(promised) <= found
    (device,) = running_office.office.devices.values()
    assert_whole_chain(dict(sorted(device.packets.items())))
    records = list(running_office.office.opened(device.id).values())
    assert len({record.record for record, _photo in records}) == captured
    assert readable(folder, records) == []


def all_stubs(outbox: Outbox) -> Iterator[Stub]:
    after = 0
    while stubs := outbox.packets(*State, after=after):
        yield from stubs
        after = stubs[-1].sequence
