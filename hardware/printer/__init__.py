"""The slip printer contract. `pdf` is the default: it writes files; `escpos` and `cups` stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hardware.status import DeviceStatus


@dataclass(frozen=True)
class Reading:
    """How a word is read (furigana): `text` stands above the letters `start` to `end` (exclusive) of its line."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class SlipLine:
    """One line of a slip. `size` 1 normal, 2 large, 3 very large; `bold`; `rule` draws a line across instead."""

    text: str = ""
    size: int = 1
    bold: bool = False
    rule: bool = False
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Slip:
    """What to print: lines, then one QR code with its text. Languages are already decided. `readings`: the title's."""

    title: str
    lines: tuple[SlipLine, ...]
    qr: str | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Printed:
    """`reference` names the job or the file (its stem), without personal data."""

    ok: bool
    status: DeviceStatus
    reference: str = ""


class SlipPrinter(Protocol):
    def print(self, slip: Slip, *, reference: str) -> Printed:
        """Print; trouble is in the returned status, never raised."""

    def status(self) -> DeviceStatus: ...
