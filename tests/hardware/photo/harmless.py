"""Lawful differences between one capture and the next: a good portrait must survive every one of them.

They tell how far a person stands from the bounds, which accepting one picture does not; reported by skin tone.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from hardware.camera import Pixels
from tests.hardware.photo.spoil import Portrait, Spoil, as_bytes, over
from tests.hardware.photo.spoil.picture import linear_gain
from tests.hardware.photo.spoil.place import turned


def _mirrored(p: Portrait) -> Pixels:
    return np.ascontiguousarray(p.pixels[:, ::-1])


def _grey(p: Portrait) -> Pixels:
    return np.repeat(cv2.cvtColor(p.pixels, cv2.COLOR_BGR2GRAY)[:, :, None], 3, axis=2)


def _sent(p: Portrait) -> Pixels:
    """Through a JPEG of middling quality."""
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", p.pixels, [cv2.IMWRITE_JPEG_QUALITY, 70])[1], cv2.IMREAD_COLOR))


def _before(red: int, green: int, blue: int) -> Spoil:
    """A plain wall of another colour, a little lighter above."""

    def spoil(p: Portrait) -> Pixels:
        slope = np.linspace(1.01, 0.98, p.pixels.shape[0])[:, None, None]
        wall = np.array([blue, green, red]) * slope + p.chance.normal(0, 1, p.pixels.shape)
        return over(as_bytes(wall), p.pixels, p.person)

    return spoil


def _warm(p: Portrait) -> Pixels:
    """White balance a little off."""
    return as_bytes(255 * np.clip((p.pixels / 255) ** 2.2 * (0.92, 1.0, 1.05), 0, 1) ** (1 / 2.2))


HARMLESS: Mapping[str, Spoil] = {
    "mirrored": _mirrored,
    "black and white": _grey,
    "JPEG 70": _sent,
    "white wall": _before(246, 246, 246),
    "grey wall": _before(188, 188, 188),
    "light blue wall": _before(184, 208, 228),
    "a third of a stop darker": linear_gain(0.8),
    "tilt 3": turned(3),
    "warm light": _warm,
}
