"""A QR reader that plays readings it was given: for the dock, and for tests of those who use a reader."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from hardware.camera import Pixels
from hardware.qr import Corner, QrCode, QrReading
from hardware.status import DeviceKind, DeviceState, DeviceStatus

SQUARE: tuple[Corner, Corner, Corner, Corner] = ((10, 10), (90, 10), (90, 90), (10, 90))


class SimulatedReader:
    """Gives one reading a call, in order, then empty ones."""

    def __init__(self, readings: Iterable[QrReading | str] = ()) -> None:
        self._waiting: deque[QrReading] = deque()
        self.present(*readings)
        self.trouble: DeviceStatus | None = None

    def present(self, *readings: QrReading | str) -> None:
        """Queue more readings; a text becomes a reading of one code."""
        for one in readings:
            self._waiting.append(QrReading((QrCode(one, SQUARE),)) if isinstance(one, str) else one)

    def read(self, pixels: Pixels) -> QrReading:
        return self._waiting.popleft() if self._waiting and self.trouble is None else QrReading()

    def status(self) -> DeviceStatus:
        return self.trouble or DeviceStatus(DeviceKind.QR, DeviceState.READY, "qr.ready", "simulated reader")
