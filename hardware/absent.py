"""Devices that are not there: switched off, or without the library they need. They say so and do nothing."""

from __future__ import annotations

from hardware.camera import Frame, Pixels
from hardware.errors import InputRefused
from hardware.photo import Assessment, Crop, Excused, IdPhoto
from hardware.printer import Printed, Slip
from hardware.qr import QrReading
from hardware.status import DeviceStatus


class AbsentCamera:
    """A `Camera` without frames."""

    def __init__(self, status: DeviceStatus) -> None:
        self._status = status

    def start(self) -> None:
        """Nothing to begin."""

    def stop(self) -> None:
        """Nothing to release."""

    def latest(self) -> Frame | None:
        return None

    def status(self) -> DeviceStatus:
        return self._status


class AbsentReader:
    """A `QrReader` that reads nothing."""

    def __init__(self, status: DeviceStatus) -> None:
        self._status = status

    def read(self, pixels: Pixels) -> QrReading:
        return QrReading()

    def status(self) -> DeviceStatus:
        return self._status


class AbsentPrinter:
    """A `SlipPrinter` that prints nothing."""

    def __init__(self, status: DeviceStatus) -> None:
        self._status = status

    def print(self, slip: Slip, *, reference: str) -> Printed:
        return Printed(False, self._status)

    def status(self) -> DeviceStatus:
        return self._status


class AbsentStudio:
    """A `PhotoStudio` that judges nothing and makes no file."""

    def __init__(self, status: DeviceStatus) -> None:
        self._status = status

    def glance(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        return Assessment(accepted=False, advice=(), checks=(), crop=None)

    def assess(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        return self.glance(pixels)

    def fallback_crop(self, pixels: Pixels) -> Crop:
        height, width = (
            min(pixels.shape[0], pixels.shape[1] * 45 // 35),
            min(pixels.shape[1], pixels.shape[0] * 35 // 45),
        )
        return Crop((pixels.shape[1] - width) // 2, (pixels.shape[0] - height) // 2, width, height)

    def finish(self, pixels: Pixels, crop: Crop) -> IdPhoto:
        raise InputRefused(self._status.code, self._status.detail)

    def status(self) -> DeviceStatus:
        return self._status
