"""Special reasons: which checks are switched off for a person who cannot do what everybody must.

The examples published for the Individual Number Card (やむを得ない理由) as codes; a reason is approved by the
attendant and stays a code, since health and faith are sensitive. It switches off the checks it speaks of and no other:
a picture that is dark, soft or cannot be cropped is returned whatever the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hardware.errors import InputRefused
from hardware.photo import Excused, SpecialReason
from hardware.photo.finding import Finding

_EYES = ("eyes_open", "each_eye_open")
_SEEN = ("eye_detail", "eye_whites", "eye_strands")
_MOUTH = ("mouth_closed", "teeth_hidden", "mouth_dark")
_POSE = ("yaw", "pitch", "roll")
_BEHIND = ("background", "background_objects", "background_edges", "shadow")

EXCUSED: Mapping[SpecialReason, frozenset[str]] = {
    SpecialReason.HEAD_COVERING: frozenset({"headwear", "head_whole", "mouth_visible", "shadow"}),
    SpecialReason.MEDICAL_HEADWEAR: frozenset({"headwear", "head_whole", "shadow"}),
    SpecialReason.EYE_COVER: frozenset(
        {
            *_EYES,
            "gaze",
            "eyes_visible",
            "lens_colour",
            *_SEEN,
            "glasses_glare",
            "colour_cast",
            "purple_tint",
            "even_light",
            "even_brow",
        }
    ),
    SpecialReason.FACE_COVER: frozenset({"mouth_visible", "eyes_visible", *_SEEN, "even_light", "even_brow", *_MOUTH}),
    SpecialReason.EYES_CLOSED: frozenset({*_EYES, *_SEEN, "gaze", "colour_cast", "purple_tint"}),
    SpecialReason.GAZE_UNSETTLED: frozenset({"gaze", "yaw", "pitch"}),
    SpecialReason.PARALYSIS: frozenset({*_EYES, *_SEEN, "gaze", *_MOUTH, *_POSE}),
    SpecialReason.POSTURE: frozenset({*_POSE, "shadow", "even_light", "even_brow"}),
    SpecialReason.WHEELCHAIR: frozenset(_BEHIND),
    SpecialReason.INFANT: frozenset({*_EYES, *_SEEN, "gaze", *_MOUTH, *_POSE, "mouth_visible", "background_objects"}),
}


def reasons(codes: Iterable[str]) -> Excused:
    """The reasons of codes. Raises `InputRefused` photo.unknown_reason."""
    try:
        return frozenset(SpecialReason(code) for code in codes)
    except ValueError as error:
        raise InputRefused("photo.unknown_reason", f"reasons are {', '.join(SpecialReason)}") from error


def excuse(findings: Iterable[Finding], excused: Excused) -> list[Finding]:
    """The findings with the checks marked that the reasons switch off."""
    off = {name for reason in excused for name in EXCUSED[reason]}
    return [
        replace(finding, check=replace(finding.check, excused=True)) if finding.name in off else finding
        for finding in findings
    ]
