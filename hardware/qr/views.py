"""Other ways to look at a picture whose code was not read: cut out, sharpened, enlarged, evened out, turned.

Each view knows the way back: `to_picture` maps its points to the picture's. What stands here is what measurement
showed to pay (tests/bench/qr.py); sigma and amounts are in pixels of the unscaled cut-out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from hardware.qr.zxing import Grey, Quad, Sighting, look


@dataclass(frozen=True)
class View:
    """A picture made from part of another: enlarged `scale` times after cutting at (`left`, `top`)."""

    grey: Grey
    scale: float = 1.0
    left: int = 0
    top: int = 0
    inverted: bool = False
    rotated: bool = False

    def look(self) -> list[Sighting]:
        """What is seen in it, in places of the original picture."""
        seen = look(self.grey, rotated=self.rotated, inverted=self.inverted)
        return [Sighting(self._back(one.corners), one.text, one.modules) for one in seen]

    def _back(self, corners: Quad) -> Quad:
        return corners / self.scale + [self.left, self.top]


Recipe = Callable[[Grey], View]


def sharpened(grey: Grey, *, sigma: float = 0.7, amount: float = 1.5) -> Grey:
    """Unsharp mask."""
    soft = cv2.GaussianBlur(grey, (0, 0), sigma)
    return np.asarray(cv2.addWeighted(grey, 1 + amount, soft, -amount, 0), dtype=np.uint8)


def resized(grey: Grey, scale: float) -> Grey:
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=way), dtype=np.uint8)


def evened(grey: Grey) -> Grey:
    """Contrast equalised tile by tile (CLAHE)."""
    return np.asarray(cv2.createCLAHE(2.0, (8, 8)).apply(grey), dtype=np.uint8)


def cut_outs(grey: Grey, corners: Quad) -> Iterator[View]:
    """Views of the place of a located code with 60 % margin, the most promising first."""
    margin = 0.6 * max(1.0, float(np.ptp(corners, axis=0).max()))
    left, top = (int(max(0, side)) for side in corners.min(axis=0) - margin)
    right, bottom = (int(max(0, side)) for side in corners.max(axis=0) + margin)
    part = grey[top:bottom, left:right]
    if min(part.shape) < 16:
        return
    most = 2_000_000 / part.size
    for scale, prepare in ((3.0, sharpened), (2.0, evened), (4.0, sharpened), (2.0, np.asarray)):
        if scale * scale <= most:
            yield View(resized(prepare(part), scale), scale, left, top)
    if most < 4:
        yield View(evened(part), 1.0, left, top)


def _scaled(scale: float, prepare: Callable[[Grey], Grey] = np.asarray) -> Recipe:
    return lambda grey: View(resized(prepare(grey), scale), scale)


# One of these a frame in the live loop, the next one on the next frame.
LIVE_RECIPES: tuple[Recipe, ...] = (
    _scaled(2.0, sharpened),
    lambda grey: View(evened(grey)),
    _scaled(0.5),
    lambda grey: View(grey, inverted=True, rotated=True),
)


def still_recipes(grey: Grey) -> Iterator[View]:
    """Whole-picture views for a file, where there is time: the size decides what helps."""
    pixels = grey.size
    yield View(grey, inverted=True, rotated=True)
    for scale in (2.0, 3.0, 1.5, 0.5, 0.25):
        if 60_000 < pixels * scale * scale < 12_000_000:
            yield View(resized(sharpened(grey), scale), scale)
            yield View(resized(evened(grey), scale), scale)
    yield View(evened(grey))
    yield View(np.asarray(cv2.medianBlur(grey, 3), dtype=np.uint8), rotated=True)
