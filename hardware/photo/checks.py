"""The table of checks: what is measured in one picture, in the order in which a person is told about it.

First who is there and where, then how the person holds the head, then the face, then the light, then the picture, then
the backdrop: whoever sits in the wrong place learns nothing from a word about the lamp. Without a matte (the quick
look of the live loop) only the light ones are made.
"""

from __future__ import annotations

from collections.abc import Sequence

from hardware.photo import (
    Assessment,
    Check,
    Crop,
    Excused,
    again,
    background,
    colour,
    eyes,
    gaze,
    geometry,
    glasses,
    light,
    mouth,
    pose,
    sharpness,
    strands,
)
from hardware.photo.crop import Placement, place
from hardware.photo.excuses import excuse
from hardware.photo.finding import Finding
from hardware.photo.headwear import headwear
from hardware.photo.lens import lens_distance
from hardware.photo.seen import Seen

LYING = 45  # degrees of roll from which on no other measure means anything
LEAST_BACKDROP = 200  # pixels of the matte's square: with less backdrop to be seen there is nothing to judge


def nobody(score: float = 0.0) -> Assessment:
    """The judgement when no face is there, or one is that no points can be traced on."""
    finding = geometry.presence(score)
    return judged([(finding.name, finding.check)], None)


def place_findings(seen: Seen, placement: Placement) -> list[Finding | None]:
    """Who is there, where, and how the head is held."""
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
    ]


def lying_findings(seen: Seen) -> list[Finding]:
    """All there is to say of a picture that lies on its side or stands on its head; nothing of an upright one."""
    if abs(seen.face.roll) <= LYING:
        return []
    return [geometry.presence(seen.face.presence), geometry.single_face(seen.boxes), pose.roll(seen.face)]


def face_findings(seen: Seen) -> list[Finding | None]:
    """Eyes and mouth, and what lies over them."""
    return [
        eyes.eyes_open(seen),
        eyes.each_eye_open(seen),
        eyes.eyes_visible(seen),
        eyes.lens_colour(seen),
        eyes.eye_detail(seen),
        strands.whites(seen),
        gaze.gaze(seen.face),
        glasses.glare(seen),
        mouth.mouth_cover(seen),
        mouth.mouth_gap(seen.face),
        mouth.mouth_area(seen.face),
        mouth.mouth_dark(seen),
    ]


def picture_findings(seen: Seen) -> list[Finding | None]:
    """Light, colour and the camera's picture; hair over the eyes after shake and noise, which would pass for it."""
    steady = sharpness.steady(seen)
    return [
        light.face_dark(seen),
        light.face_bright(seen),
        light.cheeks(seen),
        light.brow_and_cheeks(seen),
        colour.natural_colour(seen),
        colour.colour_cast(seen),
        sharpness.sharp(seen),
        steady,
        sharpness.noise(seen),
        strands.strands(seen, steady),
    ]


def picture_of_a_person(seen: Seen) -> list[Finding | None]:
    """Whether it is a person at all. Costs as much as all other light checks, so it is left to the whole look."""
    return [] if seen.matte is None else [again.frame(seen), again.grid(seen)]


def matte_findings(seen: Seen, placement: Placement) -> list[Finding | None]:
    """What the matte shows about the head and the backdrop."""
    matte = seen.matte
    if matte is None:
        return []
    behind = background.backdrop(matte, placement)
    if int(behind.free.sum()) < LEAST_BACKDROP:
        return [colour.purple_tint(seen), headwear(seen, matte)]
    return [
        colour.purple_tint(seen),
        headwear(seen, matte),
        light.backdrop_light(behind.colours),
        light.backdrop_glare(behind.colours),
        light.face_light(seen, behind.colours),
        background.spread(behind.colours),
        background.objects(behind),
        background.gradient(behind),
        None if seen.chip.is_grey else background.shadow(matte, seen.face),
    ]


def judge(seen: Seen, *, excused: Excused = frozenset(), view: float | None = None) -> Assessment:
    """All checks that this view of a picture allows. `view`: the camera's horizontal angle of view in degrees."""
    height, width = seen.pixels.shape[:2]
    placement = place(seen.face, seen.matte, width, height)
    lying = excuse(lying_findings(seen), excused)
    if any(finding.check.refuses for finding in lying):
        return judged([(finding.name, finding.check) for finding in lying], placement.crop)
    findings = [
        *place_findings(seen, placement),
        *picture_of_a_person(seen),
        *face_findings(seen),
        *picture_findings(seen),
        *matte_findings(seen, placement),
    ]
    if view is not None:
        findings.append(lens_distance(seen.face.eye_distance, width, view))
    made = excuse([finding for finding in findings if finding is not None], excused)
    return judged([(finding.name, finding.check) for finding in made], placement.crop)


def judged(checks: Sequence[tuple[str, Check]], crop: Crop | None) -> Assessment:
    """Accepted when nothing but warnings stands against it; advice in the order of the checks, each once."""
    refusing = [check.advice for _, check in checks if check.refuses]
    warning = [check.advice for _, check in checks if check.warning and not check.ok and not check.excused]
    advice, warnings = (tuple(dict.fromkeys(a for a in found if a is not None)) for found in (refusing, warning))
    return Assessment(not refusing, advice, tuple(checks), crop, warnings)
