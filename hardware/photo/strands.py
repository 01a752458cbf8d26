"""Does hair hang over the eyes, does a frame lie across them? (published: 髪や眼鏡のフレームが目にかかる)

Lids, lashes and brows run across the face, strands of hair down it: slopes to the side against slopes downwards tell
them, whatever the colours and the light. A frame or a bar across the pupils leaves nothing light between the lids.
"""

from __future__ import annotations

import cv2
import numpy as np

from hardware.photo import Advice
from hardware.photo.colour import eyeballs
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import BAND_IED, CHEEK, Seen

# Of the eye with more: tuning half ≤ 0.84, half B ≤ 0.80; strands over one eye or both: all but 2 of 108 ≥ 0.98.
STRANDS = Bounds("ratio", most=0.92, source="tuned")
# Of the darker eye: tuning half ≥ 0.12, half B ≥ 0.21; a bar across both pupils ≤ 0.03 and 0.05.
WHITES = Bounds("ratio", least=0.07, source="tuned")
ZONE = (0.60, 0.23, 0.18)  # width, above and below the eye line, in IED
LIGHTEST = 90  # percentile of an eyeball's light
LEAST_BALL = 10  # pixels between the lids: with less an eye is shut, and its own check speaks


def strands(seen: Seen, steady: Finding | None) -> Finding | None:
    """Slopes to the side over slopes downwards about the eye with more of them; not measured where `steady` was not or
    is not ok: a shaken picture has slopes in one direction only."""
    if steady is None or not steady.check.ok:
        return None
    band = cv2.GaussianBlur(seen.eye_band, (0, 0), 1.0)
    aside, down = (np.abs(cv2.Sobel(band, -1, *axis)) for axis in ((1, 0), (0, 1)))
    height, width = band.shape
    rows = slice(height // 2 - round(ZONE[1] * BAND_IED), height // 2 + round(ZONE[2] * BAND_IED))
    half, ratios = round(ZONE[0] * BAND_IED / 2), []
    for middle in (width // 2 - BAND_IED // 2, width // 2 + BAND_IED // 2):
        columns = slice(middle - half, middle + half)
        ratios.append(float(aside[rows, columns].mean() / (down[rows, columns].mean() + 1)))
    return STRANDS.judge("eye_strands", max(ratios), Advice.UNCOVER_EYES)


def whites(seen: Seen) -> Finding | None:
    """The lightest tenth between the lids beside the iris over the cheek on its side, in linear light, of the darker
    eye; not measured on shut eyes."""
    chip, shares = seen.chip, []
    cheeks = (seen.face.cheek_right, seen.face.cheek_left)
    for ball, cheek in zip(eyeballs(seen), cheeks, strict=True):
        if len(ball) < LEAST_BALL:
            return None
        light = (cv2.cvtColor(ball[None], cv2.COLOR_BGR2GRAY)[0] / 255) ** 2.2
        skin = float(np.median((chip.luma[chip.part(cheek, CHEEK)] / 255) ** 2.2))
        shares.append(float(np.percentile(light, LIGHTEST)) / max(skin, 1e-3))
    return WHITES.judge("eye_whites", min(shares), Advice.UNCOVER_EYES)
