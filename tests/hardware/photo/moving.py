"""A person before a camera for some seconds: small movements of head and hands, and eyes that fall shut once."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from hardware.camera import Pixels
from hardware.photo import Advice, PhotoStudio
from hardware.photo.live import Guide, best_of
from tests.hardware.photo.spoil import Portrait, Spoil

RATE = 8  # frames a second
OPEN, SHUT = 16, 3  # frames before the blink, of the blink


@dataclass(frozen=True)
class Sequence:
    """`noticed`: no frame of the blink was called ready. `calm`: no frame before it was told to open the eyes.
    `chosen`: of a burst over the blink the best frame is one with open eyes."""

    noticed: bool
    calm: bool
    chosen: bool


def moved(pixels: Pixels, seen: Portrait) -> Pixels:
    """As a person sways: within 2 % of the eye distance, 1 degree, 1 % of size, 3 % of light."""
    chance, (x, y) = seen.chance, seen.face.eye_midpoint
    matrix = cv2.getRotationMatrix2D((float(x), float(y)), chance.uniform(-1, 1), chance.uniform(0.99, 1.01))
    matrix[:, 2] += chance.uniform(-0.02, 0.02, 2) * seen.ied
    height, width = pixels.shape[:2]
    swayed = cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.clip(swayed * chance.uniform(0.97, 1.03), 0, 255).astype(np.uint8)


def watch(studio: PhotoStudio, seen: Portrait, shut: Spoil) -> Sequence:
    """Two seconds of open eyes, then the blink, judged as the live loop does."""
    guide, now = Guide(), 100.0
    calm = True
    burst = []
    for _ in range(OPEN):
        now += 1 / RATE
        assessment = studio.glance(moved(seen.pixels, seen))
        said = guide.see(assessment, now)
        calm &= said.advice is not Advice.OPEN_EYES
        burst.append(assessment)
    closed = shut(seen)
    ready = []
    for _ in range(SHUT):
        now += 1 / RATE
        assessment = studio.glance(moved(closed, seen))
        ready.append(guide.see(assessment, now).ready)
        burst.append(assessment)
    last = burst[-(SHUT + 2) :]
    return Sequence(not any(ready), calm, best_of(last, guide.usual_eyes) < len(last) - SHUT)
