"""Is one person there, near enough, and wholly in the picture? (ISO/IEC 29794-5 single face, head size, margins)"""

from __future__ import annotations

from hardware.photo import Advice
from hardware.photo.crop import LEAST_WIDTH, Placement, matte_top
from hardware.photo.engine import FaceBox
from hardware.photo.finding import Bounds, Finding
from hardware.photo.seen import Seen

PRESENCE = Bounds("score", least=0.5, source="model score")
# Area of the second face over the first; ISO/IEC 29794-5 SingleFacePresent, 3 % lets a passer-by far behind be.
SECOND_FACE = Bounds("ratio", most=0.03, source="ISO/IEC 29794-5 single face")
# The published rule for online files asks for 480 pixels a side; the photo is never enlarged.
CROP_WIDTH = Bounds("px", least=LEAST_WIDTH, source="online rules: 480 px")
# 0.2 % of the photo's height is the rounding of whole pixels.
OUTSIDE = Bounds("ratio", most=0.002, source="whole pixels")
# Free rows above the person in T: a matte that reaches the picture's first rows means a head cut off.
HEADROOM = Bounds("T", least=0.015, source="measured")


def presence(score: float) -> Finding:
    """The engine's certainty that a face is there, 0..1."""
    return PRESENCE.judge("face_present", score, Advice.NO_FACE)


def single_face(boxes: tuple[FaceBox, ...]) -> Finding:
    """The second face's area over the largest one's; 0 when alone."""
    ratio = (boxes[1].width / boxes[0].width) ** 2 if len(boxes) > 1 else 0.0
    return SECOND_FACE.judge("single_face", ratio, Advice.ONE_PERSON)


def resolution(placement: Placement, width: int, height: int) -> Finding:
    """Native pixels across the 35 mm of the photo. Coming closer helps while the photo leaves room in the picture."""
    crop = placement.crop
    roomy = crop.width < 0.8 * width and crop.height < 0.8 * height
    advice = Advice.COME_CLOSER if roomy else Advice.HIGHER_RESOLUTION
    return CROP_WIDTH.judge("resolution", crop.width, advice)


def in_frame(placement: Placement, width: int, height: int) -> Finding:
    """How far the photo's frame reaches beyond the picture, as a share of its height."""
    crop = placement.crop
    too_large = crop.height > 0.98 * height or crop.width > 0.98 * width
    return OUTSIDE.judge("in_frame", placement.outside, Advice.MOVE_BACK if too_large else Advice.CENTRE)


def head_whole(seen: Seen) -> Finding | None:
    """Free rows above the person in T, from the matte; not measured without one."""
    top = None if seen.matte is None else matte_top(seen.face, seen.matte)
    if top is None:
        return None
    return HEADROOM.judge("head_whole", max(0.0, top) / seen.face.drop, Advice.CENTRE)
