"""Cameras through OpenCV: a device by index or path, a video file, an MJPEG/HTTP or RTSP address.

A device is asked for the size wanted, MJPEG on the wire (raw 1080p does not fit through USB 2 at 30 frames a second)
and its controls (controls.py); the first frames are thrown away because exposure is still settling.
"""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import numpy as np

from hardware.camera import Pixels
from hardware.camera.controls import Controls, adjust
from hardware.camera.nodes import must_be_camera, node_of, title_of
from hardware.errors import DeviceBusy, DeviceError, DeviceMissing

cv2.utils.logging.setLogLevel(
    cv2.utils.logging.LOG_LEVEL_ERROR
)  # errors only: a missing camera is a status here, not lines on the terminal
TIMEOUT_MS = 4_000


def _pixels(frame: object) -> Pixels:
    picture = np.asarray(frame, dtype=np.uint8)
    return picture if picture.ndim == 3 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


class _Capture:
    """What the three sources share: one `VideoCapture`, whose errors become ours."""

    name = ""
    detail = ""

    def __init__(self) -> None:
        self._capture: cv2.VideoCapture | None = None

    def _take(self, target: int | str, backend: int, options: list[int]) -> cv2.VideoCapture | None:
        try:
            capture = cv2.VideoCapture(target, backend, options)
        except cv2.error as error:
            raise DeviceMissing("camera.unplugged", f"OpenCV cannot open it: {error.err}") from error
        if not capture.isOpened():
            capture.release()
            return None
        self._capture = capture
        return capture

    def read(self) -> Pixels | None:
        if self._capture is None:
            return None
        try:
            ok, frame = self._capture.read()
        except cv2.error as error:
            raise DeviceError("camera.driver", f"OpenCV cannot read: {error.err}") from error
        return _pixels(frame) if ok and frame is not None and frame.size else None

    def wake(self) -> None:
        """Its next frame or its end is never far."""

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None


class DeviceSource(_Capture):
    """A camera plugged in here: an index, or on Linux also a path such as /dev/v4l/by-id/…

    `warm_up`: frames thrown away after opening, while exposure settles. `detail` says what the driver accepted.
    """

    def __init__(
        self, device: int | str, *, width: int, height: int, warm_up: int = 8, controls: Controls = Controls()
    ) -> None:
        super().__init__()
        self._device, self._width, self._height = device, width, height
        self._warm_up, self._controls = warm_up, controls
        self.name = title_of(node_of(device))

    def open(self) -> None:
        linux = sys.platform.startswith("linux")
        node = node_of(self._device)
        if linux:
            must_be_camera(node)
        size = [cv2.CAP_PROP_FRAME_WIDTH, self._width, cv2.CAP_PROP_FRAME_HEIGHT, self._height]
        capture = self._take(self._device, cv2.CAP_V4L2 if linux else cv2.CAP_ANY, size)
        if capture is None:
            raise DeviceBusy("camera.busy", f"{node} is there but cannot be opened: another program holds it")
        self.name = title_of(node)
        capture.set(cv2.CAP_PROP_FOURCC, float(cv2.VideoWriter.fourcc(*"MJPG")))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._height)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        adjusted = adjust(capture, self._controls)
        for _ in range(self._warm_up):
            if self.read() is None:
                raise DeviceBusy("camera.busy", "opened, but it gives no frames: another program may hold it")
        self.detail = ", ".join(part for part in (self._size(capture), adjusted) if part)

    def _size(self, capture: cv2.VideoCapture) -> str:
        """What the driver gives, and what was asked for when that is something else."""
        given = round(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), round(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        asked = "" if given == (self._width, self._height) else f" (asked {self._width}×{self._height})"
        return f"{given[0]}×{given[1]}{asked}"


class AddressSource(_Capture):
    """A network camera: MJPEG over HTTP, or whatever else FFmpeg understands behind http(s):// and rtsp://."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        parts = urlsplit(address)
        self.name = f"{parts.scheme}://{parts.hostname or ''}"  # user, password and path stay out of logs

    def open(self) -> None:
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, TIMEOUT_MS]
        if self._take(self._address, cv2.CAP_FFMPEG, limits) is None:
            raise DeviceMissing("camera.no_answer", "the address gives no video stream")


class VideoSource(_Capture):
    """A video file, played at its own speed over and over."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._due = 0.0
        self._period = 0.04
        self.name = path.name

    def open(self) -> None:
        if not self._path.is_file():
            raise DeviceMissing("camera.no_such_file", "the video file is not there")
        capture = self._take(str(self._path), cv2.CAP_FFMPEG, [])
        if capture is None:
            raise DeviceMissing("camera.not_a_video", "the file is not a video that can be played")
        rate = capture.get(cv2.CAP_PROP_FPS)
        self._period = 1 / min(max(rate, 1.0), 60.0) if math.isfinite(rate) and rate > 0 else 0.04
        self._due = time.monotonic()

    def read(self) -> Pixels | None:
        time.sleep(max(0.0, self._due - time.monotonic()))
        self._due = max(self._due + self._period, time.monotonic())
        pixels = super().read()
        if pixels is None and self._capture is not None:
            self.close()
            self.open()
            pixels = super().read()
        return pixels
