"""From a picture to codes nobody else could read: find, lay, decode, draw anew, read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np

from hardware.qr.rescue.equaliser import equalised
from hardware.qr.rescue.finders import Triple, triples
from hardware.qr.rescue.mesh import Laid, Places, lay, planes, relieve
from hardware.qr.rescue.symbol import Grid, Signs, decode
from hardware.qr.rescue.timing import Likely, likely
from hardware.qr.zxing import Grey, Quad, Sighting, look

LEAST_WORTH, LEAST_AGREEMENT = 0.25, 0.48
"""Measured: a right start is worth 0.27 and more (80 % of wrong ones less), a right grid that can be decoded agrees by
0.5 and more (95 % of wrong ones less)."""
MOST_TRIED = 20
SMALLEST_AREA = 25 * 25  # pixels of a located place: 21 modules at little more than one pixel
ROUNDS = 3


def rescue(
    grey: Grey, located: Sequence[Sighting], *, everywhere: bool, out_of_time: Callable[[], bool]
) -> Iterator[Sighting]:
    """Codes at located places, and `everywhere` finder patterns may be, as they are found."""
    taken: list[Quad] = []
    for guess in _guesses(grey, located, everywhere):
        if out_of_time():
            return
        if any(_covers(quad, guess.triple.middle) for quad in taken):
            continue
        laid = _laid(grey, guess)
        text = _text(laid) if laid is not None and laid.agreement >= LEAST_AGREEMENT else None
        if laid is not None and text is not None:
            quad = _corners(laid.places)
            taken.append(quad)
            yield Sighting(quad, text, len(laid.grid))


def _guesses(grey: Grey, located: Sequence[Sighting], everywhere: bool) -> list[Likely]:
    """Threes of finder patterns with versions to try; those that are located anyway come before those looked for."""
    sound = [Triple.of(seen) for seen in located if cv2.contourArea(seen.corners.astype(np.float32)) > SMALLEST_AREA]
    known = likely(grey, sound)
    return known[: 3 * len(sound)] + (likely(grey, triples(grey))[:MOST_TRIED] if everywhere else [])


def _laid(grey: Grey, guess: Likely) -> Laid | None:
    """The grid bent from each of the likely planes; the one with most to speak for it. None when nothing fits."""
    view = relieve(grey, guess.triple)
    starts = [places for worth, places in planes(view, guess.triple, guess.version) if worth >= LEAST_WORTH]
    return max((lay(view, guess.version, places) for places in starts), key=lambda laid: laid.worth, default=None)


def _text(laid: Laid) -> str | None:
    """Plain, then with the blur taken out; what one round makes certain is known to the next."""
    decoded = decode(laid.grid, laid.version)
    for _ in range(ROUNDS):
        if decoded.whole:
            return _read(decoded.signs)
        before = np.count_nonzero(decoded.signs)
        decoded = decode(_believing(equalised(laid.grid, decoded.signs), decoded.signs), laid.version)
        if not decoded.whole and np.count_nonzero(decoded.signs) <= before:
            return None
    return _read(decoded.signs) if decoded.whole else None


def _believing(grid: Grid, known: Signs) -> Grid:
    """Modules already certain count as such."""
    return np.where(known != 0, 2.0 * known, grid)


def _read(signs: Signs) -> str | None:
    """The text of a clean symbol, as zxing-cpp reads it."""
    modules = np.pad(np.where(signs < 0, 0, 255), 4, constant_values=255)
    dots = modules.repeat(4, axis=0).repeat(4, axis=1).astype(np.uint8)
    return next((seen.text for seen in look(dots) if seen.text), None)


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
