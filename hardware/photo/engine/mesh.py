"""The face mesh in words: which of its 468 points are which part of a face, and the head's angles from their depth.

Indices are those of the published canonical face model (mediapipe face_landmark, Kartynnik et al. 2019,
arXiv:1907.06724); eye rims are those of the iris model (Ablavatski et al. 2020, arXiv:2006.11341).
"""

from __future__ import annotations

import math

import numpy as np

from hardware.photo.engine import EyeShape, Face, Points

RIGHT_CORNERS = (33, 133)  # outer, inner
LEFT_CORNERS = (263, 362)
HULL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152),
    *(148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
LIPS_OUTER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
LIP_UPPER = (80, 81, 82, 13, 312, 311, 310)
LIP_LOWER = (88, 178, 87, 14, 317, 402, 318)
LIPS_INNER = (78, *LIP_LOWER, 308, *reversed(LIP_UPPER))
NOSE, FOREHEAD, CHIN = 1, 10, 152
CHEEK_RIGHT, CHEEK_LEFT = (50, 101, 205), (280, 330, 425)
# Points that mirror each other across the face, right then left: eyes, brows, cheeks, jaw, mouth, nose wings.
PAIRS = (
    *((33, 263), (133, 362), (70, 300), (107, 336), (234, 454), (127, 356), (58, 288), (172, 397)),
    *((61, 291), (98, 327), (50, 280), (205, 425)),
)
# The mesh leans forward for people who look straight ahead: median 4.7° on 87 synthetic, 6.7° on 539 real portraits.
FRONTAL_PITCH = -5.0

# The iris model's rim: 0 outer corner, 1–7 lower lid, 8 inner corner, 9–15 upper lid.
RIM_LOWER, RIM_UPPER = slice(1, 8), slice(9, 16)


def eye_shape(rim: Points, iris: Points) -> EyeShape:
    """From the iris model's points in picture pixels: rim (≥ 16, 2); iris (5, 2), centre first."""
    radius = float(np.mean(np.hypot(*(iris[1:] - iris[0]).T)))
    return EyeShape(
        outer=rim[0], inner=rim[8], upper=rim[RIM_UPPER], lower=rim[RIM_LOWER], iris=iris[0], iris_radius=radius
    )


def angles(mesh: Points) -> tuple[float, float, float]:
    """Yaw, pitch, roll in degrees from the mesh (468, 3), depth in the same pixels, smaller is nearer.

    Roll and yaw come from the mean direction between mirrored points, pitch from forehead to chin.
    """
    across = np.mean([mesh[left] - mesh[right] for right, left in PAIRS], axis=0)
    roll = math.degrees(math.atan2(across[1], across[0]))
    yaw = math.degrees(math.atan2(across[2], math.hypot(across[0], across[1])))
    down = mesh[CHIN] - mesh[FOREHEAD]
    pitch = math.degrees(math.atan2(-down[2], math.hypot(down[0], down[1]))) - FRONTAL_PITCH
    return yaw, pitch, roll


def face(mesh: Points, presence: float, right: EyeShape, left: EyeShape) -> Face:
    """Names for the points of a mesh (468, 3) in picture pixels."""
    flat = mesh[:, :2]
    yaw, pitch, roll = angles(mesh)
    return Face(
        presence=presence,
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        shape_right=right,
        shape_left=left,
        eye_right=flat[list(RIGHT_CORNERS)].mean(axis=0),
        eye_left=flat[list(LEFT_CORNERS)].mean(axis=0),
        hull=flat[list(HULL)],
        lips_outer=flat[list(LIPS_OUTER)],
        lips_inner=flat[list(LIPS_INNER)],
        lip_upper=flat[list(LIP_UPPER)],
        lip_lower=flat[list(LIP_LOWER)],
        nose=flat[NOSE],
        forehead=flat[FOREHEAD],
        chin=flat[CHIN],
        cheek_right=flat[list(CHEEK_RIGHT)].mean(axis=0),
        cheek_left=flat[list(CHEEK_LEFT)].mean(axis=0),
    )
