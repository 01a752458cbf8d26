"""The live picture for the screen: small JPEGs from the newest frame. Never mirrored, never written anywhere."""

from __future__ import annotations

import threading
from io import BytesIO
from typing import Protocol

from PIL import Image

from hardware.camera import Frame

QUALITY = 70


class HasFrames(Protocol):
    """A camera, or whatever chooses between cameras."""

    def latest(self) -> Frame | None: ...


class Preview:
    """Pictures of one camera. Encoding happens once a frame, however many look on; it waits for no judgement."""

    def __init__(self, camera: HasFrames, *, width: int = 960) -> None:
        self._camera, self._width = camera, width
        self._lock = threading.Lock()
        self._made: tuple[Frame, bytes] | None = None

    def newest(self, after: int) -> tuple[int, bytes] | None:
        """Sequence number and JPEG of the newest frame when it is another one than `after`."""
        frame = self._camera.latest()
        if frame is None:
            with self._lock:
                self._made = None
            return None
        if frame.sequence == after:
            return None
        with self._lock:
            if self._made is None or self._made[0] is not frame:
                self._made = frame, self._encoded(frame)
            return frame.sequence, self._made[1]

    def _encoded(self, frame: Frame) -> bytes:
        step = max(1, frame.pixels.shape[1] // self._width)
        picture = Image.fromarray(frame.pixels[::step, ::step, ::-1].copy())
        written = BytesIO()
        picture.save(written, "JPEG", quality=QUALITY)
        return written.getvalue()
