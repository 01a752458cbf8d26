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


class SpecialReason(StrEnum):
    """Why some checks do not bind a person (やむを得ない理由); approved by the attendant, kept as a code."""

    HEAD_COVERING = "head_covering"  # worn by faith: ターバン、ヒジャブ
    MEDICAL_HEADWEAR = "medical_headwear"  # 医療用のウィッグ、帽子、包帯
    EYE_COVER = "eye_cover"  # 眼帯、医療用のサングラス
    FACE_COVER = "face_cover"  # ガーゼ、包帯、チューブ
    EYES_CLOSED = "eyes_closed"  # 目が開けられない
    GAZE_UNSETTLED = "gaze_unsettled"  # 視線が定まらない
    PARALYSIS = "paralysis"  # 麻痺
    POSTURE = "posture"  # 立位・座位が保てない、寝たきり: on a plain light sheet
    WHEELCHAIR = "wheelchair"  # 車椅子の背もたれが写る
    INFANT = "infant"  # 乳幼児: 口が開く、手や物が写る


Excused = frozenset[SpecialReason]


@dataclass(frozen=True)
class Check:
    """One measured value with its bounds (None: open end) and what to do about it when it is not `ok`.

    `warning` checks never refuse by themselves: a person looks. `excused`: switched off by a special reason.
    `source`: where the bounds come from, in a few words.
    """

    value: float
    unit: str
    minimum: float | None
    maximum: float | None
    ok: bool
    warning: bool = False
    advice: Advice | None = None
    excused: bool = False
    source: str = ""

    @property
    def refuses(self) -> bool:
        return not (self.ok or self.warning or self.excused)


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
    """The judgement of one picture. `checks` in the order of importance; `advice` likewise, first one is shown.

    `warnings`: the advice of warning checks that are not ok, for the person who confirms the picture.
    """

    accepted: bool
    advice: tuple[Advice, ...]
    checks: tuple[tuple[str, Check], ...]
    crop: Crop | None
    warnings: tuple[Advice, ...] = ()


@dataclass(frozen=True)
class IdPhoto:
    """A finished file: baseline JPEG, sRGB, 3 components, no EXIF."""

    jpeg: bytes
    width: int
    height: int


class PhotoStudio(Protocol):
    """Judges pictures and makes the file. Pictures are (height, width, 3) BGR uint8.

    `excused`: the special reasons the attendant has approved; see excuses.py for the checks each switches off.
    """

    def glance(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        """The quick look for the live loop: light checks only, fit for every frame."""

    def assess(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        """All checks on one picture."""

    def fallback_crop(self, pixels: Pixels) -> Crop:
        """The centred 45:35 frame for a picture that a person judges: no face found, or no models."""

    def finish(self, pixels: Pixels, crop: Crop) -> IdPhoto:
        """Crop, level, encode, and check the written bytes again. Raises `InputRefused` when no lawful file results."""

    def status(self) -> DeviceStatus:
        """READY, or FAULT `photo.models_missing`: then `assess` judges nothing and a person must."""
