"""Decoding of BlazeFace, the short-range face detector (Bazarevsky et al. 2019, arXiv:1907.05047).

The network looks at 128×128 pixels and answers for 896 anchors: two on each cell of a 16×16 grid, six on each cell of
an 8×8 grid. Offsets are in pixels of that input. Overlapping answers are averaged by score (the paper's blending),
which keeps boxes still from frame to frame.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SIDE = 128
GRIDS = ((16, 2), (8, 6))


def anchor_centres() -> Floats:
    """(896, 2): x, y of each anchor, 0..1."""
    centres = [
        ((column + 0.5) / cells, (row + 0.5) / cells)
        for cells, each in GRIDS
        for row in range(cells)
        for column in range(cells)
        for _ in range(each)
    ]
    return np.array(centres)


def decode(scores: NDArray[Any], offsets: NDArray[Any], centres: Floats, *, least: float) -> tuple[Floats, Floats]:
    """Scores (n,) and shapes (n, 8, 2): top left, bottom right, then six points (eyes first), all 0..1 of the input."""
    certainty = 1 / (1 + np.exp(-np.clip(scores.reshape(-1), -50, 50)))
    keep = certainty >= least
    values = offsets.reshape(-1, 8, 2)[keep] / SIDE
    centre = values[:, 0] + centres[keep]
    half = values[:, 1] / 2
    points = values[:, 2:] + centres[keep][:, None]
    return certainty[keep], np.concatenate([(centre - half)[:, None], (centre + half)[:, None], points], axis=1)


def overlap(shape: Floats, others: Floats) -> Floats:
    """Intersection over union of one shape's box with others'."""
    low = np.maximum(shape[0], others[:, 0])
    high = np.minimum(shape[1], others[:, 1])
    common = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(others[:, 1] - others[:, 0], axis=1) + np.prod(shape[1] - shape[0])
    return np.asarray(common / np.maximum(areas - common, 1e-9))


def blend(scores: Floats, shapes: Floats, *, joint: float = 0.3) -> list[tuple[float, Floats]]:
    """One (score, shape) a face: the best answer's score, the score-weighted mean of all that overlap it."""
    faces = []
    order = np.argsort(-scores)
    scores, shapes = scores[order], shapes[order]
    while len(scores):
        same = overlap(shapes[0], shapes) > joint
        same[0] = True
        faces.append((float(scores[0]), np.average(shapes[same], axis=0, weights=scores[same])))
        scores, shapes = scores[~same], shapes[~same]
    return faces
