"""From a picture to codes nobody else could read: find, lay, decode, draw anew, read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from hardware.qr.rescue.anatomy import Grid, Signs
from hardware.qr.rescue.equaliser import equalised
from hardware.qr.rescue.finders import Triple, triples
from hardware.qr.rescue.mesh import Laid, laid
from hardware.qr.rescue.relief import Places
from hardware.qr.rescue.sheet import Sheet, sheet
from hardware.qr.rescue.symbol import decode
from hardware.qr.rescue.timing import Likely, likely
from hardware.qr.zxing import Grey, Quad, Sighting, look

LEAST_WORTH, LEAST_AGREEMENT = 0.24, 0.5
"""Measured: at a quick look right starts are worth 0.26 and more (90 % of wrong ones less than 0.23); right grids that
can be decoded agree by 0.54 and more (95 % of wrong ones less than 0.49)."""
MOST_LOCATED, MOST_GUESSES, MOST_NEAR, MOST_LAID = 8, 40, 10, 12
SMALLEST_SIDE = 25  # pixels: 21 modules at little more than one pixel
SMALLEST_AREA = SMALLEST_SIDE**2
ROUNDS = 3


def rescue(
    grey: Grey, located: Sequence[Sighting], *, everywhere: bool, out_of_time: Callable[[], bool]
) -> Iterator[Sighting]:
    """Codes at located places, and `everywhere` finder patterns may be, as they are found."""
    taken: list[Quad] = []
    for start in _starts(grey, located, everywhere, out_of_time):
        if out_of_time():
            return
        if any(_covers(quad, start.middle) for quad in taken):
            continue
        grid = laid(start)
        seen = _read_grid(grid) if grid is not None and grid.agreement >= LEAST_AGREEMENT else None
        if grid is not None and seen is not None:
            quad = _corners(grid.places)
            taken.append(quad)
            yield replace(seen, corners=quad, modules=len(grid.grid))


def _starts(grey: Grey, located: Sequence[Sighting], everywhere: bool, out_of_time: Callable[[], bool]) -> list[Sheet]:
    """Sheets to begin from, the worthiest first."""
    found = []
    for guess in _guesses(grey, located, everywhere, out_of_time):
        if out_of_time():
            break
        found.append(sheet(grey, guess.triple, guess.version))
    found.sort(key=lambda start: -start.worth)
    return [start for start in found if start.worth >= LEAST_WORTH][:MOST_LAID]


def _guesses(
    grey: Grey, located: Sequence[Sighting], everywhere: bool, out_of_time: Callable[[], bool]
) -> Iterator[Likely]:
    """Threes of finder patterns with versions to try; those that are located anyway come before those looked for."""
    sound = [seen for seen in located if cv2.contourArea(seen.corners.astype(np.float32)) > SMALLEST_AREA]
    for seen in sorted(sound, key=lambda one: -one.side)[:MOST_LOCATED]:
        if out_of_time():
            return
        yield from likely(grey, [*_near(grey, seen), Triple.of(seen)])[:MOST_NEAR]
    if everywhere and not out_of_time():
        yield from likely(grey, triples(grey))[:MOST_GUESSES]


def _near(grey: Grey, seen: Sighting) -> list[Triple]:
    """Threes of finder patterns at a located place: the library's corners are a module or two off."""
    margin = 0.3 * seen.side
    left, top = (int(max(0, side)) for side in seen.corners.min(axis=0) - margin)
    right, bottom = (int(max(0, side)) for side in seen.corners.max(axis=0) + margin)
    part = grey[top:bottom, left:right]
    return [triple.moved(left, top) for triple in triples(part)] if min(part.shape) >= SMALLEST_SIDE else []


def _read_grid(seen: Laid) -> Sighting | None:
    """Plain, then with the blur taken out; what one round makes certain is known to the next."""
    decoded = decode(seen.grid, seen.version)
    for _ in range(ROUNDS):
        if decoded.whole:
            return _read(decoded.signs)
        before = np.count_nonzero(decoded.signs)
        decoded = decode(_believing(equalised(seen.grid, decoded.signs), decoded.signs), seen.version)
        if not decoded.whole and np.count_nonzero(decoded.signs) <= before:
            return None
    return _read(decoded.signs) if decoded.whole else None


def _believing(grid: Grid, known: Signs) -> Grid:
    """Modules already certain count as such."""
    return np.where(known != 0, 2.0 * known, grid)


def _read(signs: Signs) -> Sighting | None:
    """A clean symbol as zxing-cpp reads it."""
    modules = np.pad(np.where(signs < 0, 0, 255), 4, constant_values=255)
    dots = modules.repeat(4, axis=0).repeat(4, axis=1).astype(np.uint8)
    return next((seen for seen in look(dots) if seen.read), None)


def _corners(places: Places) -> Quad:
    """The outer corners, half a module beyond the middles of the corner modules."""

    def beyond(row: int, column: int, inner_row: int, inner_column: int) -> Places:
        return np.asarray(
            places[row, column]
            + (places[row, column] - places[inner_row, column]) / 2
            + (places[row, column] - places[row, inner_column]) / 2
        )

    return np.array([beyond(0, 0, 1, 1), beyond(0, -1, 1, -2), beyond(-1, -1, -2, -2), beyond(-1, 0, -2, 1)])


def _covers(quad: Quad, middle: Places) -> bool:
    return bool(np.linalg.norm(quad.mean(axis=0) - middle) < np.ptp(quad, axis=0).max() / 2)
