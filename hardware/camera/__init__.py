"""The camera contract: frames come out, the newest first; one thread owns the device.

Implementations: `opencv` (device index, file, image sequence, MJPEG URL), `browser` (frames a tablet's browser
sends), `simulated` (plays drawn scenes). Frames are never written to disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hardware.status import DeviceStatus

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Frame:
    """One picture. `pixels`: (height, width, 3), BGR, uint8. `taken_at`: monotonic seconds. `sequence` counts up."""

    pixels: Pixels
    sequence: int
    taken_at: float


class Camera(Protocol):
    """A running camera. All methods return at once; the device's thread does the waiting."""

    def start(self) -> None:
        """Begin delivering frames; harmless when already running."""

    def stop(self) -> None:
        """Release the device and its thread."""

    def latest(self) -> Frame | None:
        """The newest frame, or None when there is none yet or the stream has stopped."""

    def status(self) -> DeviceStatus: ...


class FrameSource(Protocol):
    """What an implementation supplies; `CameraThread` (stream.py) turns it into a `Camera`.

    `detail`: what the device said to our wishes when it was opened (size, controls), for the doctor.
    """

    name: str
    detail: str

    def open(self) -> None:
        """Open the device. Raises `DeviceMissing` or `DeviceBusy`."""

    def read(self) -> Pixels | None:
        """The next frame, waiting as long as the device needs; None when the stream has ended or failed."""

    def wake(self) -> None:
        """From another thread: somebody wants to stop, so a wait for frames that may never come ends now."""

    def close(self) -> None: ...
