"""Other ways to look at a picture whose code was not read: cut out, sharpened, enlarged, evened out, pulled apart.

Each view knows the way back to the places of the picture. What stands here is what measurement
showed to pay (tests/bench/qr.py); sigma and amounts are in pixels of the unscaled cut-out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.qr.zxing import Grey, Quad, Sighting, look

STRETCH = 1.8
DIRECTIONS = tuple(quarter * math.pi / 4 for quarter in range(4))
"""Four ways to lean: with the libraries alone codes are read up to 50° in every one, stretched up to 65°."""


@dataclass(frozen=True)
class View:
    """A picture made from another: a place p of it was `turn` · (p - `origin`) before."""

    grey: Grey
    turn: NDArray[np.float64] = field(default_factory=lambda: np.eye(2))
    origin: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    inverted: bool = False
    rotated: bool = False

    def look(self) -> list[Sighting]:
        """What is seen in it, in places of the original picture."""
        return [self.back(seen) for seen in look(self.grey, rotated=self.rotated, inverted=self.inverted)]

    def back(self, seen: Sighting) -> Sighting:
        return replace(seen, corners=(seen.corners - self.origin) @ self.turn.T)

    def into(self, seen: Sighting) -> Sighting:
        """A sighting of the original picture in places of this one."""
        return replace(seen, corners=seen.corners @ np.linalg.inv(self.turn).T + self.origin)

    def within(self, outer: View) -> View:
        """This view of `outer`'s picture as a view of what `outer` shows."""
        return replace(self, turn=outer.turn @ self.turn, origin=self.origin + np.linalg.inv(self.turn) @ outer.origin)


def scaled_view(grey: Grey, scale: float, *, left: int = 0, top: int = 0) -> View:
    """A view that is `scale` times as large as what it shows, which begins at (`left`, `top`)."""
    return View(resized(grey, scale), np.eye(2) / scale, -scale * np.array([left, top], dtype=np.float64))


def stretched(grey: Grey, towards: float, *, along: float = STRETCH, across: float = 1.0) -> View:
    """The picture pulled apart in one direction (radians), as if a sheet that leans were turned towards the camera."""
    axis = np.array([[math.cos(towards), math.sin(towards)], [-math.sin(towards), math.cos(towards)]])
    pull = axis.T @ np.diag([along, across]) @ axis
    tall, wide = grey.shape
    corners = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]]) @ pull.T
    origin = -corners.min(axis=0)
    size = (int(np.ptp(corners[:, 0])) + 1, int(np.ptp(corners[:, 1])) + 1)
    way = np.column_stack([pull, origin])
    pulled = cv2.warpAffine(grey, way, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return View(np.asarray(pulled, dtype=np.uint8), np.linalg.inv(pull), origin)


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
            yield scaled_view(prepare(part), scale, left=left, top=top)
    if most < 4:
        yield scaled_view(evened(part), 1.0, left=left, top=top)


def _enlarged(grey: Grey) -> View:
    """The view that reads most of what the plain look does not: sharpened and enlarged, as far as time allows."""
    return scaled_view(sharpened(grey), 2.0 if grey.size < 1_200_000 else 1.5)


def _leaning(towards: float) -> Recipe:
    return lambda grey: stretched(grey, towards)


# In the live loop every frame gets the first, and of the others as many as time allows, the next on the next frame.
EVERY_FRAME: Recipe = _enlarged
TAKING_TURNS: tuple[Recipe, ...] = (
    _leaning(DIRECTIONS[2]),
    _leaning(DIRECTIONS[0]),
    lambda grey: View(grey, inverted=True, rotated=True),
    _leaning(DIRECTIONS[3]),
    _leaning(DIRECTIONS[1]),
    lambda grey: scaled_view(evened(grey), 0.5),
)


def still_recipes(grey: Grey) -> Iterator[View]:
    """Whole-picture views for a file, the most promising first; its size decides what helps."""
    yield View(grey, inverted=True, rotated=True)
    for scale in (2.0, 0.5, 3.0, 0.25):
        if 30_000 < grey.size * scale * scale < 12_000_000:
            yield scaled_view(sharpened(grey), scale)
            yield scaled_view(evened(grey), scale)
    yield View(evened(grey))
    if grey.size < 6_000_000:
        for towards in DIRECTIONS:
            yield stretched(sharpened(grey), towards, along=2.4, across=1.4)
