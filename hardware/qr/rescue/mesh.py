"""Laying the module grid over a picture: first as a plane in perspective, then bent with the paper.

The timing patterns tell the number of modules and the perspective (each is a line whose alternation must fit); then
every part of the grid moves to where its fixed modules agree best and its other modules are most decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.qr.rescue.finders import Triple
from hardware.qr.rescue.symbol import Grid, Signs, anatomy, side_of
from hardware.qr.zxing import Grey

Places = NDArray[np.float64]
Relief = NDArray[np.float32]
WORKING_MODULE = 4.5
_NO_MAP = np.empty(0, dtype=np.float32)
MOST_PLANES, LEAST_WORTH = 3, 0.27
"""Measured: a sheet shaped rightly is worth 0.29 and more, 90 % of wrong ones less than 0.27."""
_SLANT_STEP = 0.08
_SLANTS = np.arange(-6, 7) * _SLANT_STEP
_COARSE = np.pad(np.stack(np.meshgrid(_SLANTS, _SLANTS), -1).reshape(-1, 2), ((0, 0), (0, 4)))
# A step in each of the six numbers of a sheet's shape: foreshortening both ways, fourth corner both ways, edges.
_STEPS = np.array([0.04, 0.04, 0.8, 0.8, 1.6, 1.6])
_WAYS = np.vstack([np.eye(6), -np.eye(6), np.random.default_rng(6).normal(0, 0.7, (28, 6))]) * _STEPS
_SIZES = (1, 1, 1, 1, 0.6, 0.6, 0.6, 0.35, 0.35, 0.35, 0.2, 0.2)
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


@dataclass(frozen=True)
class Relieved:
    """A cut-out of a picture with light taken out: local mean 0, local deviation about 1, `scale` times as large."""

    relief: Relief
    scale: float
    left: float
    top: float

    def into(self, places: Places) -> Places:
        return (places - [self.left, self.top] + 0.5) * self.scale - 0.5

    def back(self, places: Places) -> Places:
        return (places + 0.5) / self.scale - 0.5 + [self.left, self.top]

    def sample(self, places: Places | Relief) -> Relief:
        """The values at places (…, 2)."""
        flat = places.astype(np.float32).reshape(-1, places.shape[-2], 2)
        seen = cv2.remap(self.relief, flat, _NO_MAP, cv2.INTER_LINEAR)
        return np.asarray(seen.reshape(places.shape[:-1]), dtype=np.float32)


def relieve(grey: Grey, triple: Triple) -> Relieved:
    """The surroundings of three finder patterns, about `WORKING_MODULE` pixels a module."""
    fourth = triple.top_right + triple.bottom_left - triple.top_left
    corners = np.array([triple.top_left, triple.top_right, triple.bottom_left, fourth])
    margin = 9 * triple.module
    left, top = np.maximum(0, corners.min(axis=0) - margin).astype(int)
    right, bottom = (corners.max(axis=0) + margin).astype(int)
    scale = min(2.0, WORKING_MODULE / triple.module)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    part = cv2.resize(grey[top:bottom, left:right], None, fx=scale, fy=scale, interpolation=way).astype(np.float32)
    window = round(triple.module * scale * 7) | 1
    flat = part - cv2.blur(part, (window, window))
    spread = np.sqrt(np.maximum(0, cv2.blur(flat * flat, (window, window))))
    return Relieved(np.asarray(flat / (spread + 4), dtype=np.float32), scale, float(left), float(top))


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
            if len(chosen) == MOST_PLANES:
                break
    return Sheet(view, three, version, _COARSE[chosen], float(worth.max()))


def laid(start: Sheet) -> Laid | None:
    """The grid bent from the best shapes of a sheet; the one with most to speak for it. None when nothing fits."""
    shaped = [_finest(start.view, start.three, start.version, shape) for shape in start.shapes]
    grids = [_bent(start.view, start.version, places) for worth, places in shaped if worth >= LEAST_WORTH]
    return max(grids, key=lambda one: one.worth, default=None)


def _finest(view: Relieved, three: Places, version: int, shape: Grid) -> tuple[float, Places]:
    """Steps in all six numbers of a sheet's shape, smaller and smaller, whenever one is better."""
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
    worth = _worth(view.sample(_sheets(three, side_of(version), x, y, shapes)), fixed, 0.35).mean(axis=1)
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


def _worth(seen: Grid | Relief, fixed: Signs, share: float) -> Grid:
    """What speaks for each value: agreement where a module is fixed, decidedness elsewhere."""
    bounded: Grid = np.clip(seen.astype(np.float64), -1.5, 1.5)
    return np.asarray(np.where(fixed != 0, fixed * bounded, share * np.abs(bounded)))


def _bent(view: Relieved, version: int, places: Places) -> Laid:
    """Bend the plane until the modules agree: first as a whole (a parabola each way), then part by part."""
    for step, nodes, whole in _BENDING:
        places = places + _pull(view, version, places, nodes, step, whole)
    grid = view.sample(places).astype(np.float64)
    fixed = anatomy(version).fixed
    agreement = float((np.clip(grid, -1, 1) * fixed)[fixed != 0].mean())
    return Laid(version, view.back(places), grid, agreement, float(_worth(grid, fixed, 0.5).mean()))


def _pull(view: Relieved, version: int, places: Places, nodes: int, step: float, whole: bool) -> Places:
    """How far each place should move: around each of nodes × nodes the best of 7 × 7 shifts of `step` modules.

    More than half a module would be taken for its neighbour, so it goes in small steps.
    """
    fixed = anatomy(version).fixed
    down, right = np.gradient(places, axis=0), np.gradient(places, axis=1)
    shifts = np.stack(np.meshgrid(np.arange(-3, 4), np.arange(-3, 4)), -1).reshape(-1, 2) * step
    moved = places + shifts[:, 0, None, None, None] * right + shifts[:, 1, None, None, None] * down
    worth = _worth(view.sample(moved), fixed, 0.5)
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
