"""Is the backdrop plain? (ISO/IEC 29794-5 background uniformity; published: no background, no shadow, no pattern)"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.photo import Advice
from hardware.photo.engine import Matte
from hardware.photo.finding import Bounds, Finding
from hardware.photo.light import backdrop_mask

SPREAD = Bounds("dE", most=6)
# OFIQ BackgroundUniformity maps a mean gradient of 113 to quality 50.
GRADIENT = Bounds("gradient", most=113)
RIM = 4  # pixels of the matte's square that are left out about the person: hair and half pixels


def backdrop(matte: Matte) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Where the backdrop is, away from the person's rim, and the whole square in L*a*b*."""
    kernel = np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8)
    free = cv2.erode(backdrop_mask(matte).astype(np.uint8), kernel, borderValue=1).astype(bool)
    return free, np.asarray(cv2.cvtColor(matte.pixels.astype(np.float32) / 255, cv2.COLOR_BGR2Lab))


def spread(colours: NDArray[np.float32]) -> Finding:
    """90th percentile of the distance of the backdrop's pixels, (n, 3) L*a*b*, to their median."""
    away = np.linalg.norm(colours - np.median(colours, axis=0), axis=1)
    return SPREAD.judge("background", float(np.percentile(away, 90)), Advice.PLAIN_BACKGROUND)


def gradient(square: NDArray[np.float32], free: NDArray[np.bool_]) -> Finding:
    """Mean length of the Scharr gradient of luminance over the backdrop."""
    luminance = np.where(square[:, :, 0] > 8, ((square[:, :, 0] + 16) / 116) ** 3, square[:, :, 0] / 903.3) * 255
    dx, dy = (cv2.Scharr(luminance.astype(np.float32), cv2.CV_32F, *axis) for axis in ((1, 0), (0, 1)))
    return GRADIENT.judge("background_edges", float(np.hypot(dx, dy)[free].mean()), Advice.PLAIN_BACKGROUND)
