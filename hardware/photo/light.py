"""Is there enough light, not too much, and from both sides? (ISO/IEC 29794-5 exposure and illumination measures)

Too little light is read from the backdrop first: a light backdrop is part of the counter, and the lightness of a face
says more about the person than about the lamp. A lit wall behind an unlit face is found by the face's highlights, which
every skin has (shine on forehead and nose, the eyes' white); dark skin shows them far above its own tone, skin that
only lies in the dark does not, so their height over the skin counts for the person.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.photo import Advice
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import CHEEK, Seen

BACKDROP = Bounds("L*", least=65, source="measured")
BACKDROP_BRIGHT = Bounds("L*", most=99.5, source="measured")
# OFIQ's UnderExposure reaches quality 50 near 0.97 of the face at Y ≤ 25.
DARK = Bounds("share", most=0.97, source="OFIQ quality 50")
# OFIQ's OverExposure reaches quality 50 at 0.01 of the face at Y ≥ 247.
BRIGHT = Bounds("share", most=0.01, source="OFIQ quality 50")
# In linear light. 30 good portraits: ≥ 0.45 but for two with one half in shadow; a hard side light: all below 0.3.
CHEEKS = Bounds("ratio", least=0.42, source="measured")
# Of the weaker of two steps to one side, cheeks and brow. Tuning half: good portraits ≥ 0.715 (0.5 on the cheeks or the
# brow alone: a tuft of hair, a turned nose), half a face at a fifth of the light: all but two of 56 below 0.68.
SIDES = Bounds("ratio", least=0.65, source="tuned")
BROW_UP, BROW_ASIDE, BROW = 0.55, 0.3, 0.3  # place towards the forehead's point, aside and side of its squares in IED
GAMMA = 2.2
# Natural logarithms of linear light. Tuning half: good portraits ≥ −0.97, before a white wall, a third of a stop darker
# or softly lit from one side ≥ −1.13 (very dark skin); faces at a quarter of the light before the same wall ≤ −1.32.
FACE = Bounds("log", least=-1.22, source="tuned")
INNER = 0.85  # of the hull: nothing of the backdrop beside the cheeks
HIGHLIGHT, SKIN = 99, 75  # percentiles of the inner face's light
OVER_SKIN = 0.3  # weight of the highlights' height over the skin
OVER_WALL = 0.5  # weight of the backdrop's light: half-way between the face alone and the face against the wall


def backdrop_light(backdrop: NDArray[np.float32]) -> Finding:
    """Median L* of the backdrop's pixels, (n, 3) L*a*b*."""
    return BACKDROP.judge("light", float(np.median(backdrop[:, 0])), Advice.MORE_LIGHT)


def backdrop_glare(backdrop: NDArray[np.float32]) -> Finding:
    """Median L* of the backdrop at the upper end: everything is washed out."""
    return BACKDROP_BRIGHT.judge("glare", float(np.median(backdrop[:, 0])), Advice.LESS_LIGHT)


def face_dark(seen: Seen) -> Finding:
    """Share of the face with Y ≤ 25."""
    luma = seen.chip.luma[seen.chip.mask(seen.face.hull)]
    return DARK.judge("face_dark", float(np.mean(luma <= 25)), Advice.MORE_LIGHT)


def face_bright(seen: Seen) -> Finding:
    """Share of the face with Y ≥ 247."""
    luma = seen.chip.luma[seen.chip.mask(seen.face.hull)]
    return BRIGHT.judge("face_bright", float(np.mean(luma >= 247)), Advice.LESS_LIGHT)


def cheeks(seen: Seen) -> Finding:
    """Light on the darker cheek over that on the lighter one."""
    chip, face = seen.chip, seen.face
    parts = [chip.luma[chip.part(cheek, CHEEK)] / 255 for cheek in (face.cheek_right, face.cheek_left)]
    sides = [float((part**GAMMA).mean()) for part in parts]
    return CHEEKS.judge("even_light", min(sides) / max(*sides, 1e-6), Advice.EVEN_LIGHT)


def brow_and_cheeks(seen: Seen) -> Finding:
    """Light on the darker side over that on the lighter one where cheeks and brow agree, the nearer to even of both; 1
    where they do not: hair and noses throw no shadow on half a face."""
    chip, face = seen.chip, seen.face
    light = (chip.luma / 255) ** GAMMA
    above = face.eye_midpoint + BROW_UP * (face.forehead - face.eye_midpoint)
    aside = BROW_ASIDE * (face.eye_left - face.eye_right)
    brows = [float(np.median(light[chip.part(above + side * aside, BROW)])) + 1e-4 for side in (-1, 1)]
    cheeks = [float(light[chip.part(cheek, CHEEK)].mean()) + 1e-4 for cheek in (face.cheek_right, face.cheek_left)]
    steps = [float(np.log(right / left)) for right, left in (brows, cheeks)]
    weaker = min(map(abs, steps)) if steps[0] * steps[1] > 0 else 0.0
    return SIDES.judge("even_brow", float(np.exp(-weaker)), Advice.EVEN_LIGHT)


def face_light(seen: Seen, backdrop: NDArray[np.float32]) -> Finding:
    """Light of the face's highlights, natural logarithm: against the square root of the backdrop's light, raised by
    0.3 of their height over the skin. `backdrop`: its pixels, (n, 3) L*a*b*."""
    chip, hull = seen.chip, seen.face.hull
    middle = hull.mean(axis=0)
    inner = chip.mask(middle + (hull - middle) * INNER)
    if not inner.any():
        return FACE.judge("face_light", 0.0, Advice.MORE_LIGHT)
    light = (cv2.GaussianBlur(chip.luma, (0, 0), 0.8)[inner] / 255) ** GAMMA
    high, skin = (float(np.log(np.percentile(light, share) + 1e-5)) for share in (HIGHLIGHT, SKIN))
    wall = np.log(((float(np.median(backdrop[:, 0])) + 16) / 116) ** 3)
    return FACE.judge("face_light", float(high + OVER_SKIN * (high - skin) - OVER_WALL * wall), Advice.MORE_LIGHT)
