"""What was seen in one picture, and the small upright pictures of the face that the measures look at.

Every measure works at a size given in eye distances (IED), so a 720p and a 1080p frame of one person give the same
value, and the cost does not depend on the camera.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels
from hardware.photo.engine import Face, FaceBox, Matte, Points
from hardware.photo.engine.window import Window

CHIP_IED = 64  # pixels between the eyes in the face chip
CHIP_SPAN = 4.0  # side of the face chip in IED
GREY_CHROMA = 1.5  # of a black-and-white picture at most
CHEEK = 0.3  # side of the squares on the cheeks in IED (OFIQ illumination uniformity)
BAND_IED = 120  # pixels between the eyes in the eye band
BAND_SPAN = (2.0, 0.7)  # width and height of the eye band in IED


@dataclass(frozen=True)
class Chip:
    """The face turned upright, (256, 256, 3) BGR, and where its points lie in it."""

    pixels: Pixels
    window: Window

    def place(self, points: Points) -> Points:
        """Picture pixels → chip pixels."""
        return np.asarray(self.window.to_unit(points) * self.pixels.shape[0])

    def mask(self, outline: Points) -> NDArray[np.bool_]:
        """The inside of a closed outline given in picture pixels."""
        area = np.zeros(self.pixels.shape[:2], np.uint8)
        cv2.fillPoly(area, [np.round(self.place(outline)).astype(np.int32)], 1)
        return area.astype(bool)

    def part(self, centre: Points, width: float, height: float | None = None) -> tuple[slice, slice]:
        """Rows and columns of an upright rectangle about a point of the picture; sizes in IED."""
        x, y = self.place(centre)
        half_width, half_height = width * CHIP_IED / 2, (width if height is None else height) * CHIP_IED / 2
        rows = slice(max(0, round(y - half_height)), max(1, round(y + half_height)))
        return rows, slice(max(0, round(x - half_width)), max(1, round(x + half_width)))

    @cached_property
    def lab(self) -> NDArray[np.float32]:
        """CIE L*a*b* (D65): L* 0..100, a* and b* signed."""
        return np.asarray(cv2.cvtColor(self.pixels.astype(np.float32) / 255, cv2.COLOR_BGR2Lab))

    @cached_property
    def is_grey(self) -> bool:
        """A black-and-white picture: accepted by the published rules, and without colours to judge."""
        chroma = np.hypot(self.lab[::4, ::4, 1], self.lab[::4, ::4, 2])
        return float(np.percentile(chroma, 95)) < GREY_CHROMA

    @cached_property
    def luma(self) -> NDArray[np.float32]:
        """Y' 0..255 (BT.601), the greyscale of ISO/IEC 29794-5 measures."""
        return np.asarray(cv2.cvtColor(self.pixels, cv2.COLOR_BGR2GRAY), np.float32)


@dataclass(frozen=True)
class Seen:
    """One picture with its faces, the points of the largest, and its matte when the heavy checks asked for one."""

    pixels: Pixels
    boxes: tuple[FaceBox, ...]
    face: Face
    matte: Matte | None = None

    @property
    def angle(self) -> float:
        """Slope of the eye line in radians, clockwise positive."""
        across = self.face.eye_left - self.face.eye_right
        return math.atan2(across[1], across[0])

    @cached_property
    def chip(self) -> Chip:
        size = CHIP_SPAN * self.face.eye_distance
        middle = self.face.eye_midpoint
        x = middle[0] - math.sin(self.angle) * 0.15 * size
        y = middle[1] + math.cos(self.angle) * 0.15 * size
        window = Window(float(x), float(y), size, self.angle)
        return Chip(window.look(self.pixels, round(CHIP_SPAN * CHIP_IED), border=cv2.BORDER_REPLICATE), window)

    @cached_property
    def cheek_colours(self) -> tuple[Points, Points]:
        """Median L*a*b* of the right and the left cheek."""
        cheeks = (self.face.cheek_right, self.face.cheek_left)
        right, left = (np.median(self.chip.lab[self.chip.part(c, CHEEK)].reshape(-1, 3), axis=0) for c in cheeks)
        return np.asarray(right, np.float64), np.asarray(left, np.float64)

    @cached_property
    def eye_band(self) -> NDArray[np.float32]:
        """Luma of the strip about both eyes, upright, IED 120 pixels: (84, 240)."""
        middle, side = self.face.eye_midpoint, round(BAND_SPAN[0] * BAND_IED)
        window = Window(float(middle[0]), float(middle[1]), BAND_SPAN[0] * self.face.eye_distance, self.angle)
        square = window.look(self.pixels, side, border=cv2.BORDER_REPLICATE)
        half = round(BAND_SPAN[1] * BAND_IED / 2)
        strip = square[side // 2 - half : side // 2 + half]
        return np.asarray(cv2.cvtColor(np.ascontiguousarray(strip), cv2.COLOR_BGR2GRAY), np.float32)
