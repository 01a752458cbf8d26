"""The table of checks: what is measured in one picture, in the order in which a person is told about it.

First who is there and where, then how the person holds the head, then the face, then the light, then the picture, then
the backdrop: whoever sits in the wrong place learns nothing from a word about the lamp.
"""

from __future__ import annotations

from hardware.photo import Advice, Assessment, Check, background, colour, eyes, geometry, light, mouth, pose, sharpness
from hardware.photo.crop import Placement, place
from hardware.photo.finding import Finding
from hardware.photo.seen import Seen

LEAST_BACKDROP = 200  # pixels of the matte's square: with less backdrop to be seen there is nothing to judge


def nobody(score: float = 0.0) -> Assessment:
    """The judgement when no face is there, or one is that no points can be traced on."""
    return judged([geometry.presence(score)], None)


def light_findings(seen: Seen, placement: Placement) -> list[Finding | None]:
    """What every frame of the live loop can afford: all that needs no matte."""
    height, width = seen.pixels.shape[:2]
    face = seen.face
    return [
        geometry.presence(face.presence),
        geometry.single_face(seen.boxes),
        geometry.resolution(placement, width, height),
        geometry.in_frame(placement, width, height),
        geometry.head_whole(seen),
        pose.yaw(face),
        pose.pitch(face),
        pose.roll(face),
        eyes.eyes_open(seen),
        eyes.each_eye_open(seen),
        eyes.eyes_visible(seen),
        eyes.lens_colour(seen),
        mouth.mouth_cover(seen),
        mouth.mouth_gap(face),
        mouth.mouth_area(face),
        light.face_dark(seen),
        light.face_bright(seen),
        light.cheeks(seen),
        colour.natural_colour(seen),
        sharpness.sharp(seen),
        sharpness.steady(seen),
        sharpness.noise(seen),
    ]


def backdrop_findings(seen: Seen, placement: Placement) -> list[Finding | None]:
    """What the matte shows about the backdrop."""
    if seen.matte is None:
        return []
    behind = background.backdrop(seen.matte, placement)
    if int(behind.free.sum()) < LEAST_BACKDROP:
        return []
    return [
        light.backdrop_light(behind.colours),
        light.backdrop_glare(behind.colours),
        background.spread(behind.colours),
        background.objects(behind),
        background.gradient(behind),
        background.shadow(seen.matte, seen.face),
    ]


def judge(seen: Seen) -> Assessment:
    """All checks that this view of a picture allows."""
    height, width = seen.pixels.shape[:2]
    placement = place(seen.face, seen.matte, width, height)
    findings = [*light_findings(seen, placement), *backdrop_findings(seen, placement)]
    return judged([finding for finding in findings if finding is not None], placement)


def judged(findings: list[Finding], placement: Placement | None) -> Assessment:
    """Accepted when nothing but warnings stands against it; advice in the order of the checks, each once."""
    refusing = [finding for finding in findings if not finding.check.ok and not finding.check.warning]
    advice: tuple[Advice, ...] = tuple(dict.fromkeys(finding.advice for finding in refusing))
    checks: tuple[tuple[str, Check], ...] = tuple((finding.name, finding.check) for finding in findings)
    return Assessment(not refusing, advice, checks, None if placement is None else placement.crop)
