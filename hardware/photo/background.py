"""Is the backdrop plain? (ISO/IEC 29794-5 background uniformity; published: no background, no shadow, no pattern)

Looked at is the photo's own frame and a little around it: a cabinet that the photo will not show is nobody's fault.
A backdrop may be any plain colour and may be lighter on one side; what may not be is something on it. A hard shadow
of the head is a case of its own: the person matte takes it for a part of the person, so it is looked for as the
backdrop's own colour, darker, on one side of the head.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.photo import Advice
from hardware.photo.crop import Placement
from hardware.photo.engine import Face, Matte, Points
from hardware.photo.finding import Bounds, Finding

SPREAD = Bounds("dE", most=6, source="measured")
# 30 clean portraits: ≤ 0.02 but for two with remains of another background; boxes, posts, chairs: ≥ 0.048.
OBJECTS = Bounds("share", most=0.03, source="measured")
# OFIQ BackgroundUniformity maps a mean gradient of 113 to quality 50.
GRADIENT = Bounds("gradient", most=113, source="OFIQ quality 50")
# 30 clean portraits: ≤ 0.074 (grey curls); hard shadows of a head: median 0.17, soft ones ≥ 0.38.
SHADOW = Bounds("T2", most=0.078, source="measured")
RIM = 2  # pixels of the matte's square left out about the person: half pixels
WIDER = 0.1  # of the photo's width and height that are looked at beyond it
OBJECT_STEP = 4.0  # dE from the backdrop's smooth slope that counts as something
SHADE = (-0.75, -0.10)  # natural logarithm of the darkening by a shadow, in code values
SHADE_TINT = 0.08  # largest difference of that logarithm between the three channels: a shadow keeps the hue
SHADE_FLAT = 0.03  # largest relative step from pixel to pixel: hair has texture, a shadow has none


@dataclass(frozen=True)
class Backdrop:
    """`free` (side, side): backdrop near the photo's frame; `lab` the matte's square in L*a*b*."""

    free: NDArray[np.bool_]
    lab: NDArray[np.float32]

    @property
    def colours(self) -> NDArray[np.float32]:
        """(n, 3) L*a*b* of the free pixels."""
        return np.asarray(self.lab[self.free])


def backdrop(matte: Matte, placement: Placement) -> Backdrop:
    """What of the backdrop is looked at."""
    crop, scale, side = placement.crop, matte.person.shape[0] / matte.size, matte.person.shape[0]
    frame = np.zeros((side, side), bool)
    left, top = (crop.x - WIDER * crop.width - matte.x) * scale, (crop.y - WIDER * crop.height - matte.y) * scale
    right, bottom = left + (1 + 2 * WIDER) * crop.width * scale, top + (1 + 2 * WIDER) * crop.height * scale
    frame[max(0, round(top)) : max(0, round(bottom)), max(0, round(left)) : max(0, round(right))] = True
    soft = cv2.GaussianBlur(matte.pixels.astype(np.float32) / 255, (0, 0), 1.0)
    return Backdrop(_away_from_person(matte, RIM) & frame, np.asarray(cv2.cvtColor(soft, cv2.COLOR_BGR2Lab)))


def _away_from_person(matte: Matte, rim: int) -> NDArray[np.bool_]:
    outside = ((matte.person < 0.5) & matte.inside).astype(np.uint8)
    kernel = np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)
    return np.asarray(cv2.erode(outside, kernel, borderValue=1).astype(bool))


def spread(colours: NDArray[np.float32]) -> Finding:
    """90th percentile of the distance of the backdrop's pixels, (n, 3) L*a*b*, to their median."""
    away = np.linalg.norm(colours - np.median(colours, axis=0), axis=1)
    return SPREAD.judge("background", float(np.percentile(away, 90)), Advice.PLAIN_BACKGROUND)


def off_slope(colours: NDArray[np.float32], places: Points) -> NDArray[np.float64]:
    """Distance of each pixel from the smooth slope of light that fits the backdrop best (trimmed least squares)."""
    terms = np.column_stack([np.ones(len(places)), places])
    kept = np.ones(len(places), bool)
    away = np.zeros(len(places))
    for _ in range(4):
        slope, *_rest = np.linalg.lstsq(terms[kept], colours[kept].astype(np.float64), rcond=None)
        away = np.linalg.norm(colours - terms @ slope, axis=1)
        kept = away <= np.percentile(away, 70)
    return away


def objects(seen: Backdrop) -> Finding:
    """Share of the backdrop that stands off its smooth slope."""
    places = np.argwhere(seen.free) / seen.free.shape[0] - 0.5
    value = float(np.mean(off_slope(seen.colours, places) > OBJECT_STEP))
    return OBJECTS.judge("background_objects", value, Advice.PLAIN_BACKGROUND)


def gradient(seen: Backdrop) -> Finding:
    """Mean length of the Scharr gradient of luminance over the backdrop."""
    light = seen.lab[:, :, 0]
    luminance = np.where(light > 8, ((light + 16) / 116) ** 3, light / 903.3) * 255
    dx, dy = (cv2.Scharr(luminance.astype(np.float32), cv2.CV_32F, *axis) for axis in ((1, 0), (0, 1)))
    return GRADIENT.judge("background_edges", float(np.hypot(dx, dy)[seen.free].mean()), Advice.PLAIN_BACKGROUND)


def shadow(matte: Matte, face: Face) -> Finding | None:
    """How much more shaded backdrop lies on one side of the head than on the other, in T².

    Grey hair can look like shade; it does so on both sides. Not for black-and-white pictures, where a shadow's hue
    tells nothing. None when too little backdrop is seen about the head.
    """
    scale = matte.person.shape[0] / matte.size
    rows, columns = np.indices(matte.person.shape)
    above_chin = rows < (face.chin[1] - matte.y) * scale
    light = cv2.GaussianBlur(matte.pixels, (0, 0), 0.8).astype(np.float32) + 1
    plain = _away_from_person(matte, 4) & (rows < (face.chin[1] - matte.y + 0.2 * face.drop) * scale)
    if int(plain.sum()) < 100:
        return None
    shaded = _shade(light, np.median(light[plain], axis=0)) & above_chin & matte.inside
    shaded &= ~_inside(face.hull, matte)
    solid = cv2.morphologyEx(shaded.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    left = columns < (face.eye_midpoint[0] - matte.x) * scale
    difference = abs(int(solid[left].sum()) - int(solid[~left].sum()))
    return SHADOW.judge("shadow", difference / (face.drop * scale) ** 2, Advice.PLAIN_BACKGROUND)


def _shade(light: NDArray[np.float32], backdrop_colour: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Pixels that are the backdrop's colour, evenly darker, without texture."""
    darker = np.log(light / backdrop_colour)
    mean, tint = darker.mean(axis=2), darker.max(axis=2) - darker.min(axis=2)
    grey = cv2.GaussianBlur(light.mean(axis=2), (0, 0), 1)
    step = np.hypot(cv2.Sobel(grey, -1, 1, 0), cv2.Sobel(grey, -1, 0, 1)) / 8 / grey
    return np.asarray((mean > SHADE[0]) & (mean < SHADE[1]) & (tint < SHADE_TINT) & (step < SHADE_FLAT))


def _inside(outline: Points, matte: Matte) -> NDArray[np.bool_]:
    area = np.zeros(matte.person.shape, np.uint8)
    points = (outline - np.array([matte.x, matte.y])) * matte.person.shape[0] / matte.size
    cv2.fillPoly(area, [np.round(points).astype(np.int32)], 1)
    return area.astype(bool)
