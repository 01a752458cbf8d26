"""Frames a tablet's browser sends: `getUserMedia` there, one JPEG a request, decoded here within firm limits."""

from __future__ import annotations

import threading

from hardware.camera import Pixels
from hardware.camera.load import decode_picture
from hardware.errors import DeviceMissing, InputRefused

LARGEST_JPEG = 8 * 1024 * 1024
MOST_PIXELS = 4096 * 4096


class BrowserSource:
    """A `FrameSource` fed by `offer`. A frame that nobody has taken yet is replaced by the next one."""

    name = "browser"
    detail = ""

    def __init__(self, *, patience_s: float = 2.0) -> None:
        self._patience_s = patience_s
        self._changed = threading.Condition()
        self._waiting: Pixels | None = None
        self._woken = False

    def offer(self, jpeg: bytes) -> None:
        """Take one frame, from any thread. Raises `InputRefused`: image.file_too_large, or as `decode_picture` does."""
        if len(jpeg) > LARGEST_JPEG:
            raise InputRefused("image.file_too_large", f"more than {LARGEST_JPEG:,} bytes")
        pixels = decode_picture(jpeg, most_pixels=MOST_PIXELS, formats=("JPEG",))
        with self._changed:
            self._waiting = pixels
            self._changed.notify()

    def open(self) -> None:
        """Wait for the first frame."""
        with self._changed:
            self._wait()
            if self._waiting is None:
                raise DeviceMissing("camera.browser_silent", "no tablet is sending frames")

    def read(self) -> Pixels | None:
        with self._changed:
            self._wait()
            pixels, self._waiting = self._waiting, None
        return pixels

    def _wait(self) -> None:
        self._changed.wait_for(lambda: self._waiting is not None or self._woken, timeout=self._patience_s)

    def wake(self) -> None:
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._waiting, self._woken = None, False
