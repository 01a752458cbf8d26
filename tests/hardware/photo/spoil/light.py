"""Faults of light: one-sided, shadows of the head on the wall."""

from __future__ import annotations

import cv2
import numpy as np

from hardware.camera import Pixels
from tests.hardware.photo.spoil import Floats, Portrait, Spoil, as_bytes, polygon, soft_edge


def _across(p: Portrait) -> Floats:
    """-1 at the person's right cheek, 1 at the left, by picture column."""
    columns = np.arange(p.pixels.shape[1], dtype=np.float32)
    return np.asarray(np.clip((columns - p.face.eye_midpoint[0]) / (0.75 * p.face.drop), -1, 1), np.float32)


def side_light(darkest: float, *, hard: bool = False, side: int = 0) -> Spoil:
    """One half of the person lies in shadow, the backdrop does not. `side` 1: the left of the picture, −1 the right,
    0 by lot."""

    def spoil(p: Portrait) -> Pixels:
        slope = _across(p) * (side or (1 if p.chance.random() < 0.5 else -1))
        slope = np.clip(slope * (8 if hard else 1.0), -1, 1)
        light = 1 - (1 - darkest) * (1 - slope) / 2
        shade = 1 - p.person * (1 - light[None, :])
        return as_bytes(p.pixels * shade[:, :, None])

    return spoil


def backlit(gain: float) -> Spoil:
    """The person gets `gain` of the light (linear), the wall behind all of it."""

    def spoil(p: Portrait) -> Pixels:
        light = (p.pixels.astype(np.float32) / 255) ** 2.2 * (1 - (1 - gain) * p.person[:, :, None])
        return as_bytes(255 * np.clip(light, 0, 1) ** (1 / 2.2))

    return spoil


def face_side_light(darkest: float, *, width: float, side: int) -> Spoil:
    """One half of the face alone gets `darkest` of the light (linear); `width`: of the edge of the shadow in IED."""

    def spoil(p: Portrait) -> Pixels:
        across = side * (np.arange(p.pixels.shape[1], dtype=np.float32) - p.face.eye_midpoint[0]) / (width * p.ied)
        light = darkest + (1 - darkest) / (1 + np.exp(-4 * np.clip(across, -20, 20)))
        hull = cv2.convexHull(p.face.hull.astype(np.float32))[:, 0]
        inside = soft_edge(polygon(p.pixels.shape, hull), 0.08 * p.ied)
        shade = (1 - inside * (1 - light[None, :])) ** (1 / 2.2)
        return as_bytes(p.pixels * shade[:, :, None])

    return spoil


def _shadow_of_head(p: Portrait, *, soft: float, depth: float, shift: tuple[float, float]) -> Pixels:
    height, width = p.pixels.shape[:2]
    side = 1 if p.chance.random() < 0.5 else -1
    matrix = np.array([[1, 0, side * shift[0] * p.face.drop], [0, 1, shift[1] * p.face.drop]], np.float32)
    fallen = cv2.warpAffine(p.person, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    fallen = soft_edge(np.asarray(fallen > 0.5), soft * p.face.drop) * (1 - p.person)
    return as_bytes(p.pixels * (1 - depth * fallen[:, :, None]))


def soft_shadow(p: Portrait) -> Pixels:
    return _shadow_of_head(p, soft=0.10, depth=0.45, shift=(0.35, 0.10))


def hard_shadow(p: Portrait) -> Pixels:
    return _shadow_of_head(p, soft=0.01, depth=0.40, shift=(0.18, 0.08))
