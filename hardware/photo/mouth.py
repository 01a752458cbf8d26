"""Is the mouth closed and to be seen? (ISO/IEC 29794-5 mouth closed, mouth occlusion)"""

from __future__ import annotations

import cv2
import numpy as np

from hardware.photo import Advice
from hardware.photo.engine import Face, Points
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import CHEEK, CHIP_IED, Seen

# Measured: together they find 33 of 34 smiles with teeth and 15 of 16 open mouths.
GAP = Bounds("T", most=0.05, source="ISO/IEC 29794-5 mouth closed")
AREA = Bounds("ratio", most=0.28, source="measured")
# Masks and scarves differ from the forehead's colour by more than skin does, with no lips on them.
# Tuning half: closed mouths ≤ 0.19 (a dark moustache), opened ones 0.17 (very dark skin) to 0.34, all but one ≥ 0.23.
DARK = Bounds("IED", most=0.22, source="tuned")
DARK_SHARE = 0.25  # of the skin's light: darker than this is the inside of a mouth
COVER = Bounds("dE", most=10, source="measured")
LIGHT_WEIGHT = 0.4  # of a step in L*: shadow and beard make some, a white or black cloth on skin makes more than 25
LIP_REDNESS = 0.6


def area(outline: Points) -> float:
    return abs(float(cv2.contourArea(outline.astype(np.float32))))


def mouth_gap(face: Face) -> Finding:
    """The widest gap between the inner lip rims in T (OFIQ MouthClosed uses the same quotient)."""
    gap = float(np.hypot(*(face.lip_lower - face.lip_upper).T).max()) / max(face.drop, 1e-6)
    return GAP.judge("mouth_closed", gap, Advice.CLOSE_MOUTH)


def mouth_area(face: Face) -> Finding:
    """Area within the inner lip rim over the area within the outer one: shown teeth stretch the lips thin."""
    value = area(face.lips_inner) / max(area(face.lips_outer), 1e-6)
    return AREA.judge("teeth_hidden", value, Advice.CLOSE_MOUTH)


def mouth_dark(seen: Seen) -> Finding:
    """Height of the darkest part between the lips in eye distances: an opening whose rims the mesh has not followed."""
    chip, face = seen.chip, seen.face
    middle = face.lips_outer.mean(axis=0)
    lips, inner, outer = (chip.mask(middle + (face.lips_outer - middle) * size) for size in (1.05, 1.2, 1.6))
    ring = outer & ~inner
    if not (lips.any() and ring.any()):
        return DARK.judge("mouth_dark", 0.0, Advice.CLOSE_MOUTH)
    light = (chip.luma / 255) ** 2.2
    cheeks = np.concatenate([light[chip.part(c, CHEEK)].ravel() for c in (face.cheek_right, face.cheek_left)])
    skin = min(float(np.median(light[ring])), float(np.median(cheeks)))
    dark = (cv2.GaussianBlur(light, (0, 0), 0.8) < DARK_SHARE * skin) & lips
    solid = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return DARK.judge("mouth_dark", float(solid.sum(axis=0).max()) / CHIP_IED, Advice.CLOSE_MOUTH)


def mouth_cover(seen: Seen) -> Finding:
    """Colour step from the forehead to the ring about the lips when the lips are no redder than that ring, else 0:
    the larger of the step in a*, b* and 0.4 of that in L*."""
    chip, face = seen.chip, seen.face
    lips = chip.mask(face.lips_outer)
    middle = face.lips_outer.mean(axis=0)
    ring = chip.mask(middle + (face.lips_outer - middle) * 1.5) & ~chip.mask(middle + (face.lips_outer - middle) * 1.1)
    brow = chip.lab[chip.part(face.eye_midpoint + 0.6 * (face.forehead - face.eye_midpoint), 0.5)].reshape(-1, 3)
    if not (lips.any() and ring.any() and len(brow)):
        return COVER.judge("mouth_visible", 0.0, Advice.UNCOVER_FACE)
    redness = float(np.mean(chip.lab[lips, 1]) - np.mean(chip.lab[ring, 1]))
    light, *tint = np.median(chip.lab[ring], axis=0) - np.median(brow, axis=0)
    step = max(float(np.hypot(*tint)), LIGHT_WEIGHT * abs(float(light)))
    return COVER.judge("mouth_visible", step if redness < LIP_REDNESS else 0.0, Advice.UNCOVER_FACE)
