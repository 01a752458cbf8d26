"""Bending the module grid with the paper: every part moves to where its modules agree best and are most decided."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.qr.rescue.anatomy import Grid, anatomy
from hardware.qr.rescue.relief import Places, Relieved, worth_of
from hardware.qr.rescue.sheet import Sheet, finest

LEAST_WORTH = 0.27
"""Measured: a sheet shaped rightly is worth 0.29 and more, 90 % of wrong ones less than 0.27."""
# Step in modules, nodes a side, and whether the sheet bends as a whole.
_BENDING = (
    (0.15, 5, True),
    (0.15, 5, True),
    (0.15, 6, True),
    (0.15, 6, False),
    (0.12, 7, False),
    (0.08, 7, False),
)


@dataclass(frozen=True)
class Laid:
    """A grid in a picture: `places` (side, side, 2) of the module middles in pixels, the grid's values, how well the
    fixed modules agree (1 perfect, 0 chance), and what speaks for it in all (per module)."""

    version: int
    places: Places
    grid: Grid
    agreement: float
    worth: float


def laid(start: Sheet) -> Laid | None:
    """The grid bent from the best shapes of a sheet; the one with most to speak for it. None when nothing fits."""
    shaped = [finest(start, shape) for shape in start.shapes]
    grids = [_bent(start.view, start.version, places) for worth, places in shaped if worth >= LEAST_WORTH]
    return max(grids, key=lambda one: one.worth, default=None)


def _bent(view: Relieved, version: int, places: Places) -> Laid:
    """Bend the plane until the modules agree: first as a whole (a parabola each way), then part by part."""
    for step, nodes, whole in _BENDING:
        places = places + _pull(view, version, places, nodes, step, whole)
    grid = view.sample(places).astype(np.float64)
    fixed = anatomy(version).fixed
    agreement = float((np.clip(grid, -1, 1) * fixed)[fixed != 0].mean())
    return Laid(version, view.back(places), grid, agreement, float(worth_of(grid, fixed, 0.5).mean()))


def _pull(view: Relieved, version: int, places: Places, nodes: int, step: float, whole: bool) -> Places:
    """How far each place should move: around each of nodes × nodes the best of 7 × 7 shifts of `step` modules.

    More than half a module would be taken for its neighbour, so it goes in small steps.
    """
    fixed = anatomy(version).fixed
    down, right = np.gradient(places, axis=0), np.gradient(places, axis=1)
    shifts = np.stack(np.meshgrid(np.arange(-3, 4), np.arange(-3, 4)), -1).reshape(-1, 2) * step
    moved = places + shifts[:, 0, None, None, None] * right + shifts[:, 1, None, None, None] * down
    worth = worth_of(view.sample(moved), fixed, 0.5)
    weights = _hats(len(fixed), nodes)
    around = np.einsum("ai,sib->abs", weights, np.einsum("sij,bj->sib", worth, weights))
    best = shifts[around.argmax(axis=2)]
    sure = np.maximum(around.max(axis=2) - around.mean(axis=2), 1e-6)
    drawn = _parabolic(best, sure, len(fixed)) if whole else _smoothed(best, sure, len(fixed))
    return np.asarray(drawn[..., :1] * right + drawn[..., 1:] * down)


def _parabolic(shift: Places, sure: Grid, side: int) -> Places:
    """A second-order surface through the nodes' shifts, the surer ones counting more."""
    nodes = np.linspace(-1, 1, len(shift))
    known = _powers(*np.meshgrid(nodes, nodes)).reshape(-1, 6)
    weight = np.sqrt(sure.ravel() / sure.max())[:, None]
    square = (known * weight).T @ (known * weight) + 0.02 * np.eye(6)
    bent = np.linalg.solve(square, (known * weight).T @ (shift.reshape(-1, 2) * weight))
    axis = (np.arange(side) + 0.5) / side * 2 - 1
    return np.asarray(_powers(*np.meshgrid(axis, axis)) @ bent)


def _powers(x: Grid, y: Grid) -> NDArray[np.float64]:
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _smoothed(shift: Places, sure: Grid, side: int) -> Places:
    """Each node's shift drawn towards that of its neighbours, the surer ones counting more, linear in between."""
    total = cv2.filter2D(sure, -1, np.ones((3, 3)), borderType=cv2.BORDER_CONSTANT)
    parts = [
        cv2.filter2D(shift[..., axis] * sure, -1, np.ones((3, 3)), borderType=cv2.BORDER_CONSTANT) / total
        for axis in (0, 1)
    ]
    drawn = (shift + np.stack(parts, -1)) / 2
    tents = _tents(side, len(shift))
    return np.asarray(np.einsum("ai,ajc->ijc", tents, np.einsum("abc,bj->ajc", drawn, tents)))


def _hats(side: int, nodes: int) -> Grid:
    """Overlapping bell weights, one row a node."""
    at = (np.arange(side) + 0.5) / side * (nodes - 1)
    return np.asarray(np.exp(-((at - np.arange(nodes)[:, None]) ** 2) / 0.5))


def _tents(side: int, nodes: int) -> Grid:
    """Linear interpolation between nodes, one row a node."""
    at = (np.arange(side) + 0.5) / side * (nodes - 1)
    return np.asarray(np.clip(1 - np.abs(at - np.arange(nodes)[:, None]), 0, 1))
