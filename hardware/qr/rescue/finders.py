"""Where a code may be: places that look like finder patterns at some size and turn, and threes of them at right angles.

A finder pattern averaged over its turns is a bullseye; correlation with it survives blur, noise and slant that the
ratio 1:1:3:1:1 of the libraries does not. The picture is searched in a pyramid, so one template serves all sizes.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.qr.zxing import Grey, Sighting

MODULE = 2.2
"""Pixels a module in the template."""
SOFTNESS = 0.42
SMALLEST_MODULE, STEP = 1.3, 1.22
MOST_PIXELS = 4_000_000
LEAST_LIKENESS = 0.45
MOST_PEAKS, MOST_TRIPLES = 90, 500
LARGEST_SIDE = 60
HEART, HEART_LESS = 2.6, 0.12
Point = NDArray[np.float64]
_Peak = tuple[float, float, float, float]


@dataclass(frozen=True)
class Triple:
    """Middles of the three finder patterns (top left, top right, bottom left) and the module size in pixels."""

    top_left: Point
    top_right: Point
    bottom_left: Point
    module: float

    def moved(self, right: float, down: float) -> Triple:
        way = np.array([right, down], dtype=np.float64)
        return Triple(self.top_left + way, self.top_right + way, self.bottom_left + way, self.module)

    @property
    def middle(self) -> Point:
        return (self.top_right + self.bottom_left) / 2

    @classmethod
    def of(cls, seen: Sighting) -> Triple:
        """The finder patterns of a code whose corners are known."""
        side = seen.modules or 37
        inset = 3.5 / side
        square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32)
        back = cv2.getPerspectiveTransform(square, seen.corners.astype(np.float32))
        middles = np.array([[[inset, inset]], [[1 - inset, inset]], [[inset, 1 - inset]]])
        first, second, third = cv2.perspectiveTransform(middles, back)[:, 0].astype(np.float64)
        return cls(first, second, third, seen.side / side)


def _bullseye() -> NDArray[np.uint8]:
    side, fine = int(np.ceil(9 * MODULE)) | 1, 8
    axis = ((np.arange(side * fine) + 0.5) / fine - side / 2) / MODULE
    x, y = np.meshgrid(axis, axis)
    turned = np.zeros_like(x)
    for angle in np.arange(6) * np.pi / 12:
        reach = np.maximum(abs(x * np.cos(angle) + y * np.sin(angle)), abs(y * np.cos(angle) - x * np.sin(angle)))
        turned += np.where(reach < 1.5, 0, np.where(reach < 2.5, 1, np.where(reach < 3.5, 0, 1)))
    small = turned.reshape(side, fine, side, fine).mean(axis=(1, 3)) * 255 / 6
    return np.asarray(cv2.GaussianBlur(small, (0, 0), SOFTNESS * MODULE), dtype=np.uint8)


_TEMPLATE = _bullseye()


def triples(grey: Grey) -> list[Triple]:
    """Threes of places that may be a code's finder patterns, the likeliest first."""
    peaks = _peaks(grey)
    if len(peaks) < 3:
        return []
    places, sizes = peaks[:, 1:3], np.log(peaks[:, 3])
    ways = places[None] - places[:, None]
    lengths = np.hypot(ways[..., 0], ways[..., 1])
    modules = np.exp((sizes[:, None] + sizes[None]) / 2)
    alike = abs(sizes[:, None] - sizes[None]) < np.log(1.8)
    near = alike & (lengths > 11 * modules) & (lengths < LARGEST_SIDE * modules)
    found = np.concatenate([_threes(corner, np.flatnonzero(near[corner]), peaks, ways) for corner in range(len(peaks))])
    best = found[np.argsort(-found[:, 0])[:MOST_TRIPLES], 1:].astype(int)
    return [
        Triple(places[corner], places[right], places[down], float(np.exp(sizes[[corner, right, down]].mean())))
        for corner, right, down in best
    ]


def _threes(corner: int, others: NDArray[np.intp], peaks: Point, ways: Point) -> Point:
    """(score, corner, right, down) for pairs that make a right turn: likeness, less what is unlike a square."""
    way, likeness, sizes = ways[corner, others], peaks[others, 0], np.log(peaks[others, 3])
    lengths = np.hypot(way[:, 0], way[:, 1])
    slant = abs(way @ way.T) / np.outer(lengths, lengths)
    turn = np.outer(way[:, 0], way[:, 1]) - np.outer(way[:, 1], way[:, 0])
    unlike = abs(np.log(lengths[:, None] / lengths[None]))
    apart = abs(sizes[:, None] - sizes[None])
    score = peaks[corner, 0] + likeness[:, None] + likeness[None] - 0.35 * slant - 0.25 * unlike - 0.15 * apart
    right, down = np.nonzero((turn > 0) & (slant < 0.7) & (unlike < np.log(2.4)) & (apart < np.log(1.8)))
    return np.column_stack([score[right, down], np.full(len(right), corner), others[right], others[down]])


def _peaks(grey: Grey) -> Point:
    """(likeness, x, y, module) of places that look like a finder pattern, the likest first."""
    found: list[_Peak] = []
    module = SMALLEST_MODULE
    while module * 21 < min(grey.shape):
        scale = MODULE / module
        if grey.size * scale * scale <= MOST_PIXELS:
            found += _peaks_at(grey, scale, module)
        module *= STEP
    found.sort(reverse=True)
    return np.array(_with_hearts(_thinned(found))).reshape(-1, 4)


def _peaks_at(grey: Grey, scale: float, module: float) -> list[_Peak]:
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=way)
    if min(small.shape) <= len(_TEMPLATE):
        return []
    likeness = cv2.matchTemplate(small, _TEMPLATE, cv2.TM_CCOEFF_NORMED)
    highest = cv2.dilate(likeness, np.ones((5, 5)))
    rows, columns = np.nonzero((likeness >= highest) & (likeness > LEAST_LIKENESS) & np.isfinite(likeness))
    middle = len(_TEMPLATE) / 2
    order = np.argsort(-likeness[rows, columns])[:MOST_PEAKS]
    return [
        (float(likeness[row, column]), (column + middle) / scale, (row + middle) / scale, module)
        for row, column in zip(rows[order], columns[order], strict=True)
    ]


def _with_hearts(found: list[_Peak]) -> list[_Peak]:
    """A pattern's heart (3 dark modules in a light ring) is a small bullseye itself: perhaps that was seen."""
    larger = [(likeness - HEART_LESS, x, y, module * HEART) for likeness, x, y, module in found]
    return found + [one for one in larger if not any(_same(one, other) for other in found)]


def _thinned(found: list[_Peak]) -> list[_Peak]:
    """The best of those that lie on each other at about the same size."""
    kept: list[_Peak] = []
    for one in found:
        if not any(_same(one, other) for other in kept):
            kept.append(one)
            if len(kept) == MOST_PEAKS:
                break
    return kept


def _same(one: _Peak, other: _Peak) -> bool:
    larger, smaller = max(one[3], other[3]), min(one[3], other[3])
    return (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2 < (2.5 * larger) ** 2 and larger < 1.5 * smaller
