"""Is something worn on the head? A warning for the person who confirms the picture, never a refusal.

A hat hides the forehead, and so does a fringe. What hides it is called hair when its colour could be hair's: neutral or
warm, yellow rather than red. Brown and straw hats pass for hair, blue and pink hair for a hat: the picture is shown
large and a person decides. Hats and wigs worn by faith or illness are special reasons.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.photo import Advice
from hardware.photo.engine import Matte
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import Seen

# Tuning half: people without a hat ≥ 0.84 but for two fringes (0.34, 0.56); 5 of 8 hats ≤ 0.11.
HEADWEAR = Bounds("share", least=0.4, warning=True, source="tuned")
FOREHEAD = (0.32, 0.55, 0.30)  # from, to above the eye line and half the width, in T
ABOVE = (0.62, 1.00, 0.45)
SKIN_STEP = 14.0  # dE from the cheeks with half the weight on light
LIGHT_WEIGHT = 0.5
LEAST_RED = -4.0  # a* of hair: green is cloth
LEAST = 40  # pixels of the matte's square


def headwear(seen: Seen, matte: Matte) -> Finding | None:
    """Share of the forehead that is skin; 1 when what lies above could be hair. None with too little in the matte."""
    lab = np.asarray(cv2.cvtColor(matte.pixels.astype(np.float32) / 255, cv2.COLOR_BGR2Lab))
    forehead, above = (_area(seen, matte, place) for place in (FOREHEAD, ABOVE))
    if int(forehead.sum()) < LEAST or int(above.sum()) < LEAST:
        return None
    cheek = np.mean(seen.cheek_colours, axis=0)
    away = np.linalg.norm((lab[forehead] - cheek) * (LIGHT_WEIGHT, 1, 1), axis=1)
    share = float(np.mean(away < SKIN_STEP))
    _, red, yellow = (float(value) for value in np.median(lab[above], axis=0))
    could_be_hair = red >= LEAST_RED and yellow >= max(0.0, 0.4 * red)
    return HEADWEAR.judge("headwear", 1.0 if could_be_hair else share, Advice.UNCOVER_HEAD)


def _area(seen: Seen, matte: Matte, place: tuple[float, float, float]) -> NDArray[np.bool_]:
    """Pixels of the person in a band above the eye line, in the matte's square."""
    low, high, half = place
    rows, columns = np.indices(matte.person.shape)
    scale = matte.person.shape[0] / matte.size
    x, y = (seen.face.eye_midpoint - np.array([matte.x, matte.y])) * scale
    drop = seen.face.drop * scale
    up, aside = (y - rows) / drop, np.abs(columns - x) / drop
    return np.asarray((up > low) & (up < high) & (aside < half) & (matte.person > 0.5) & matte.inside)
