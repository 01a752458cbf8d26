"""Faults of place: too far, too near, aside, cut off, leaning, not alone."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels
from tests.hardware.photo.spoil import Portrait, Spoil, over


def _moved(p: Portrait, matrix: NDArray[np.floating]) -> Pixels:
    height, width = p.pixels.shape[:2]
    return np.asarray(
        cv2.warpAffine(p.pixels, matrix, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    )


def turned(degrees: float) -> Spoil:
    """Clockwise, about the eyes."""
    return lambda p: _moved(p, cv2.getRotationMatrix2D(tuple(map(float, p.face.eye_midpoint)), -degrees, 1.0))


def scaled(factor: float) -> Spoil:
    return lambda p: _moved(p, cv2.getRotationMatrix2D(tuple(map(float, p.face.nose)), 0, factor))


def aside(share: float) -> Spoil:
    """The face's middle stands `share` of the picture's width from its left rim."""

    def spoil(p: Portrait) -> Pixels:
        across = share * p.pixels.shape[1] - p.face.eye_midpoint[0]
        return _moved(p, np.array([[1, 0, across], [0, 1, 0]], np.float32))

    return spoil


def raised(share: float) -> Spoil:
    """The top of the picture cuts the head `share` T above the eyes."""

    def spoil(p: Portrait) -> Pixels:
        up = p.face.eye_midpoint[1] - share * p.face.drop
        return _moved(p, np.array([[1, 0, 0], [0, 1, -up]], np.float32))

    return spoil


def lowered(p: Portrait) -> Pixels:
    """The chin stands at the lower rim."""
    down = p.pixels.shape[0] - 1.02 * p.face.drop - p.face.eye_midpoint[1]
    return _moved(p, np.array([[1, 0, 0], [0, 1, down]], np.float32))


def second_person(size: float) -> Spoil:
    """The same person again, mirrored, `size` as large, behind one shoulder."""

    def spoil(p: Portrait) -> Pixels:
        height, width = p.pixels.shape[:2]
        side = 1 if p.chance.random() < 0.5 else -1
        to_x = p.face.eye_midpoint[0] + side * (1.1 + 1.3 * size) * p.face.drop
        to_y = p.face.eye_midpoint[1] + 0.35 * p.face.drop * (1 - size)
        matrix = np.array([[-size, 0, to_x + size * p.face.eye_midpoint[0]],
                           [0, size, to_y - size * p.face.eye_midpoint[1]]], np.float32)  # fmt: skip
        other = cv2.warpAffine(p.pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        there = cv2.warpAffine(p.person, matrix, (width, height))
        return over(p.pixels, other, np.asarray(there * (1 - p.person)))

    return spoil


def near_lens(centimetres: float) -> Spoil:
    """The head as a lens sees it from so near: the middle of the face grows, ears and outline fall back.

    The head is taken for a half ellipsoid before a plane, its ears 10 cm behind the tip of the nose; the picture is
    scaled so that the eyes keep their distance.
    """

    def spoil(p: Portrait) -> Pixels:
        height, width = p.pixels.shape[:2]
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        middle = p.face.eye_midpoint + 0.25 * (p.face.chin - p.face.eye_midpoint)
        x, y = (columns - middle[0]) / (1.02 * p.ied), (rows - middle[1]) / (1.55 * p.ied)
        depth = 10 * (1 - np.sqrt(np.clip(1 - x**2 - y**2, 0, 1)))  # cm behind the nose
        eyes = 10 * (1 - math.sqrt(max(0.0, 1 - (0.5 / 1.02) ** 2)))
        grown = (centimetres + depth) / (centimetres + eyes)
        source_x = middle[0] + (columns - middle[0]) * grown
        source_y = middle[1] + (rows - middle[1]) * grown
        return np.asarray(
            cv2.remap(
                p.pixels, source_x.astype(np.float32), source_y.astype(np.float32), cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
        )  # fmt: skip

    return spoil
