"""Faults of the picture: blur, shake, noise, exposure, colour."""

from __future__ import annotations

import math

import cv2
import numpy as np

from hardware.camera import Pixels
from tests.hardware.photo.spoil import Portrait, Spoil, as_bytes


def blur(share: float) -> Spoil:
    return lambda p: np.asarray(cv2.GaussianBlur(p.pixels, (0, 0), share * p.ied))


def motion(share: float) -> Spoil:
    def spoil(p: Portrait) -> Pixels:
        length = max(3, round(share * p.ied))
        kernel = np.zeros((length, length), np.float32)
        angle = p.chance.uniform(0, math.pi)
        reach = np.array([math.cos(angle), math.sin(angle)]) * (length - 1) / 2
        ends = [tuple(round(v) for v in (length - 1) / 2 + sign * reach) for sign in (-1, 1)]
        cv2.line(kernel, ends[0], ends[1], 1.0, 1)
        return np.asarray(cv2.filter2D(p.pixels, -1, kernel / kernel.sum()))

    return spoil


def noise(sigma: float) -> Spoil:
    return lambda p: as_bytes(p.pixels + p.chance.normal(0, sigma, p.pixels.shape))


def gain(factor: float) -> Spoil:
    return lambda p: as_bytes(p.pixels.astype(np.float32) * factor)


def linear_gain(factor: float) -> Spoil:
    """Exposure as a camera sees it: the gain works on light, not on code values."""
    return lambda p: as_bytes(255 * np.clip((p.pixels / 255.0) ** 2.2 * factor, 0, 1) ** (1 / 2.2))


def cast(blue: float, green: float, red: float) -> Spoil:
    return lambda p: as_bytes(p.pixels * np.array([blue, green, red], np.float32))
