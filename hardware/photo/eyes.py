"""Are both eyes open and to be seen? (ISO/IEC 29794-5 eyes open, eyes visible)

Lids come from the iris model: the mesh's own lids do not tell shut eyes from open ones. Dark lenses, a lock of hair or
a hand darken the skin about an eye; a deep brow darkens only what lies above it: the lighter of the two sides counts.
"""

from __future__ import annotations

import numpy as np

from hardware.photo import Advice
from hardware.photo.engine import EyeShape, Points
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import CHIP_IED, Chip, Seen

# Mean of both eyes: shut eyes 0.09–0.21 on 8 pictures, the narrowest smiling eyes of 42 good portraits 0.237.
OPENNESS = Bounds("ratio", least=0.225)
# Of the less open eye, which is measured less surely than the mean: a wink, a drooping lid.
EACH = Bounds("ratio", least=0.16)
# Good portraits of all skin tones and clear glasses stay above 0.68; 7 of 8 pictured sunglasses lie below 0.60.
VISIBLE = Bounds("ratio", least=0.62)
# Patches in IED: height of the middle over the eye line (down positive), width, height.
BELOW, ABOVE = (0.24, 0.36, 0.16), (-0.20, 0.36, 0.14)


def lid_ratio(eye: EyeShape) -> float:
    """Widest lid gap over the width between the corners, of one eye."""
    gap = float(np.hypot(*(eye.lower - eye.upper).T).max())
    return gap / max(float(np.hypot(*(eye.outer - eye.inner))), 1e-6)


def eyes_open(seen: Seen) -> Finding:
    """The mean lid ratio of both eyes."""
    value = (lid_ratio(seen.face.shape_right) + lid_ratio(seen.face.shape_left)) / 2
    return OPENNESS.judge("eyes_open", value, Advice.OPEN_EYES)


def each_eye_open(seen: Seen) -> Finding:
    """The lid ratio of the less open eye."""
    value = min(lid_ratio(seen.face.shape_right), lid_ratio(seen.face.shape_left))
    return EACH.judge("each_eye_open", value, Advice.OPEN_EYES)


def skin_by_eye(chip: Chip, eye: Points, cheek: Points) -> float:
    """L* of the lighter of the patches below and above an eye, over that of the cheek on its side."""
    x, y = chip.place(eye)
    lightness = []
    for down, width, height in (BELOW, ABOVE):
        top, left = round(y + (down - height / 2) * CHIP_IED), round(x - width / 2 * CHIP_IED)
        patch = chip.lab[max(0, top) : top + round(height * CHIP_IED), max(0, left) : left + round(width * CHIP_IED), 0]
        lightness.append(float(np.median(patch)))
    return max(lightness) / max(float(np.median(chip.lab[chip.square(cheek, 0.3), 0])), 5.0)


def eyes_visible(seen: Seen) -> Finding:
    """The skin about the more covered eye, over the cheek on its side."""
    chip, face = seen.chip, seen.face
    value = min(skin_by_eye(chip, face.eye_right, face.cheek_right), skin_by_eye(chip, face.eye_left, face.cheek_left))
    return VISIBLE.judge("eyes_visible", value, Advice.UNCOVER_EYES)
