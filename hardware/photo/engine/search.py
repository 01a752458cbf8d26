"""Where the networks look: windows over the picture for the detector, windows about a face for the mesh."""

from __future__ import annotations

import math

import numpy as np

from hardware.camera import Pixels
from hardware.photo.engine import FaceBox, Points
from hardware.photo.engine.window import Window

SURE_SCORE = 0.8  # of the detector
LARGE_ENOUGH = 0.12  # of the window: a closer look would not place the face better
FINE_OVERLAP = 0.35
ROOM = 2.5  # window size over the box's longer side, as a face lies in a sitter's picture
MESH_MARGIN = 1.5  # window size over the box's longer side, as the mesh was trained


def whole_and_squares(pixels: Pixels) -> list[Window]:
    """The whole picture, and for long ones three squares along it, so that a face at kiosk distance is large enough."""
    height, width = pixels.shape[:2]
    long, short = max(width, height), min(width, height)
    windows = [Window(width / 2, height / 2, long)]
    if long / short > 1.25:
        for middle in (short / 2, long / 2, long - short / 2):
            windows.append(Window(middle, height / 2, short) if width > height else Window(width / 2, middle, short))
    return windows


def plain_to_see(score: float, shape: Points, window: Window) -> bool:
    """A sure face, large enough in this window that a closer look would not place it better."""
    return score >= SURE_SCORE and shape[1, 0] - shape[0, 0] >= LARGE_ENOUGH * window.size


def tiles(pixels: Pixels, side: float) -> list[Window]:
    """Overlapping squares over the whole picture."""
    height, width = pixels.shape[:2]
    side = min(max(side, 128.0), float(min(width, height)))
    middles = []
    for length in (width, height):
        count = max(1, math.ceil((length - side) / (side * (1 - FINE_OVERLAP))) + 1)
        middles.append(np.linspace(side / 2, length - side / 2, count))
    return [Window(float(x), float(y), side) for x in middles[0] for y in middles[1]]


def about_box(box: FaceBox) -> Window:
    """Room about a face for the detector to look again."""
    return Window(box.x + box.width / 2, box.y + box.height / 2, ROOM * max(box.width, box.height))


def face_window(box: FaceBox) -> Window:
    across = box.eye_left - box.eye_right
    size = MESH_MARGIN * max(box.width, box.height)
    return Window(box.x + box.width / 2, box.y + box.height / 2, size, math.atan2(across[1], across[0]))


def mesh_window(mesh: Points) -> Window:
    """The window of the next look, from the points of the last: as the tracker the model was trained with."""
    across = mesh[263, :2] - mesh[33, :2]
    angle = math.atan2(across[1], across[0])
    cos, sin = math.cos(angle), math.sin(angle)
    upright = mesh[:, :2] @ np.array([[cos, -sin], [sin, cos]])
    low, high = upright.min(axis=0), upright.max(axis=0)
    middle = np.array([[cos, -sin], [sin, cos]]) @ ((low + high) / 2)
    return Window(float(middle[0]), float(middle[1]), MESH_MARGIN * float((high - low).max()), angle)
