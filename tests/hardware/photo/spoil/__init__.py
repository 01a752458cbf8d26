"""Ways to spoil a good portrait, one fault each, all sizes relative to the face; the table is in faults.py.

Nothing here is a model of a camera; it is a common yardstick, the same for every change of the bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels
from hardware.photo.engine import Face, Matte, Points

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Portrait:
    """A good picture with what was seen in it before it is spoilt. `person` (height, width) 0..1."""

    pixels: Pixels
    face: Face
    person: Floats
    chance: np.random.Generator

    @property
    def ied(self) -> float:
        return self.face.eye_distance


Spoil = Callable[[Portrait], Pixels]


def person_mask(pixels: Pixels, matte: Matte) -> Floats:
    """The matte in the picture's own pixels; below and beside its square it is continued from the rim."""
    height, width = pixels.shape[:2]
    columns = np.clip((np.arange(width) + 0.5 - matte.x) / matte.size, 0, 1) * (matte.person.shape[1] - 1)
    rows = np.clip((np.arange(height) + 0.5 - matte.y) / matte.size, 0, 1) * (matte.person.shape[0] - 1)
    grid_x, grid_y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    return np.asarray(cv2.remap(matte.person, grid_x, grid_y, cv2.INTER_LINEAR))


def as_bytes(values: NDArray[np.floating]) -> Pixels:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def soft_edge(area: NDArray[np.bool_] | Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(np.asarray(area, np.float32), (0, 0), max(sigma, 0.3)))


def over(picture: Pixels, colour: NDArray[np.floating] | tuple[float, ...], mask: Floats) -> Pixels:
    alpha = mask[:, :, None]
    return as_bytes(picture * (1 - alpha) + np.asarray(colour, np.float32) * alpha)


def polygon(shape: tuple[int, ...], points: Points) -> NDArray[np.bool_]:
    area = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(area, [np.round(points).astype(np.int32)], 1)
    return area.astype(bool)
