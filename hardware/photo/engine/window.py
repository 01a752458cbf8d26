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
        factor = int(self.size / side / 1.25)
        if factor > 1:  # linear sampling would alias: average whole blocks of pixels first
            pixels, corners = _reduced(pixels, corners, factor=min(factor, 16))
        matrix = cv2.getAffineTransform(corners - 0.5, target - 0.5)
        return np.asarray(cv2.warpAffine(pixels, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=border))


def shrunk(pixels: Pixels, factor: int) -> Pixels:
    """Blocks of factor × factor pixels averaged; what is left over at the right and lower rim is dropped."""
    height, width = pixels.shape[0] // factor, pixels.shape[1] // factor
    whole = pixels[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA))


def _reduced(pixels: Pixels, corners: NDArray[np.float32], *, factor: int) -> tuple[Pixels, NDArray[np.float32]]:
    """The part of the picture about a window, made smaller by averaging, and the corners in it."""
    height, width = pixels.shape[:2]
    if min(height, width) < 2 * factor:
        return pixels, corners
    square = np.vstack([corners, corners[1] + corners[2] - corners[0]])
    low = np.floor(square.min(axis=0)).astype(int) - 2 * factor
    high = np.ceil(square.max(axis=0)).astype(int) + 2 * factor
    left, top = np.clip(low, 0, (width - factor, height - factor))
    right, bottom = np.clip(high, (left + factor, top + factor), (width, height))
    small = shrunk(pixels[top:bottom, left:right], factor)
    return small, ((corners - (left, top)) / factor).astype(np.float32)
