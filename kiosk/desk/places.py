"""Where on a picture codes lie, in shares of its width and height, so that another size of it shows the same places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hardware.qr import Corners

MARGIN = 0.12
"""Of the code's extent around it: its quiet zone, and what a hand moves between two frames."""
LARGEST = 0.7
"""Of the picture's height: what claims to be a larger code is not cut out of the veil."""
STALE_AFTER = 6
"""Frames after which a place says nothing about the newest one (0.4 s)."""


@dataclass(frozen=True)
class Box:
    """Shares from 0 to 1: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def within(self, wide: int, tall: int) -> tuple[int, int, int, int]:
        """In pixels of a picture of this size."""
        return round(self.left * wide), round(self.top * tall), round(self.right * wide), round(self.bottom * tall)


@dataclass(frozen=True)
class Places:
    """The codes seen on the frame of this number."""

    sequence: int = 0
    boxes: tuple[Box, ...] = ()

    def on(self, sequence: int) -> tuple[Box, ...]:
        """Those that still hold for a frame."""
        return self.boxes if 0 <= sequence - self.sequence <= STALE_AFTER else ()


def places_of(sequence: int, symbols: Iterable[Corners], *, wide: int, tall: int) -> Places:
    """`symbols` in pixels of a frame of this size."""
    boxes = (_around(corners, wide, tall) for corners in symbols)
    return Places(sequence, tuple(box for box in boxes if box is not None))


def _around(corners: Corners, wide: int, tall: int) -> Box | None:
    columns, rows = [x for x, _ in corners], [y for _, y in corners]
    extent = max(max(columns) - min(columns), max(rows) - min(rows))
    if not 0 < extent <= LARGEST * tall:
        return None
    more = MARGIN * extent
    return Box(
        max(0.0, (min(columns) - more) / wide), max(0.0, (min(rows) - more) / tall),
        min(1.0, (max(columns) + more) / wide), min(1.0, (max(rows) + more) / tall),
    )  # fmt: skip
