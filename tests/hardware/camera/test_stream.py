"""The thread that owns the camera: newest frame only, and every trouble a status."""

from __future__ import annotations

import threading
import time
import tracemalloc

import pytest

from hardware.camera.stream import CameraThread
from hardware.errors import DeviceBusy, DeviceError, DeviceMissing
from hardware.status import DeviceState
from tests.hardware.camera.conftest import ScriptedSource, picture, until


def camera(source: ScriptedSource, **options: float | None) -> CameraThread:
    return CameraThread(source, retry_s=0.01, retry_most_s=0.05, **options)  # type: ignore[arg-type]


def test_before_start_and_after_stop_it_is_off_and_shows_nothing() -> None:
    stream = camera(ScriptedSource())
    assert stream.status().state is DeviceState.OFF
    assert stream.latest() is None
    stream.start()
    assert until(lambda: stream.latest() is not None)
    stream.stop()
    assert stream.status().state is DeviceState.OFF
    assert stream.latest() is None


def test_frames_count_up_and_cannot_be_written_to() -> None:
    stream = camera(ScriptedSource())
    stream.start()
    stream.start()
    assert until(lambda: stream.latest() is not None)
    first = stream.latest()
    assert first is not None
    assert until(lambda: (newer := stream.latest()) is not None and newer.sequence > first.sequence)
    with pytest.raises(ValueError, match="read-only"):
        first.pixels[0, 0, 0] = 1
    assert stream.status().usable
    stream.stop()


def test_one_thread_owns_the_device() -> None:
    source = ScriptedSource()
    stream = camera(source)
    stream.start()
    assert until(lambda: source.pictures > 3)
    stream.stop()
    assert len(source.owners) == 1
    assert threading.get_ident() not in source.owners
    assert source.opened == source.closed == 1


def test_it_starts_again_after_a_stop() -> None:
    source = ScriptedSource()
    stream = camera(source)
    for _ in range(3):
        stream.start()
        assert until(lambda: stream.latest() is not None)
        stream.stop()
    assert source.opened == source.closed == 3


def test_a_missing_camera_is_a_status_and_is_found_when_it_comes() -> None:
    source = ScriptedSource(opens=[DeviceMissing("camera.unplugged", "not there")] * 3)
    stream = camera(source)
    stream.start()
    assert until(lambda: stream.status().code == "camera.unplugged")
    assert stream.status().state is DeviceState.MISSING
    assert until(lambda: stream.status().usable)
    stream.stop()
    assert source.opened == source.closed == 4


def test_a_camera_held_by_another_program_is_busy() -> None:
    stream = camera(ScriptedSource(opens=[DeviceBusy("camera.busy", "held")] * 500))
    stream.start()
    assert until(lambda: stream.status().state is DeviceState.BUSY)
    assert stream.status().code == "camera.busy"
    stream.stop()


@pytest.mark.parametrize("end", [None, DeviceError("camera.driver", "broken")])
def test_a_camera_pulled_out_in_the_middle_is_noticed_and_opened_again(end: DeviceError | None) -> None:
    source = ScriptedSource(
        reads=[picture(1), picture(2), end], opens=[None, *[DeviceMissing("camera.unplugged", "gone")] * 3]
    )
    stream = camera(source)
    stream.start()
    assert until(lambda: stream.status().state is DeviceState.MISSING)
    assert stream.latest() is None
    assert until(lambda: stream.status().usable and stream.latest() is not None)
    stream.stop()


def test_waiting_between_attempts_doubles_up_to_a_limit() -> None:
    source = ScriptedSource(opens=[DeviceMissing("camera.unplugged", "not there")] * 1000)
    stream = CameraThread(source, retry_s=0.02, retry_most_s=0.4)
    stream.start()
    assert not until(lambda: source.opened > 8, seconds=1.0)
    assert source.opened >= 3
    stream.stop()


def test_a_stream_that_stalls_shows_no_old_frame() -> None:
    source = ScriptedSource()
    stream = camera(source, stale_s=0.1)
    stream.start()
    assert until(lambda: stream.status().usable)
    source.hang.clear()
    assert until(lambda: stream.status().code == "camera.stalled")
    assert stream.status().state is DeviceState.FAULT
    assert stream.latest() is None
    source.hang.set()
    assert until(lambda: stream.status().usable)
    stream.stop()


def test_a_picture_that_stands_still_is_a_fault_until_it_moves() -> None:
    same = picture(5)
    source = ScriptedSource(reads=[same.copy() for _ in range(400)])
    stream = camera(source, frozen_s=0.1, stale_s=0.2)
    stream.start()
    assert until(lambda: stream.status().code == "camera.frozen")
    assert stream.latest() is None
    assert until(lambda: source.opened > 1)
    assert stream.status().state is DeviceState.FAULT
    assert until(lambda: stream.status().usable, seconds=10)
    stream.stop()


def test_a_still_file_may_stand_still() -> None:
    source = ScriptedSource(reads=[picture(5) for _ in range(100)])
    stream = camera(source, frozen_s=None)
    stream.start()
    assert until(lambda: len(source.reads) == 0)
    assert source.opened == 1
    stream.stop()


def test_stopping_does_not_wait_for_a_driver_that_hangs_and_a_new_start_waits_for_it() -> None:
    source = ScriptedSource()
    stream = camera(source)
    stream.start()
    assert until(lambda: stream.status().usable)
    source.hang.clear()
    seen = -1
    while seen != source.pictures:  # until the thread hangs in the driver
        seen = source.pictures
        time.sleep(0.1)
    stream.stop(wait_s=0.05)
    stream.start()
    assert source.opened == 1
    source.hang.set()
    assert until(lambda: source.opened == 2 and stream.status().usable)
    stream.stop()
    assert source.opened == source.closed == 2


def test_memory_stays_flat() -> None:
    source = ScriptedSource()
    stream = camera(source)
    stream.start()
    assert until(lambda: source.pictures > 20)
    tracemalloc.start()
    begin = source.pictures
    assert until(lambda: source.pictures > begin + 20)
    before, _ = tracemalloc.get_traced_memory()
    assert until(lambda: source.pictures > begin + 220)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    stream.stop()
    assert after - before < 3 * picture().nbytes
