"""Are both eyes open and to be seen? (ISO/IEC 29794-5 eyes open, eyes visible)

Lids come from the iris model: the mesh's own lids do not tell shut eyes from open ones. Dark lenses, a lock of hair or
a hand darken the skin about an eye; a deep brow darkens only what lies above it: the lighter of the two sides counts.
"""

from __future__ import annotations

import cv2
import numpy as np

from hardware.photo import Advice
from hardware.photo.engine import EyeShape, Points
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import Seen

# Mean of both eyes: shut eyes 0.09–0.21 on 8 pictures, the narrowest smiling eyes of 42 good portraits 0.237.
OPENNESS = Bounds("ratio", least=0.225, source="measured")
# Of the less open eye, which is measured less surely than the mean: a wink, a drooping lid.
EACH = Bounds("ratio", least=0.16, source="measured")
# Good portraits of all skin tones and clear glasses stay above 0.68; 7 of 8 pictured sunglasses lie below 0.60.
VISIBLE = Bounds("ratio", least=0.62, source="measured")
# Good portraits, clear glasses and closed eyes stay below 15; coloured and mirroring lenses reach 20 to 46.
LENS = Bounds("dE", most=18, source="measured")
# Tuning half: open eyes ≥ 0.43 in any light, one eye under a patch of skin ≤ 0.07, small black lenses ≤ 0.31 (but one).
DETAIL = Bounds("log", least=0.30, source="tuned")
DETAIL_SPAN = (1.4, 0.55)  # of the eye's own width: what is looked at, across and down
DETAIL_FLOOR = 0.004  # linear light that counts as black: noise in a shadow is no detail
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


def patch(seen: Seen, eye: Points, place: tuple[float, float, float]) -> Points:
    """Median L*a*b* of a patch below or above an eye, along the face's own axis."""
    down, width, height = place
    axis = np.array([-np.sin(seen.angle), np.cos(seen.angle)])
    centre = eye + axis * down * seen.face.eye_distance
    part = seen.chip.lab[seen.chip.part(centre, width, height)]
    return np.asarray(np.median(part.reshape(-1, 3), axis=0), np.float64)


def eyes_visible(seen: Seen) -> Finding:
    """Of the more covered eye: L* of the lighter of the patches below and above it, over the cheek on its side."""
    shares = [
        max(patch(seen, eye, BELOW)[0], patch(seen, eye, ABOVE)[0]) / max(cheek[0], 5.0) for eye, cheek in _sides(seen)
    ]
    return VISIBLE.judge("eyes_visible", float(min(shares)), Advice.UNCOVER_EYES)


def lens_colour(seen: Seen) -> Finding:
    """Distance in a*, b* between the skin below an eye and the cheek on its side, the larger of both."""
    steps = [float(np.hypot(*(patch(seen, eye, BELOW) - cheek)[1:])) for eye, cheek in _sides(seen)]
    return LENS.judge("lens_colour", max(steps), Advice.UNCOVER_EYES)


def eye_detail(seen: Seen) -> Finding:
    """Spread of the logarithm of linear light over the plainer eye: iris, white, lids and lashes differ whatever the
    skin and the lamp, a patch or a black lens is one tone."""
    chip, spreads = seen.chip, []
    for eye in (seen.face.shape_right, seen.face.shape_left):
        width = float(np.hypot(*(eye.outer - eye.inner))) / seen.face.eye_distance
        part = chip.luma[chip.part((eye.outer + eye.inner) / 2, *(width * share for share in DETAIL_SPAN))]
        light = (cv2.GaussianBlur(part, (0, 0), 0.7) / 255) ** 2.2
        spreads.append(float(np.log(light + DETAIL_FLOOR).std()))
    return DETAIL.judge("eye_detail", min(spreads), Advice.UNCOVER_EYES)


def _sides(seen: Seen) -> tuple[tuple[Points, Points], tuple[Points, Points]]:
    """Each eye's place with the colour of the cheek below it."""
    return (seen.face.eye_right, seen.cheek_colours[0]), (seen.face.eye_left, seen.cheek_colours[1])
