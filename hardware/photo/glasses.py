"""Does a lamp mirror itself in the glasses? (published reason for return: 照明が反射)

Looked for is a white patch about an eye, lighter than the skin around and larger than the glint that every eye has.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.photo import Advice
from hardware.photo.engine import EyeShape, Points
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import CHIP_IED, Seen

# Tuning half: ≤ 0.002 without a lamp in the glasses (eyes' own glints), ≥ 0.024 with one of 0.16 IED half width.
GLARE = Bounds("IED2", most=0.006, source="tuned")
WHITE = 232.0  # luma of a mirrored lamp
OVER_SKIN = 1.12  # times the cheek's luma
STEP = 30.0  # grey levels from the patch to what lies two to four pixels about it
LENS = (0.40, 0.30)  # half axes of the area behind a lens, in IED
LENS_DOWN = 0.06  # its middle below the eye's


def glare(seen: Seen) -> Finding:
    """The largest white patch within the lens areas, in squared eye distances."""
    luma, scale = seen.chip.luma, CHIP_IED
    floor = max(WHITE, OVER_SKIN * _skin(seen))
    white = ((luma > floor) & _lenses(seen)).astype(np.uint8)
    count, parts = cv2.connectedComponents(white, connectivity=8)
    patches = [parts == part for part in range(1, count)]
    sizes = [float(patch.sum()) for patch in patches if _stands_out(luma, patch)]
    return GLARE.judge("glasses_glare", max(sizes, default=0.0) / scale**2, Advice.AVOID_GLARE)


def _stands_out(luma: NDArray[np.float32], patch: NDArray[np.bool_]) -> bool:
    """A mirrored lamp ends at once; fair skin in strong light shades off."""
    mask = patch.astype(np.uint8)
    ring = cv2.dilate(mask, np.ones((9, 9), np.uint8)) - cv2.dilate(mask, np.ones((5, 5), np.uint8))
    if not ring.any():
        return False
    return float(np.median(luma[patch]) - np.median(luma[ring > 0])) > STEP


def _skin(seen: Seen) -> float:
    cheeks = [np.median(seen.chip.luma[seen.chip.part(c, 0.3)]) for c in (seen.face.cheek_right, seen.face.cheek_left)]
    return float(min(cheeks))


def _lenses(seen: Seen) -> NDArray[np.bool_]:
    area = np.zeros(seen.chip.pixels.shape[:2], np.uint8)
    for eye in (seen.face.shape_right, seen.face.shape_left):
        x, y = _middle(seen, eye)
        axes = (round(LENS[0] * CHIP_IED), round(LENS[1] * CHIP_IED))
        cv2.ellipse(area, (round(x), round(y + LENS_DOWN * CHIP_IED)), axes, 0, 0, 360, 1, -1)
    return area.astype(bool)


def _middle(seen: Seen, eye: EyeShape) -> Points:
    return seen.chip.place((eye.outer + eye.inner) / 2)
