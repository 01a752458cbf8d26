"""Do the eyes look into the lens? (published among the special reasons: a gaze that does not settle)

The iris between its eye's corners, along the line of the eyes: 0 when it stands in the middle. A head turned a little
aside with the eyes kept on the lens moves the irises the other way, so the turn's share is taken off.
"""

from __future__ import annotations

import math

import numpy as np

from hardware.photo import Advice
from hardware.photo.engine import EyeShape, Face, Points
from hardware.photo.finding import Bounds, Finding

# Tuning half, looking into the lens: ≤ 0.115 (all but one ≤ 0.07); irises pushed aside by 0.3 of the width: 0.18.
GAZE = Bounds("eye width", least=-0.14, most=0.14, source="tuned")
# Iris offset for a whole turn of the head with the eyes on the lens: the iris lies 10.5 mm before the eye's centre,
# the eye is 30 mm wide.
PER_TURN = 0.35
NARROW = 0.15  # lid ratio below which an iris is hardly seen: the eyes' own checks speak


def offset(eye: EyeShape, along: Points) -> float:
    """Iris from the middle between the corners, in eye widths, positive to the picture's right."""
    middle = (eye.outer + eye.inner) / 2
    width = max(float(np.hypot(*(eye.outer - eye.inner))), 1e-6)
    return float((eye.iris - middle) @ along) / width


def gaze(face: Face) -> Finding | None:
    """Mean offset of both irises less what the head's turn explains; not measured on shut eyes."""
    eyes = (face.shape_right, face.shape_left)
    gaps = [np.hypot(*(eye.lower - eye.upper).T).max() / max(np.hypot(*(eye.outer - eye.inner)), 1e-6) for eye in eyes]
    if min(gaps) < NARROW:
        return None
    along = (face.eye_left - face.eye_right) / max(face.eye_distance, 1e-6)
    seen = float(np.mean([offset(eye, along) for eye in eyes]))
    return GAZE.judge("gaze", seen + PER_TURN * math.sin(math.radians(face.yaw)), Advice.LOOK_STRAIGHT)
