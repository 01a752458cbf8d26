"""A canvas for soft drawings: smooth closed shapes with soft rims, laid over each other like paper cut-outs.

Coordinates are units of the drawing (the portrait uses the distance between the eyes); the canvas turns, scales and
shifts them to pixels. Each layer touches only its own rectangle, so a full-HD picture takes a few dozen milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels

Colour = tuple[float, float, float]
"""Red, green, blue, 0..255."""
Shape = NDArray[np.float64]
"""(n, 2) points in units, closed."""
SUBPIXEL_BITS = 4


def smooth(points: Sequence[tuple[float, float]], *, steps: int = 12) -> Shape:
    """A closed Catmull-Rom curve through the points."""
    knots = np.array(points, np.float64)
    before, after, beyond = np.roll(knots, 1, axis=0), np.roll(knots, -1, axis=0), np.roll(knots, -2, axis=0)
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = before[:, None], knots[:, None], after[:, None], beyond[:, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.asarray(curve.reshape(-1, 2))


def knots(text: str) -> list[tuple[float, float]]:
    """Points written as "x,y x,y …"."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]


def symmetric(half: str) -> list[tuple[float, float]]:
    """A closed outline from its half with x ≥ 0, top to bottom; points on the axis are not doubled."""
    right = knots(half)
    return [*right, *((-x, y) for x, y in reversed(right) if x > 0)]


def ellipse(x: float, y: float, half_width: float, half_height: float) -> Shape:
    angle = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    return np.stack([x + half_width * np.cos(angle), y + half_height * np.sin(angle)], axis=1)


def ribbon(points: Sequence[tuple[float, float]], width: float) -> Shape:
    """A line with thickness that tapers to its ends."""
    line = np.array(points, np.float64)
    way = np.gradient(line, axis=0)
    normal = np.stack([-way[:, 1], way[:, 0]], axis=1) / np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    swell = np.sin(np.linspace(0.12, math.pi - 0.12, len(line)))[:, None] * width / 2
    return np.vstack([line + normal * swell, (line - normal * swell)[::-1]])


def mirrored(shape: Shape) -> Shape:
    return shape * (-1, 1)


@dataclass
class Canvas:
    """`pixels` (height, width, 3) float32 RGB; `unit` pixels a unit; origin (x, y) pixels; `tilt` degrees clockwise."""

    pixels: NDArray[np.float32]
    unit: float
    x: float
    y: float
    tilt: float = 0.0

    def place(self, shape: Shape) -> Shape:
        angle = math.radians(self.tilt)
        turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        return np.asarray(shape @ turn * self.unit + (self.x, self.y))

    def lay(
        self, shape: Shape, colour: Colour, *, soft: float = 0.01, alpha: float = 1.0, within: Shape | None = None
    ) -> None:
        """Lay a shape on the canvas. `soft`: rim in units; `within`: shows only inside this other shape."""
        part, mask = self._mask(shape, soft)
        if part is None:
            return
        if within is not None:
            mask = mask * self._mask(within, 0.01, part)[1]
        mask = (mask * alpha)[:, :, None]
        self.pixels[part] += mask * (np.array(colour, np.float32) - self.pixels[part])

    def _mask(
        self, shape: Shape, soft: float, part: tuple[slice, slice] | None = None
    ) -> tuple[tuple[slice, slice] | None, NDArray[np.float32]]:
        placed = self.place(shape)
        blur = max(soft * self.unit, 0.6)
        if part is None:
            height, width = self.pixels.shape[:2]
            low = np.clip(np.floor(placed.min(axis=0) - 3 * blur).astype(int), 0, (width, height))
            high = np.clip(np.ceil(placed.max(axis=0) + 3 * blur).astype(int), 0, (width, height))
            if (high <= low).any():
                return None, np.zeros((0, 0), np.float32)
            part = slice(low[1], high[1]), slice(low[0], high[0])
        origin = (part[1].start, part[0].start)
        mask = np.zeros((part[0].stop - origin[1], part[1].stop - origin[0]), np.uint8)
        fixed = np.round((placed - origin) * 2**SUBPIXEL_BITS).astype(np.int32)
        cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        return part, _blurred(mask, blur)

    def finished(self) -> Pixels:
        """The drawing as BGR uint8."""
        return np.ascontiguousarray(np.clip(np.round(self.pixels), 0, 255).astype(np.uint8)[:, :, ::-1])


def _blurred(mask: NDArray[np.uint8], sigma: float) -> NDArray[np.float32]:
    """0..1; wide blurs are made on a smaller copy."""
    shrink = max(1, int(sigma / 4))
    small = mask.astype(np.float32) / 255
    height, width = mask.shape
    if shrink > 1 and min(height, width) > 2 * shrink:
        small = np.asarray(cv2.resize(small, (width // shrink, height // shrink), interpolation=cv2.INTER_AREA))
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), sigma / shrink, borderType=cv2.BORDER_REPLICATE))
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
