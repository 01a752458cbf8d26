"""Is there enough light, not too much, and from both sides? (ISO/IEC 29794-5 exposure and illumination measures)

Too little light is read from the backdrop, not from the face: a light backdrop is part of the counter, and the
lightness of a face says more about the person than about the lamp.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hardware.photo import Advice
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import CHEEK, Seen

BACKDROP = Bounds("L*", least=65)
BACKDROP_BRIGHT = Bounds("L*", most=99.5)
# OFIQ's UnderExposure reaches quality 50 near 0.97 of the face at Y ≤ 25.
DARK = Bounds("share", most=0.97)
# OFIQ's OverExposure reaches quality 50 at 0.01 of the face at Y ≥ 247.
BRIGHT = Bounds("share", most=0.01)
# In linear light. 30 good portraits: ≥ 0.45 but for two with one half in shadow; a hard side light: all below 0.3.
CHEEKS = Bounds("ratio", least=0.42)
GAMMA = 2.2


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
