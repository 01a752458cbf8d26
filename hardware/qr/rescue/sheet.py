"""How a sheet lies: through three finder patterns, in perspective and slightly bent, as all its modules like it best.

Six numbers say its shape. The fixed modules must agree and the others be decided; both together have one best place,
while each module alone would be content a whole module further on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from hardware.qr.rescue.anatomy import Grid, Signs, anatomy, side_of
from hardware.qr.rescue.finders import Triple
from hardware.qr.rescue.relief import Places, Relief, Relieved, relieve, worth_of
from hardware.qr.zxing import Grey

MOST_SHAPES = 3
_SLANT_STEP = 0.08
_SLANTS = np.arange(-6, 7) * _SLANT_STEP
_COARSE = np.pad(np.stack(np.meshgrid(_SLANTS, _SLANTS), -1).reshape(-1, 2), ((0, 0), (0, 4)))
# A step in each of the six numbers of a sheet's shape: foreshortening both ways, fourth corner both ways, edges.
_STEPS = np.array([0.04, 0.04, 0.8, 0.8, 1.6, 1.6])
_WAYS = np.vstack([np.eye(6), -np.eye(6), np.random.default_rng(6).normal(0, 0.7, (28, 6))]) * _STEPS
_SIZES = (1, 1, 1, 1, 0.6, 0.6, 0.6, 0.35, 0.35, 0.35, 0.2, 0.2)


@dataclass(frozen=True)
class Sheet:
    """A sheet through three finder patterns to begin from: numbers of shape, and how much all modules like it."""

    view: Relieved
    three: Places
    version: int
    shapes: Grid
    worth: float

    @property
    def middle(self) -> Places:
        """Where the code's middle is in the picture."""
        return self.view.back((self.three[1] + self.three[2]) / 2)


def sheet(grey: Grey, triple: Triple, version: int) -> Sheet:
    """The foreshortenings that suit the modules best, a few that differ; a quick look."""
    view = relieve(grey, triple)
    three = np.stack([view.into(point) for point in (triple.top_left, triple.top_right, triple.bottom_left)])
    worth = _tried(view, three, version, _COARSE)
    chosen: list[int] = []
    for one in np.argsort(-worth):
        if all(np.abs(_COARSE[one] - _COARSE[other]).max() > 1.5 * _SLANT_STEP for other in chosen):
            chosen.append(int(one))
            if len(chosen) == MOST_SHAPES:
                break
    return Sheet(view, three, version, _COARSE[chosen], float(worth.max()))


def finest(start: Sheet, shape: Grid) -> tuple[float, Places]:
    """What speaks for the best shape near this one, and its places: steps in all six numbers, smaller and smaller."""
    view, three, version = start.view, start.three, start.version
    best = float(_tried(view, three, version, shape[None])[0])
    for size in _SIZES:
        around = shape + _WAYS * size
        worth = _tried(view, three, version, around)
        if worth.max() > best:
            best, shape = float(worth.max()), around[worth.argmax()]
    x, y, _fixed = _every_module(version)
    side = side_of(version)
    return best, _sheets(three, side, x, y, shape[None]).reshape(side, side, 2).astype(np.float64)


def _tried(view: Relieved, three: Places, version: int, shapes: Grid) -> Grid:
    """For each shape of the sheet what speaks for it, judged by all fixed modules and a quarter of the others."""
    x, y, fixed = _some_modules(version)
    worth = worth_of(view.sample(_sheets(three, side_of(version), x, y, shapes)), fixed, 0.35).mean(axis=1)
    return np.asarray(worth - 0.05 * (shapes[:, :2] ** 2).sum(axis=1) - 0.0006 * (shapes[:, 2:] ** 2).sum(axis=1))


@cache
def _every_module(version: int) -> tuple[Relief, Relief, Signs]:
    """Where modules lie between the finder patterns' middles (0 to 1), across and down, and their fixed values."""
    side = side_of(version)
    axis = ((np.arange(side) + 0.5 - 3.5) / (side - 7)).astype(np.float32)
    x, y = np.meshgrid(axis, axis)
    return x.ravel(), y.ravel(), anatomy(version).fixed.ravel()


@cache
def _some_modules(version: int) -> tuple[Relief, Relief, Signs]:
    side = side_of(version)
    row, column = np.mgrid[0:side, 0:side]
    x, y, fixed = _every_module(version)
    some = (fixed != 0) | ((row + 2 * column) % 4 == 0).ravel()
    return x[some], y[some], fixed[some]


def _sheets(three: Places, side: int, x: Relief, y: Relief, shapes: Grid) -> Relief:
    """Places (count, modules, 2) for shapes (count, 6): foreshortening across and along, then in modules how far the
    fourth corner lies off the plane (two ways) and how far the middles of the upper and the left edge do."""
    numbers = shapes.astype(np.float32)
    across, along = numbers[:, :1], numbers[:, 1:2]
    off = numbers[:, 2:, None] / (side - 7)
    weight = 1 / np.maximum(1 + across * x + along * y, 0.1)  # never behind the camera
    right = weight * (1 + across) * x + off[:, 0] * x * y + off[:, 3] * y * (1 - y)
    down = weight * (1 + along) * y + off[:, 1] * x * y + off[:, 2] * x * (1 - x)
    corner, edge, other = three.astype(np.float32)
    return np.asarray(corner + right[..., None] * (edge - corner) + down[..., None] * (other - corner))
