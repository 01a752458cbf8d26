"""Is the mouth closed and to be seen? (ISO/IEC 29794-5 mouth closed, mouth occlusion)"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.photo import Advice
from hardware.photo.engine import Face, Points
from hardware.photo.eyes import BELOW, patch
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
# Redder than the skin about them, a* (tuning half: ≥ 0.7; a cloth of any colour ≤ 0.6, a pink one ≤ 2.4), and darker
# where they meet, L* (tuning half: 4 to 44, four of 20 below 9; cloths ≤ 8.4, a pink one ≤ 12).
LIP_REDNESS, FAINT_LINE = 0.6, 10.0
LIP_TINT, NO_LINE = 2.0, 9.0
LEAST_ROW = 12  # pixels of the lips in a row that counts


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


def mouth_cover(seen: Seen) -> Finding | None:
    """Colour step from the forehead or the skin under the eyes to the ring about the lips, when no mouth is seen there,
    else 0: the larger of the step in a*, b* and 0.4 of that in L*. None for a black-and-white picture: grey tells no
    cloth from a beard."""
    chip, face = seen.chip, seen.face
    middle = face.lips_outer.mean(axis=0)
    lips = chip.mask(face.lips_outer)
    ring = chip.mask(middle + (face.lips_outer - middle) * 1.5) & ~chip.mask(middle + (face.lips_outer - middle) * 1.1)
    brow = chip.lab[chip.part(face.eye_midpoint + 0.6 * (face.forehead - face.eye_midpoint), 0.5)].reshape(-1, 3)
    if chip.is_grey:
        return None
    if not (lips.any() and ring.any() and len(brow)):
        return COVER.judge("mouth_visible", 0.0, Advice.UNCOVER_FACE)
    redness = float(np.mean(chip.lab[lips, 1]) - np.mean(chip.lab[ring, 1]))
    about, line = np.median(chip.lab[ring], axis=0), mouth_line(seen, lips, ring)
    under = np.mean([patch(seen, eye, BELOW) for eye in (face.eye_right, face.eye_left)], axis=0)
    from_brow, from_eyes = _step(about - np.median(brow, axis=0)), _step(about - under)
    pale = from_brow if redness < LIP_REDNESS and line < FAINT_LINE else 0.0
    bare = max(from_brow, from_eyes) if redness < LIP_TINT and line < NO_LINE else 0.0
    return COVER.judge("mouth_visible", max(pale, bare), Advice.UNCOVER_FACE)


def _step(difference: Points) -> float:
    light, *tint = difference
    return max(float(np.hypot(*tint)), LIGHT_WEIGHT * abs(float(light)))


def mouth_line(seen: Seen, lips: NDArray[np.bool_], ring: NDArray[np.bool_]) -> float:
    """How much darker in L* the darkest row across the lips is than the skin about them: where lips meet is a line."""
    light = seen.chip.lab[:, :, 0]
    rows = [float(np.median(light[row, inside])) for row, inside in enumerate(lips) if inside.sum() > LEAST_ROW]
    return float(np.median(light[ring])) - min(rows) if rows else 0.0
