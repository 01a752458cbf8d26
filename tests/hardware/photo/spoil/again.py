"""Faults of who is there: a picture of the person instead of the person, on paper, on a telephone, on a screen."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels
from tests.hardware.photo.spoil import Portrait, as_bytes


def _portrait_cut(p: Portrait) -> Pixels:
    """Head and shoulders, 35:45, as on an old ID photo; the picture's rim continues it where it ends."""
    high = 2.9 * p.face.drop
    x, y = p.face.eye_midpoint[0] - high * 35 / 90, p.face.eye_midpoint[1] - 0.45 * high
    matrix = np.array([[600 / (high * 35 / 45), 0, 0], [0, 771 / high, 0]], np.float32)
    matrix[:, 2] = -matrix[:, :2] @ np.array([x, y])
    return np.asarray(cv2.warpAffine(p.pixels, matrix, (600, 771), borderMode=cv2.BORDER_REPLICATE))


def _laid(p: Portrait, sheet: Pixels, *, face_drop: float) -> Pixels:
    """A sheet held before the wall, a little askew, so large that its face measures `face_drop` of the picture."""
    height, width = p.pixels.shape[:2]
    high = 2.9 * face_drop * height * sheet.shape[0] / 771
    wide = high * sheet.shape[1] / sheet.shape[0]
    wall = np.full_like(p.pixels, np.median(p.pixels[: height // 8].reshape(-1, 3), axis=0).astype(np.uint8))
    centre = np.array([width / 2, height / 2])
    square = np.array([[-wide, -high], [wide, -high], [wide, high], [-wide, high]]) / 2
    corners = centre + square * (1 + p.chance.uniform(-0.03, 0.03, (4, 2)))
    source = np.array([[0, 0], [sheet.shape[1], 0], [sheet.shape[1], sheet.shape[0]], [0, sheet.shape[0]]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    laid = cv2.warpPerspective(sheet, matrix, (width, height), flags=cv2.INTER_AREA)
    there = cv2.warpPerspective(np.ones(sheet.shape[:2], np.float32), matrix, (width, height), flags=cv2.INTER_LINEAR)
    return as_bytes(wall * (1 - there[:, :, None]) + laid.astype(np.float32) * there[:, :, None])


def _bordered(sheet: Pixels, share: float, colour: tuple[int, int, int]) -> Pixels:
    rim = round(share * sheet.shape[1])
    return np.asarray(cv2.copyMakeBorder(sheet, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=colour))


def print_out(p: Portrait) -> Pixels:
    """A paper photo with a white rim, held before the camera."""
    return _laid(p, _bordered(_portrait_cut(p), 0.05, (246, 247, 248)), face_drop=0.23)


def telephone(p: Portrait) -> Pixels:
    """The photo on a telephone: black rim, a little glow."""
    lit = as_bytes(_portrait_cut(p).astype(np.float32) * 1.05 + 6)
    return _laid(p, _bordered(lit, 0.07, (18, 18, 20)), face_drop=0.23)


def screen(p: Portrait) -> Pixels:
    """A monitor that fills the camera's picture: its grid of coloured stripes beats with the camera's pixels."""
    height, width = p.pixels.shape[:2]
    pitch = p.chance.uniform(2.3, 3.6)  # camera pixels a screen pixel
    turn = np.radians(p.chance.uniform(-4, 4))
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    u = columns * np.cos(turn) + rows * np.sin(turn)
    v = -columns * np.sin(turn) + rows * np.cos(turn)
    lattice: NDArray[np.float32] = np.stack([_stripe(u / pitch + third) for third in (0, 1 / 3, 2 / 3)], axis=2)
    lattice = lattice * (0.88 + 0.12 * np.cos(2 * np.pi * v / pitch))[:, :, None]
    seen = cv2.GaussianBlur(lattice, (0, 0), 0.6)
    seen = 1 + 0.55 * (seen / seen.mean() - 1)
    light = (p.pixels.astype(np.float32) / 255) ** 2.2 * seen
    return as_bytes(255 * np.clip(light, 0, 1) ** (1 / 2.2))


def _stripe(phase: NDArray[np.float32]) -> NDArray[np.float32]:
    """One colour's share of a screen pixel: lit over a third of it."""
    return np.asarray(((phase % 1) < 0.36).astype(np.float32))
