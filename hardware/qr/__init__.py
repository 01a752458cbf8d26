"""The QR contract: codes in, texts out. A text from here is a fact or it is not given.

Implementations: `decode` (from camera frames), `steady` (what several frames say), `wedge` (hand scanners that type or
send), `simulated` (a list of readings).
What a text means is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hardware.camera import Pixels
from hardware.status import DeviceStatus

Corner = tuple[int, int]
Corners = tuple[Corner, Corner, Corner, Corner]


class QrHint(StrEnum):
    """Why a located code is not read yet: what the person can do."""

    NONE = "none"
    COME_CLOSER = "come_closer"
    HOLD_STILL = "hold_still"
    TILT_FROM_LIGHT = "tilt_from_light"
    ONE_CODE_ONLY = "one_code_only"


@dataclass(frozen=True)
class QrCode:
    """A code read. `corners`: four (x, y) in pixels of the picture, clockwise from the top left of the symbol."""

    text: str
    corners: Corners


@dataclass(frozen=True)
class QrReading:
    """The result of one picture: codes read with certainty, and a hint when one was only located.

    `unsure`: texts to be believed only when another picture says the same (`steady`); no facts yet. `places`: where
    symbols lie, read or not.
    """

    codes: tuple[QrCode, ...] = ()
    hint: QrHint = QrHint.NONE
    unsure: tuple[QrCode, ...] = ()
    places: tuple[Corners, ...] = ()


class QrReader(Protocol):
    def read(self, pixels: Pixels) -> QrReading:
        """Codes in one picture, (height, width, 3) BGR uint8. Never raises for what the picture shows."""

    def status(self) -> DeviceStatus: ...
