"""How a drawn person sits before the simulated camera: the faults a photo booth must name, and the good one.

`Scene.WALK` goes through them in this order, as a person does who follows the advice.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import cv2
import numpy as np

from hardware.camera import Pixels
from hardware.camera.portrait import draw_person


class Pose(StrEnum):
    """One way to sit."""

    TOO_FAR = "too_far"
    TOO_NEAR = "too_near"
    OFF_CENTRE = "off_centre"
    TILTED = "tilted"
    DARK = "dark"
    EYES_CLOSED = "eyes_closed"
    MOUTH_OPEN = "mouth_open"
    GOOD = "good"


@lru_cache(maxsize=len(Pose))
def draw_pose(pose: Pose, width: int, height: int, seed: int) -> Pixels:
    """The person of this seed in this pose, (height, width, 3) BGR uint8."""
    picture = draw_person(
        width,
        height,
        seed=seed,
        scale={Pose.TOO_FAR: 0.42, Pose.TOO_NEAR: 1.5}.get(pose, 1.0),
        offset=(0.36 * width, 0) if pose is Pose.OFF_CENTRE else (0, 0),
        tilt=15.0 if pose is Pose.TILTED else 0.0,
        eyes_open=pose is not Pose.EYES_CLOSED,
        mouth_open=pose is Pose.MOUTH_OPEN,
    )
    return _darkened(picture) if pose is Pose.DARK else picture


def _darkened(picture: Pixels) -> Pixels:
    """A room with hardly a lamp: a fifth of the light, as a camera's curve shows it."""
    dark = np.round(255 * 0.2 * (np.arange(256) / 255) ** 1.4).astype(np.uint8)
    return np.asarray(cv2.LUT(picture, dark), dtype=np.uint8)
