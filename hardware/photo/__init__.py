"""The photo contract: from a frame to advice, and from a good frame to the ID photo file.

Vocabulary and formulas: ISO/IEC 29794-5 and its reference implementation OFIQ; file rules: the published online
application rules (JPEG, sRGB, 480–6000 px a side, 20 KB–7 MB). No retouching of any kind: crop and rotation only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hardware.camera import Pixels
from hardware.status import DeviceStatus


class Advice(StrEnum):
    """One thing a person can do, most useful first when several apply. Screens give each words and a picture."""

    NO_FACE = "no_face"
    ONE_PERSON = "one_person"
    COME_CLOSER = "come_closer"
    MOVE_BACK = "move_back"
    CENTRE = "centre"
    LOOK_STRAIGHT = "look_straight"
    CHIN_LEVEL = "chin_level"
    HEAD_UPRIGHT = "head_upright"
    OPEN_EYES = "open_eyes"
    UNCOVER_EYES = "uncover_eyes"
    AVOID_GLARE = "avoid_glare"
    UNCOVER_FACE = "uncover_face"
    UNCOVER_HEAD = "uncover_head"
    CLOSE_MOUTH = "close_mouth"
    MORE_LIGHT = "more_light"
    LESS_LIGHT = "less_light"
    EVEN_LIGHT = "even_light"
    NATURAL_COLOUR = "natural_colour"
    HOLD_STILL = "hold_still"
    LESS_NOISE = "less_noise"
    PLAIN_BACKGROUND = "plain_background"
    HIGHER_RESOLUTION = "higher_resolution"
    LIVE_PERSON = "live_person"


@dataclass(frozen=True)
class Check:
    """One measured value with its bounds (None: open end); `warning` checks never refuse by themselves."""

    value: float
    unit: str
    minimum: float | None
    maximum: float | None
    ok: bool
    warning: bool = False


@dataclass(frozen=True)
class Crop:
    """The 45:35 frame in the picture: left, top, width, height in pixels, then turned about its own centre by `roll`
    degrees (positive clockwise) so that the eyes come level."""

    x: int
    y: int
    width: int
    height: int
    roll: float = 0.0


@dataclass(frozen=True)
class Assessment:
    """The judgement of one picture. `checks` in the order of importance; `advice` likewise, first one is shown."""

    accepted: bool
    advice: tuple[Advice, ...]
    checks: tuple[tuple[str, Check], ...]
    crop: Crop | None


@dataclass(frozen=True)
class IdPhoto:
    """A finished file: baseline JPEG, sRGB, 3 components, no EXIF."""

    jpeg: bytes
    width: int
    height: int


class PhotoStudio(Protocol):
    """Judges pictures and makes the file. Pictures are (height, width, 3) BGR uint8."""

    def glance(self, pixels: Pixels) -> Assessment:
        """The quick look for the live loop: light checks only, fit for every frame."""

    def assess(self, pixels: Pixels) -> Assessment:
        """All checks on one picture."""

    def fallback_crop(self, pixels: Pixels) -> Crop:
        """The centred 45:35 frame for a picture that a person judges: no face found, or no models."""

    def finish(self, pixels: Pixels, crop: Crop) -> IdPhoto:
        """Crop, level, encode, and check the written bytes again. Raises `InputRefused` when no lawful file results."""

    def status(self) -> DeviceStatus:
        """READY, or FAULT `photo.models_missing`: then `assess` judges nothing and a person must."""
