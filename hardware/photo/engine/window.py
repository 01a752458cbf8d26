"""Turned square windows: what a network looks at, and the way back from its points to the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels
from hardware.photo.engine import Points


@dataclass(frozen=True)
class Window:
    """A square of `size` pixels about (x, y), turned clockwise by `angle` radians."""

    x: float
    y: float
    size: float
    angle: float = 0.0

    def to_picture(self, unit: Points) -> Points:
        """Points 0..1 of the window as pixels of the picture."""
        offset = (unit - 0.5) * self.size
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        turned = offset @ np.array([[cos, sin], [-sin, cos]])
        return np.asarray(turned + np.array([self.x, self.y]))

    def to_unit(self, points: Points) -> Points:
        """Pixels of the picture as points 0..1 of the window."""
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        offset = (points - np.array([self.x, self.y])) @ np.array([[cos, -sin], [sin, cos]])
        return np.asarray(offset / self.size + 0.5)

    def look(self, pixels: Pixels, side: int, *, border: int = cv2.BORDER_CONSTANT) -> Pixels:
        """The window as (side, side, 3); what lies outside the picture is black, or its rim."""
        corners = self.to_picture(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])).astype(np.float32)
        target = np.array([[0, 0], [side, 0], [0, side]], np.float32)
        shrink = self.size / side
        if shrink > 2.5:  # linear sampling would alias: halve the neighbourhood first
            pixels, corners = _reduced(pixels, corners, factor=min(shrink / 1.25, 16.0))
        matrix = cv2.getAffineTransform(corners - 0.5, target - 0.5)
        return np.asarray(cv2.warpAffine(pixels, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=border))


def _reduced(pixels: Pixels, corners: NDArray[np.float32], *, factor: float) -> tuple[Pixels, NDArray[np.float32]]:
    """The part of the picture about a window, made smaller by averaging, and the corners in it."""
    height, width = pixels.shape[:2]
    square = np.vstack([corners, corners[1] + corners[2] - corners[0]])
    left, top = np.clip(np.floor(square.min(axis=0)).astype(int) - 4, 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(square.max(axis=0)).astype(int) + 4, (left + 1, top + 1), (width, height))
    part = pixels[top:bottom, left:right]
    target = (max(1, round(part.shape[1] / factor)), max(1, round(part.shape[0] / factor)))
    small = cv2.resize(part, target, interpolation=cv2.INTER_AREA)
    scale = np.array([target[0] / part.shape[1], target[1] / part.shape[0]], np.float32)
    return np.asarray(small), ((corners - (left, top)) * scale).astype(np.float32)
