"""Where the ID photo lies in the picture: 45:35, the head 34 ± 2 mm high, 4 ± 2 mm free above it.

The published figures are guide values (the drawing for the Individual Number Card quotes the passport rule): 34/4 mm is
the target, the tolerances are used only when the picture ends too early. The head reaches from the chin to the top of
the hair; for big hair the rule counts as much above the eye line as below it. Nothing is enlarged or retouched; a head
that leans is levelled by turning the frame.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np

from hardware.photo import Crop
from hardware.photo.engine import Face, Matte, Points

PHOTO_MM = (35.0, 45.0)
HEAD_MM = (34.0, 33.5, 34.5, 33.0, 35.0, 32.5, 35.5, 32.0, 36.0)
MARGIN_MM = (4.0, 3.5, 4.5, 3.0, 5.0, 2.5, 5.5, 2.0, 6.0)
ASIDE_MM = (0.0, -1.0, 1.0, -2.0, 2.0)
CROWN_LIMITS = (0.9, 1.2)  # crown above the eye line in T; measured with hair: median 1.07, 95 % within 0.88..1.33
CROWN_USUAL = 1.07
HAIR_CUT_COST = 50.0  # big hair is cut off only when no other choice lies inside the picture
LEAST_WIDTH = 480  # the published least width of the file; nothing is enlarged to reach it
LEVEL_BELOW = 1.0  # degrees: a smaller roll is left alone, so that no pixel is resampled


@dataclass(frozen=True)
class Placement:
    """A crop and how far it sticks out of the picture, as a share of its height."""

    crop: Crop
    outside: float


def crown(face: Face, matte: Matte | None) -> float:
    """Top of the head above the eye line in T, from the matte over the middle of the face; the usual one without."""
    top = None if matte is None else matte_top(face, matte)
    if top is None:
        return CROWN_USUAL
    return float(np.clip((face.eye_midpoint[1] - top) / face.drop, *CROWN_LIMITS))


def matte_top(face: Face, matte: Matte) -> float | None:
    """The picture row where the person begins above the face; None when the matte shows nobody there."""
    side = matte.person.shape[0]
    scale = side / matte.size
    middle = (face.eye_midpoint[0] - matte.x) * scale
    reach = 0.55 * face.drop * scale
    columns = slice(max(0, round(middle - reach)), max(1, round(middle + reach)))
    shown = (matte.person[:, columns] > 0.5) & matte.inside[:, columns]
    rows = np.flatnonzero(shown.sum(axis=1) >= max(2, 0.1 * shown.shape[1]))
    return None if len(rows) == 0 else float(matte.y + rows[0] / scale)


def place(face: Face, matte: Matte | None, width: int, height: int) -> Placement:
    """The crop nearest to the guide values that lies inside a picture of this size, or the one least outside."""
    roll = math.degrees(math.atan2(*(face.eye_left - face.eye_right)[::-1]))
    roll = round(roll, 2) if abs(roll) >= LEVEL_BELOW else 0.0
    usual = crown(face, matte)
    target = _frames(face, np.array([[usual, HEAD_MM[0], MARGIN_MM[0], ASIDE_MM[0]]]), roll)
    if _outside(_corners(target, roll), width, height)[0] == 0:
        return Placement(_whole_pixels(target[0], roll, width, height), 0.0)
    choices = np.array(list(product((usual, min(usual, 1.0)), HEAD_MM, MARGIN_MM, ASIDE_MM)))
    frames = _frames(face, choices, roll)
    outside = _outside(_corners(frames, roll), width, height) / frames[:, 3]
    away = np.abs(choices[:, 1:] - (HEAD_MM[0], MARGIN_MM[0], ASIDE_MM[0])).sum(axis=1)
    away += HAIR_CUT_COST * (usual - choices[:, 0])
    # Shrinking the frame must not turn a person who sits askew into a picture with too few pixels.
    starved = (frames[:, 2] < LEAST_WIDTH) & (frames[0, 2] >= LEAST_WIDTH)
    best = np.lexsort((away, np.round(outside, 4), starved))[0]
    return Placement(_whole_pixels(frames[best], roll, width, height), float(outside[best]))


def _frames(face: Face, choices: Points, roll: float) -> Points:
    """(n, 4): left, top, width, height of the frame before it is turned about its centre, one a choice of crown (in T),
    head, margin and shift aside (in mm)."""
    above, head, margin, aside = choices.T
    height = (1 + above) * face.drop * PHOTO_MM[1] / head
    width = height * PHOTO_MM[0] / PHOTO_MM[1]
    down = height / 2 - height * margin / PHOTO_MM[1] - above * face.drop  # from the eye line to the frame's centre
    across = width * aside / PHOTO_MM[0]
    cos, sin = math.cos(math.radians(roll)), math.sin(math.radians(roll))
    x = face.eye_midpoint[0] + across * cos - down * sin
    y = face.eye_midpoint[1] + across * sin + down * cos
    return np.stack([x - width / 2, y - height / 2, width, height], axis=1)


def corners(crop: Crop) -> Points:
    """(4, 2): the turned frame's corners, clockwise from the top left of the photo."""
    frame = np.array([[crop.x, crop.y, crop.width, crop.height]], np.float64)
    return np.asarray(_corners(frame, crop.roll)[0])


def _corners(frames: Points, roll: float) -> Points:
    """(n, 4, 2) for n frames."""
    left, top, width, height = frames.T
    cos, sin = math.cos(math.radians(roll)), math.sin(math.radians(roll))
    half = np.stack([width, height], axis=1)[:, None] * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
    middle = np.stack([left + width / 2, top + height / 2], axis=1)
    return np.asarray(half @ np.array([[cos, sin], [-sin, cos]]) + middle[:, None])


def _outside(frames: Points, width: int, height: int) -> Points:
    """(n,): how many pixels each frame (n, 4, 2) reaches beyond the picture at its worst corner."""
    beyond = np.concatenate([-frames, frames - np.array([width, height])], axis=1)
    return np.asarray(np.clip(beyond.max(axis=(1, 2)), 0, None))


def _whole_pixels(frame: Points, roll: float, width: int, height: int) -> Crop:
    """Whole pixels; a frame that reaches out by a rounding error is shifted in."""
    across, down = round(float(frame[2])), round(float(frame[2]) * PHOTO_MM[1] / PHOTO_MM[0])
    left = frame[0] + (frame[2] - across) / 2
    top = frame[1] + (frame[3] - down) / 2
    box = _corners(np.array([[left, top, across, down]]), roll)[0]
    low, high = box.min(axis=0), box.max(axis=0)
    shift_x = max(0.0, -low[0]) - max(0.0, high[0] - width)
    shift_y = max(0.0, -low[1]) - max(0.0, high[1] - height)
    return Crop(round(float(left + shift_x)), round(float(top + shift_y)), across, down, roll)


def centred(width: int, height: int) -> Crop:
    """The largest 45:35 frame in the middle of a picture: the guide when nobody but a person judges."""
    across = min(width, int(height * PHOTO_MM[0] / PHOTO_MM[1]))
    down = min(height, round(across * PHOTO_MM[1] / PHOTO_MM[0]))
    return Crop((width - across) // 2, (height - down) // 2, across, down)
