"""Cutting a case's photo anew out of the picture the kiosk sent: moved, made smaller, turned, and nothing else.

The kiosk sends the finished photo only, without a margin, so a new frame can only lie inside it. 45:35 always; at least
the published 480 pixels; nothing is enlarged; an upright frame copies pixels, a turned one is read off once.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from PIL import Image

from backoffice.cases.photo_file import LEAST_SIDE, OnlinePhoto, opened, written
from backoffice.kit.errors import Refused

MOST_ROLL: Final = 15.0
RATIO: Final = 45 / 35
_FRAME: Final = re.compile(r"(\d{1,4}) (\d{1,4}) (\d{1,4}) (-?\d{1,2}\.\d)")


class FrameUnfit(Refused):
    """The frame does not lie in the picture, or is too small or turned too far."""

    status = 422


@dataclass(frozen=True)
class Frame:
    """Left and top of the frame before it is turned about its centre by `roll` degrees (positive clockwise), and its
    width, in pixels of the packet's picture."""

    x: int
    y: int
    width: int
    roll: float = 0.0

    @property
    def height(self) -> int:
        return round(self.width * RATIO)

    def corners(self) -> list[tuple[float, float]]:
        """Clockwise from the top left of the photo."""
        cos, sin = math.cos(math.radians(self.roll)), math.sin(math.radians(self.roll))
        middle_x, middle_y = self.x + self.width / 2, self.y + self.height / 2
        half = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        return [
            (
                middle_x + (across * self.width * cos - down * self.height * sin) / 2,
                middle_y + (across * self.width * sin + down * self.height * cos) / 2,
            )
            for across, down in half
        ]

    def __str__(self) -> str:
        return f"{self.x} {self.y} {self.width} {self.roll:.1f}"

    @classmethod
    def parse(cls, text: str) -> Frame | None:
        found = _FRAME.fullmatch(text)
        return cls(int(found[1]), int(found[2]), int(found[3]), float(found[4])) if found else None


def whole(width: int, height: int) -> Frame:
    """The largest frame in the middle of a picture."""
    across = min(width, math.floor(height / RATIO))
    frame = Frame(0, 0, across)
    return Frame((width - across) // 2, max(0, (height - frame.height) // 2), across)


def cut(jpeg: bytes, frame: Frame) -> OnlinePhoto:
    """The photo in the frame, as a file that was checked against the published limits. Raises `FrameUnfit`, and
    `PhotoUnfit` when no lawful file results."""
    picture = opened(jpeg)
    _fit(frame, picture.size)
    size = (frame.width, frame.height)
    if not frame.roll:
        upper = min(frame.y, picture.height - frame.height)
        return written(picture.crop((frame.x, upper, frame.x + frame.width, upper + frame.height)))
    (left, top), _, _, _ = frame.corners()
    cos, sin = math.cos(math.radians(frame.roll)), math.sin(math.radians(frame.roll))
    matrix = (cos, -sin, left, sin, cos, top)
    return written(picture.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC))


def _fit(frame: Frame, size: tuple[int, int]) -> None:
    if abs(frame.roll) > MOST_ROLL:
        raise FrameUnfit("crop.turned_too_far", "傾きは15度までです。")
    if min(frame.width, frame.height) < LEAST_SIDE:
        raise FrameUnfit("crop.too_small", "枠が小さすぎます(幅480ピクセル以上)。")
    slack = 1.0  # a whole pixel of rounding
    for x, y in frame.corners():
        if not (-slack <= x <= size[0] + slack and -slack <= y <= size[1] + slack):
            raise FrameUnfit("crop.outside", "枠が写真の外に出ています。")
