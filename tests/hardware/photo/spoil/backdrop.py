"""Faults of the backdrop: patterns, furniture, a dark wall."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from hardware.camera import Pixels
from tests.hardware.photo.spoil import Portrait, Spoil, as_bytes, over


def before(scenery: Callable[[Portrait], Pixels]) -> Spoil:
    return lambda p: over(scenery(p), p.pixels, p.person)


def bricks(p: Portrait) -> Pixels:
    height, width = p.pixels.shape[:2]
    long, high = round(0.45 * p.face.drop), round(0.16 * p.face.drop)
    rows, columns = np.mgrid[0:height, 0:width]
    course = rows // high
    shifted = columns + (course % 2) * (long // 2)
    tone = p.chance.uniform(0.75, 1.1, (course.max() + 1, shifted.max() // long + 1))[course, shifted // long]
    wall = np.array([70, 90, 160], np.float32) * tone[:, :, None]
    joint = (rows % high < 3) | (shifted % long < 3)
    wall[joint] = (170, 175, 180)
    return as_bytes(wall)


def stripes(p: Portrait) -> Pixels:
    columns = np.arange(p.pixels.shape[1]) // max(2, round(0.18 * p.face.drop)) % 2
    picture = np.empty_like(p.pixels)
    picture[:] = np.where(columns[:, None] == 1, (205, 190, 170), (235, 232, 228)).astype(np.uint8)
    return picture


def foliage(p: Portrait) -> Pixels:
    height, width = p.pixels.shape[:2]
    field = sum(
        cv2.resize(p.chance.normal(0, 1, (max(2, height // step), max(2, width // step))), (width, height)) * step**0.5
        for step in (4, 12, 40)
    )
    return as_bytes(np.array([60, 120, 80], np.float32) + np.asarray(field)[:, :, None] * np.array([4, 7, 5]))


def boxes(p: Portrait) -> Pixels:
    """A light wall with a cabinet and boxes at one side."""
    picture = p.pixels.copy()
    _height, _width = picture.shape[:2]
    x = p.face.eye_midpoint[0] + (0.75 if p.chance.random() < 0.5 else -1.65) * p.face.drop
    for place in range(4):
        top = round(p.face.eye_midpoint[1] + (place * 0.6 - 0.9) * p.face.drop)
        colour = p.chance.integers(60, 170, 3).tolist()
        left = max(0, round(x))
        cv2.rectangle(
            picture, (left, top), (left + round(0.9 * p.face.drop), top + round(0.55 * p.face.drop)), colour, -1
        )
    return picture


def chair(p: Portrait) -> Pixels:
    """A dark rounded back that rises behind the shoulders to the ears."""
    picture = p.pixels.copy()
    x, y, drop = *p.face.eye_midpoint, p.face.drop
    left, right = round(x - 1.15 * drop), round(x + 1.15 * drop)
    top = round(y - 0.05 * drop)
    colour = p.chance.integers(30, 110, 3).tolist()
    cv2.rectangle(picture, (left, top + round(0.2 * drop)), (right, picture.shape[0]), colour, -1)
    cv2.rectangle(picture, (left + round(0.2 * drop), top), (right - round(0.2 * drop), picture.shape[0]), colour, -1)
    return picture


def door_frame(p: Portrait) -> Pixels:
    """One dark upright post beside the head."""
    picture = p.pixels.copy()
    side = 1 if p.chance.random() < 0.5 else -1
    x = round(p.face.eye_midpoint[0] + side * 0.85 * p.face.drop)
    cv2.rectangle(picture, (x, 0), (x + side * round(0.14 * p.face.drop), picture.shape[0]), (60, 70, 80), -1)
    return picture


def dark_wall(p: Portrait) -> Pixels:
    return np.full_like(p.pixels, (70, 60, 55))
