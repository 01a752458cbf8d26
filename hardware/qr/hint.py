"""Why a located code is not read: too small, glare on it, or blurred – what the person holding the paper can change."""

from __future__ import annotations

import cv2
import numpy as np

from hardware.qr import QrHint
from hardware.qr.zxing import Grey, Sighting

SMALLEST_SIDE = 80
"""Pixels: mild conditions are read from here on (measured, 41 modules)."""
SMALLEST_MODULE = 2.0
WHITE, WASHED_SHARE = 245, 0.06
UPRIGHT = 96


def hint_for(grey: Grey, code: Sighting) -> QrHint:
    """The first thing to change about a code that was located but not read."""
    side = code.side
    if side < SMALLEST_SIDE or (code.modules and side / code.modules < SMALLEST_MODULE):
        return QrHint.COME_CLOSER
    if _washed_out(grey, code):
        return QrHint.TILT_FROM_LIGHT
    return QrHint.HOLD_STILL


def _washed_out(grey: Grey, code: Sighting) -> bool:
    """True when too many places inside the code have no dark module left: light reflected into the lens."""
    target = np.array([[0, 0], [UPRIGHT, 0], [UPRIGHT, UPRIGHT], [0, UPRIGHT]], dtype=np.float32)
    turn = cv2.getPerspectiveTransform(code.corners.astype(np.float32), target)
    upright = cv2.warpPerspective(grey, turn, (UPRIGHT, UPRIGHT), flags=cv2.INTER_AREA)
    cell = UPRIGHT // 8  # five modules and more: a run of that many light modules is rare (ISO/IEC 18004 masking)
    cells = upright.reshape(8, cell, 8, cell)
    return bool((cells.min(axis=(1, 3)) > WHITE - 25).mean() > WASHED_SHARE and upright.max() >= WHITE)
