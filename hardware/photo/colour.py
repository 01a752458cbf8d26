"""Do the colours look natural? (ISO/IEC 29794-5 natural colour)

Skin comes in every colour, so skin alone tells a lamp's cast poorly (OFIQ's box on the cheeks is kept, it finds the
gross ones). The white of the eye is nearly a grey card, but bluish in infants and red in the tired. A cast colours
both, so the mean of eye white and cheeks is judged: bluish eyes in warm skin, or pale skin about clear eyes, are none.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.photo import Advice
from hardware.photo.engine import EyeShape, Points
from hardware.photo.engine.window import Window
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import CHEEK, Seen

# OFIQ: the box a* 5..25, b* 5..35 holds natural skin; a distance of 11 from it maps to quality 50.
RED_GREEN, YELLOW_BLUE = (5.0, 25.0), (5.0, 35.0)
NATURAL = Bounds("dE", most=11, source="OFIQ quality 50")
# Natural logarithms of linear light, mean of eye white and cheeks. Tuning half in plain light: blue over green ≥ −0.69,
# red over green ≤ 1.01, blue over red ≤ −0.33, green over both others ≤ 0.07; casts: yellow ≤ −0.80, red ≥ 1.18, blue
# over red ≥ 0.19 (but one), green ≥ 0.6 (but one).
LEAST_BLUE, MOST_RED, MOST_COLD, MOST_GREEN = -0.85, 1.10, 0.05, 0.16
# Red and blue over green: tuning half ≤ 0.31 but for a ruddy old man (0.51); 0.85 of the green: ≥ 0.33, median 0.49.
MOST_PURPLE = 0.60
PURPLE = Bounds("log", most=0.38, warning=True, source="tuned")
CAST = Bounds("log", most=0.0, source="tuned")
EYE_SIDE, EYE_SPAN = 320, 2.0  # pixels and IED of the square about both eyes
LEAST_WHITE = 25  # pixels of eye white in it: with less there is nothing to judge
IRIS_RIM = 1.35  # of the iris's radius is left out, so that a light iris does not count as white
REDDER = 0.25  # what is so much redder than the cheeks is no white of an eye but a lid or a sore corner
GAMMA = 2.2


def natural_colour(seen: Seen) -> Finding:
    """Distance of the cheeks' mean a*, b* from natural skin; 0 for a black-and-white picture."""
    chip, face = seen.chip, seen.face
    parts = [chip.lab[chip.part(cheek, CHEEK)].reshape(-1, 3) for cheek in (face.cheek_right, face.cheek_left)]
    _, red, yellow = np.concatenate(parts).mean(axis=0)
    off_red = max(RED_GREEN[0] - red, red - RED_GREEN[1], 0.0)
    off_yellow = max(YELLOW_BLUE[0] - yellow, yellow - YELLOW_BLUE[1], 0.0)
    return NATURAL.judge("colour", 0.0 if chip.is_grey else float(np.hypot(off_red, off_yellow)), Advice.NATURAL_COLOUR)


def colour_cast(seen: Seen) -> Finding | None:
    """How far the mean of eye white and cheeks lies beyond the nearest limit, negative inside; None when too little of
    the eyes' white is seen or the picture is black and white."""
    light = _white_and_cheeks(seen)
    if light is None:
        return None
    blue, green, red = light
    warm, cold = red - green, blue - green
    purple = (warm + cold) / 2
    beyond = max(
        LEAST_BLUE - cold, warm - MOST_RED, cold - warm - MOST_COLD, -purple - MOST_GREEN, purple - MOST_PURPLE
    )
    return CAST.judge("colour_cast", beyond, Advice.NATURAL_COLOUR)


def purple_tint(seen: Seen) -> Finding | None:
    """Red and blue over green, mean of eye white and cheeks; None as for `colour_cast`. A ruddy face has it too, so a
    person looks."""
    light = _white_and_cheeks(seen)
    if light is None:
        return None
    blue, green, red = light
    return PURPLE.judge("purple_tint", (red + blue) / 2 - green, Advice.NATURAL_COLOUR)


def _white_and_cheeks(seen: Seen) -> tuple[float, float, float] | None:
    """Natural logarithms of linear blue, green and red: the mean of the eyes' white and the cheeks."""
    whites, chip = _eye_whites(seen), seen.chip
    if len(whites) < LEAST_WHITE or chip.is_grey:
        return None
    cheeks = [chip.pixels[chip.part(c, CHEEK)].reshape(-1, 3) for c in (seen.face.cheek_right, seen.face.cheek_left)]
    parts = (whites, np.concatenate(cheeks))
    logs = [np.log((np.median(part, axis=0) / 255) ** GAMMA + 1e-3) for part in parts]
    if logs[0][2] - logs[0][1] > logs[1][2] - logs[1][1] + REDDER:
        return None
    blue, green, red = (float(value) for value in np.mean(logs, axis=0))
    return blue, green, red


def eyeballs(seen: Seen) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Of the right and the left eye, (n, 3) BGR: what lies between the lids and beside the iris; n may be 0."""
    middle, size = seen.face.eye_midpoint, EYE_SPAN * seen.face.eye_distance
    window = Window(float(middle[0]), float(middle[1]), size, seen.angle)
    view = window.look(seen.pixels, EYE_SIDE, border=cv2.BORDER_REPLICATE)
    right, left = (view[_between_lids(eye, window)] for eye in (seen.face.shape_right, seen.face.shape_left))
    return right, left


def _eye_whites(seen: Seen) -> NDArray[np.uint8]:
    """(n, 3) BGR: the lighter part of both eyeballs."""
    found = [np.empty((0, 3), np.uint8)]
    for ball in eyeballs(seen):
        if len(ball):
            grey = cv2.cvtColor(ball[None], cv2.COLOR_BGR2GRAY)[0]
            found.append(ball[grey >= np.percentile(grey, 60)])
    return np.concatenate(found)


def _between_lids(eye: EyeShape, window: Window) -> NDArray[np.bool_]:
    def place(points: Points) -> NDArray[np.int32]:
        return np.asarray(np.round(window.to_unit(points) * EYE_SIDE), np.int32)

    area = np.zeros((EYE_SIDE, EYE_SIDE), np.uint8)
    cv2.fillPoly(area, [place(np.vstack([eye.outer, eye.upper, eye.inner, eye.lower[::-1]]))], 1)
    x, y = place(eye.iris)
    cv2.circle(area, (int(x), int(y)), round(IRIS_RIM * eye.iris_radius / window.size * EYE_SIDE), 0, -1)
    return cv2.erode(area, np.ones((3, 3), np.uint8)).astype(bool)
