"""What several frames say: an unsure text counts when two agree, and a text is none while another frame contradicts it.

Of what was read only salted hashes are remembered here, for two seconds; the salt is made anew with every reader.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

from hardware.camera import Pixels
from hardware.qr import Corners, QrCode, QrHint, QrReader, QrReading
from hardware.status import DeviceStatus

REMEMBERED_S, CONTRADICTED_S = 2.0, 0.5
"""A sheet is held up for about two seconds; within half a second nobody swaps it for another at the same place."""


@dataclass(frozen=True)
class _Said:
    at: float
    mark: bytes
    corners: Corners


class SteadyReader:
    """A `QrReader` for frames that come one after the other. Not for several threads at once."""

    def __init__(self, beside: QrReader, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._beside, self._clock = beside, clock
        self._salt = os.urandom(16)
        self._said: deque[_Said] = deque(maxlen=64)

    def status(self) -> DeviceStatus:
        return self._beside.status()

    def read(self, pixels: Pixels) -> QrReading:
        """The codes that this frame and those before it are sure of."""
        reading, now = self._beside.read(pixels), self._clock()
        while self._said and self._said[0].at < now - REMEMBERED_S:
            self._said.popleft()
        before = tuple(self._said)
        heard = (*reading.codes, *reading.unsure)
        self._said.extend(_Said(now, self._mark(code), code.corners) for code in heard)
        agreed = [code for code in reading.unsure if any(one.mark == self._mark(code) for one in before)]
        recent = [one for one in before if one.at >= now - CONTRADICTED_S]
        codes = tuple(code for code in (*reading.codes, *agreed) if not self._contradicted(code, recent))
        hint = reading.hint if codes or not heard else QrHint.HOLD_STILL
        return QrReading(codes, hint, places=reading.places)

    def _mark(self, code: QrCode) -> bytes:
        return blake2b(code.text.encode("utf-8", "surrogatepass"), key=self._salt, digest_size=16).digest()

    def _contradicted(self, code: QrCode, recent: list[_Said]) -> bool:
        mark = self._mark(code)
        return any(one.mark != mark and _same_place(one.corners, code.corners) for one in recent)


def _same_place(one: Corners, other: Corners) -> bool:
    """True when the middles lie nearer to each other than half the larger code's extent."""
    middle, extent = _box(one)
    other_middle, other_extent = _box(other)
    apart = max(abs(middle[axis] - other_middle[axis]) for axis in (0, 1))
    return apart < max(8.0, extent / 2, other_extent / 2)


def _box(corners: Corners) -> tuple[tuple[float, float], int]:
    """The middle of the corners and the longer side of the upright box around them."""
    columns, rows = [x for x, _ in corners], [y for _, y in corners]
    return (sum(columns) / 4, sum(rows) / 4), max(max(columns) - min(columns), max(rows) - min(rows))
