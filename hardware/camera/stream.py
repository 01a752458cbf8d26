"""One thread owns the camera: it opens, reads, notices trouble, opens again; the others ask for the newest frame.

A camera that was pulled out, is held by another program, delivers nothing or delivers the same picture for ever is a
status. Only the newest frame is kept, so memory stays flat however slow the others are.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable

import structlog

from hardware.camera import Frame, FrameSource, Pixels
from hardware.errors import DeviceBusy, DeviceError
from hardware.status import DeviceKind, DeviceState, DeviceStatus

log = structlog.get_logger(__name__)


class CameraThread:
    """A `Camera` over a `FrameSource`.

    A frame older than `stale_s` is not shown any more. `frozen_s`: identical pictures for so long are a fault, because
    a real sensor always has noise; None for files, where standing still is right. Re-opening waits `retry_s` first and
    twice as long each time, up to `retry_most_s`.
    """

    def __init__(
        self,
        source: FrameSource,
        *,
        stale_s: float = 2.0,
        frozen_s: float | None = 5.0,
        retry_s: float = 0.5,
        retry_most_s: float = 8.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._stale_s, self._frozen_s = stale_s, frozen_s
        self._retry_s, self._retry_most_s = retry_s, retry_most_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._halt = threading.Event()
        self._frame: Frame | None = None
        self._sequence = 0
        self._print: int | None = None
        self._changed_at = 0.0
        self._frozen = False
        self._status = self._say(DeviceState.OFF, "camera.stopped")

    def start(self) -> None:
        """Begin delivering frames; harmless when already running."""
        with self._lock:
            if self._thread is not None and not self._halt.is_set():
                return
            self._halt = threading.Event()
            self._status = self._say(DeviceState.STARTING, "camera.starting")
            self._thread = threading.Thread(
                target=self._run, args=(self._thread, self._halt), name=f"camera {self._source.name}", daemon=True
            )
            self._thread.start()

    def stop(self, *, wait_s: float = 3.0) -> None:
        """Release the device. A driver that hangs in a read keeps its thread until it returns; nobody waits for it."""
        with self._lock:
            thread, halt = self._thread, self._halt
            halt.set()
            self._frame = None
            self._status = self._say(DeviceState.OFF, "camera.stopped")
        if thread is not None and thread is not threading.current_thread():
            self._source.wake()
            thread.join(wait_s)

    def latest(self) -> Frame | None:
        """The newest frame, or None when there is none younger than `stale_s`."""
        with self._lock:
            frame = self._frame
        return frame if frame is not None and self._monotonic() - frame.taken_at <= self._stale_s else None

    def status(self) -> DeviceStatus:
        with self._lock:
            status, frame = self._status, self._frame
        if status.usable and (frame is None or self._monotonic() - frame.taken_at > self._stale_s):
            return self._say(DeviceState.FAULT, "camera.stalled", f"no frame for more than {self._stale_s:g} s")
        return status

    def _run(self, previous: threading.Thread | None, halt: threading.Event) -> None:
        if previous is not None:
            previous.join()  # the device has one owner: a thread that still hangs in the driver must let go first
        pause = self._retry_s
        try:
            while not halt.is_set():
                got_frames = self._session(halt)
                pause = self._retry_s if got_frames else min(pause * 2, self._retry_most_s)
                halt.wait(pause)
        finally:
            if not halt.is_set():
                self._publish(halt, self._say(DeviceState.FAULT, "camera.fault", "the camera's thread has ended"))

    def _session(self, halt: threading.Event) -> bool:
        """From opening the device to losing it. True when at least one frame came."""
        got_frames = False
        try:
            self._source.open()
            while not halt.is_set():
                pixels = self._source.read()
                if pixels is None:
                    raise DeviceError("camera.unplugged", "the stream has ended")
                got_frames = True
                self._accept(halt, pixels)
        except DeviceError as trouble:
            state = DeviceState.BUSY if isinstance(trouble, DeviceBusy) else DeviceState.MISSING
            if trouble.code == "camera.frozen":
                state = DeviceState.FAULT
            self._publish(halt, self._say(state, trouble.code, str(trouble)))
        finally:
            self._source.close()
        return got_frames

    def _accept(self, halt: threading.Event, pixels: Pixels) -> None:
        now = self._monotonic()
        if self._is_frozen(now, pixels):
            return
        pixels.flags.writeable = False
        with self._lock:
            if halt.is_set():
                return
            self._sequence += 1
            self._frame = Frame(pixels, self._sequence, now)
        if not self._status.usable:
            self._publish(halt, self._say(DeviceState.READY, "camera.ready", self._source.detail))

    def _is_frozen(self, now: float, pixels: Pixels) -> bool:
        """True while a picture that stood still for too long still stands (compared: every 7th row).

        Raises when that is noticed and again after each further `frozen_s`, so that the device is opened anew.
        """
        if self._frozen_s is None:
            return False
        seen = zlib.crc32(pixels[::7].tobytes())
        if seen != self._print:
            self._print, self._changed_at, self._frozen = seen, now, False
        elif now - self._changed_at > self._frozen_s:
            self._changed_at, self._frozen = now, True
            raise DeviceError("camera.frozen", f"the same picture for more than {self._frozen_s:g} s")
        return self._frozen

    def _publish(self, halt: threading.Event, status: DeviceStatus) -> None:
        with self._lock:
            if halt.is_set() or status == self._status:
                return
            self._status = status
            if not status.usable:
                self._frame = None
        log.info("camera", state=status.state, code=status.code, name=status.name, detail=status.detail)

    def _say(self, state: DeviceState, code: str, detail: str = "") -> DeviceStatus:
        return DeviceStatus(DeviceKind.CAMERA, state, code, self._source.name, detail)
