"""Made-up points of a face for tests of pure measures: proportions of a grown-up who looks straight ahead."""

from __future__ import annotations

import math

import cv2
import numpy as np

from hardware.camera import Pixels
from hardware.photo.engine import EyeShape, Face, FaceBox, Matte, Points
from hardware.photo.seen import Seen

# In T (eye midpoint to chin), eye midpoint at 0, y down.
EYE = 0.28
HULL = [(math.sin(a) * 0.62, 0.25 - math.cos(a) * 0.75) for a in np.linspace(0, 2 * math.pi, 36, endpoint=False)]


def face_at(
    x: float,
    y: float,
    *,
    drop: float,
    roll: float = 0.0,
    yaw: float = 0.0,
    pitch: float = 0.0,
    lids: float = 0.35,
    lip_gap: float = 0.0,
) -> Face:
    """A face with its eye midpoint at (x, y); `drop` pixels from there to the chin, `roll` degrees clockwise;
    `lids` is the lid gap over the eye width, `lip_gap` the inner lip gap in T."""
    angle = math.radians(roll)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])

    def put(points: list[tuple[float, float]] | tuple[float, float]) -> Points:
        return np.asarray(np.array(points, np.float64) @ turn * drop + np.array([x, y]))

    def eye(side: int) -> EyeShape:
        steps = np.linspace(-1, 1, 9)[1:-1]
        height = lids * 0.16 * (1 - steps**2) / 1.0
        return EyeShape(
            outer=put((side * (EYE + 0.08), 0.0)),
            inner=put((side * (EYE - 0.08), 0.0)),
            upper=put([(side * (EYE + 0.08 * s), -h / 2) for s, h in zip(-steps, height, strict=True)]),
            lower=put([(side * (EYE + 0.08 * s), h / 2) for s, h in zip(-steps, height, strict=True)]),
            iris=put((side * EYE, 0.0)),
            iris_radius=0.04 * drop,
        )

    across = np.linspace(-0.14, 0.14, 7)
    open_by = lip_gap * (1 - (across / 0.16) ** 2) / 1.0
    upper = [(a, 0.62 - g / 2) for a, g in zip(across, open_by, strict=True)]
    lower = [(a, 0.62 + g / 2) for a, g in zip(across, open_by, strict=True)]
    outer = [(0.2 * math.cos(a), 0.62 + (0.06 + lip_gap / 2) * math.sin(a)) for a in np.linspace(0, 6.28, 20)[:-1]]
    return Face(
        presence=1.0,
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        shape_right=eye(-1),
        shape_left=eye(1),
        eye_right=put((-EYE, 0.0)),
        eye_left=put((EYE, 0.0)),
        hull=put(HULL),
        lips_outer=put(outer),
        lips_inner=put([*lower, *upper[::-1]]),
        lip_upper=put(upper),
        lip_lower=put(lower),
        nose=put((0.0, 0.35)),
        forehead=put((0.0, -0.5)),
        chin=put((0.0, 1.0)),
        cheek_right=put((-0.3, 0.35)),
        cheek_left=put((0.3, 0.35)),
    )


def matte_of_head(face: Face, *, above: float, side: int = 256) -> Matte:
    """A matte in which the head reaches `above` T over the eye line, before a light grey backdrop."""
    size = 4 * face.drop
    left, top = face.eye_midpoint[0] - size / 2, face.eye_midpoint[1] - size / 2
    rows, columns = np.mgrid[0:side, 0:side]
    down = (top + (rows + 0.5) * size / side - face.eye_midpoint[1]) / face.drop
    aside = (left + (columns + 0.5) * size / side - face.eye_midpoint[0]) / face.drop
    person = ((down > -above) & (np.abs(aside) < 0.8)).astype(np.float32)
    pixels = np.full((side, side, 3), 215, np.uint8)
    return Matte(person, np.ones((side, side), bool), pixels, float(left), float(top), size)


def seen_of(face: Face, pixels: Pixels, matte: Matte | None = None) -> Seen:
    """A picture in which the engine has seen just this face."""
    box = FaceBox(0, 0, 2 * face.eye_distance, 2 * face.eye_distance, 0.9, face.eye_right, face.eye_left)
    return Seen(pixels, (box,), face, matte)


def painted(pixels: Pixels, outline: Points, colour: tuple[int, int, int]) -> Pixels:
    """A copy with the inside of an outline in one colour (BGR)."""
    picture = pixels.copy()
    cv2.fillPoly(picture, [np.round(outline).astype(np.int32)], colour)
    return picture
