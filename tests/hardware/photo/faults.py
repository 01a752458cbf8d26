"""The table of faults: a name, how a good portrait is spoilt, the advice of which at least one must be heard.

Used by the tests and by `python -m tests.photo_report`; `gross` ones must be refused for everybody.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from hardware.photo import Advice
from tests.hardware.photo.spoil import Portrait, Spoil, again, backdrop, face, light, person_mask, picture, place

__all__ = ["FAULTS", "Fault", "Portrait", "person_mask"]


@dataclass(frozen=True)
class Fault:
    name: str
    spoil: Spoil
    advice: frozenset[Advice]
    gross: bool = False

    @property
    def seed(self) -> int:
        """Of its own, so that a new fault in the table changes no other."""
        return zlib.crc32(self.name.encode())


def fault(name: str, spoil: Spoil, *advice: Advice, gross: bool = False) -> Fault:
    return Fault(name, spoil, frozenset(advice), gross)


A = Advice
FAULTS: tuple[Fault, ...] = (
    fault("second person", place.second_person(0.9), A.ONE_PERSON, gross=True),
    fault("second person, small", place.second_person(0.45), A.ONE_PERSON, gross=True),
    fault("far", place.scaled(0.5), A.COME_CLOSER, A.HIGHER_RESOLUTION, gross=True),
    fault("near", place.scaled(1.9), A.MOVE_BACK, gross=True),
    fault("left", place.aside(0.05), A.CENTRE, A.NO_FACE, gross=True),
    fault("right", place.aside(0.9), A.CENTRE, A.NO_FACE, gross=True),
    fault("head cut at the hair", place.raised(0.8), A.CENTRE, A.MOVE_BACK, gross=True),
    fault("head cut at the brow", place.raised(0.45), A.CENTRE, A.MOVE_BACK, A.NO_FACE, gross=True),
    fault("too low", place.lowered, A.CENTRE, A.MOVE_BACK, A.NO_FACE, gross=True),
    fault("roll 6", place.turned(6), A.HEAD_UPRIGHT),
    fault("roll -7", place.turned(-7), A.HEAD_UPRIGHT),
    fault("roll 10", place.turned(10), A.HEAD_UPRIGHT, gross=True),
    fault("roll -15", place.turned(-15), A.HEAD_UPRIGHT, gross=True),
    fault("roll 90", place.turned(90), A.HEAD_UPRIGHT, A.NO_FACE, gross=True),
    fault("dark x0.3", picture.gain(0.3), A.MORE_LIGHT, gross=True),
    fault("dark x0.5", picture.gain(0.5), A.MORE_LIGHT),
    fault("dark 3 stops", picture.linear_gain(1 / 8), A.MORE_LIGHT, gross=True),
    fault("bright x2", picture.gain(2.0), A.LESS_LIGHT, gross=True),
    fault("bright 2 stops", picture.linear_gain(4.0), A.LESS_LIGHT, gross=True),
    fault("blur 0.8 %", picture.blur(0.008), A.HOLD_STILL),
    fault("blur 1.5 %", picture.blur(0.015), A.HOLD_STILL),
    fault("blur 3 %", picture.blur(0.03), A.HOLD_STILL, gross=True),
    fault("blur 5 %", picture.blur(0.05), A.HOLD_STILL, gross=True),
    fault("motion 5 %", picture.motion(0.05), A.HOLD_STILL),
    fault("motion 10 %", picture.motion(0.10), A.HOLD_STILL),
    fault("motion 20 %", picture.motion(0.20), A.HOLD_STILL, gross=True),
    fault("noise 8", picture.noise(8), A.LESS_NOISE),
    fault("noise 20", picture.noise(20), A.LESS_NOISE, gross=True),
    fault("cast blue", picture.cast(1.25, 1.0, 0.7), A.NATURAL_COLOUR),
    fault("cast yellow", picture.cast(0.6, 1.0, 1.1), A.NATURAL_COLOUR),
    fault("cast green", picture.cast(0.8, 1.15, 0.8), A.NATURAL_COLOUR),
    fault("cast red", picture.cast(0.75, 0.8, 1.3), A.NATURAL_COLOUR),
    fault("cast magenta", picture.cast(1.15, 0.85, 1.15), A.NATURAL_COLOUR),
    fault("cast magenta, weak", picture.cast(1.0, 0.85, 1.0), A.NATURAL_COLOUR),
    fault("cast green, weak", picture.cast(0.9, 1.05, 0.9), A.NATURAL_COLOUR),
    fault("side light from the left", light.side_light(0.35, side=-1), A.EVEN_LIGHT, A.MORE_LIGHT),
    fault("side light from the right", light.side_light(0.35, side=1), A.EVEN_LIGHT, A.MORE_LIGHT),
    fault("side light, hard", light.side_light(0.35, hard=True), A.EVEN_LIGHT, A.MORE_LIGHT),
    fault("side light, weak", light.side_light(0.55), A.EVEN_LIGHT, A.MORE_LIGHT),
    fault("backlit x0.08", light.backlit(0.08), A.MORE_LIGHT, gross=True),
    fault("backlit x0.15", light.backlit(0.15), A.MORE_LIGHT, gross=True),
    fault("backlit x0.25", light.backlit(0.25), A.MORE_LIGHT),
    fault("backlit x0.4", light.backlit(0.4), A.MORE_LIGHT),
    fault("half face x0.2, right", light.face_side_light(0.2, width=0.3, side=1), A.EVEN_LIGHT),
    fault("half face x0.2, left", light.face_side_light(0.2, width=0.3, side=-1), A.EVEN_LIGHT),
    fault("half face x0.2, soft", light.face_side_light(0.2, width=1.0, side=1), A.EVEN_LIGHT),
    fault("soft shadow behind", light.soft_shadow, A.PLAIN_BACKGROUND),
    fault("hard shadow behind", light.hard_shadow, A.PLAIN_BACKGROUND),
    fault("bricks", backdrop.before(backdrop.bricks), A.PLAIN_BACKGROUND, gross=True),
    fault("stripes", backdrop.before(backdrop.stripes), A.PLAIN_BACKGROUND, gross=True),
    fault("foliage", backdrop.before(backdrop.foliage), A.PLAIN_BACKGROUND, gross=True),
    fault("boxes", backdrop.before(backdrop.boxes), A.PLAIN_BACKGROUND),
    fault("chair", backdrop.before(backdrop.chair), A.PLAIN_BACKGROUND),
    fault("door frame", backdrop.before(backdrop.door_frame), A.PLAIN_BACKGROUND),
    fault("dark wall", backdrop.before(backdrop.dark_wall), A.MORE_LIGHT, A.PLAIN_BACKGROUND, gross=True),
    fault("closed eyes", face.closed_eyes, A.OPEN_EYES),
    fault("sunglasses", face.sunglasses(0.95), A.UNCOVER_EYES),
    fault("sunglasses, tinted", face.sunglasses(0.7), A.UNCOVER_EYES),
    fault("round black lenses", face.round_lenses(1.0), A.UNCOVER_EYES, A.OPEN_EYES),
    fault("round black lenses, 0.9", face.round_lenses(0.9), A.UNCOVER_EYES, A.OPEN_EYES),
    fault("skin patch over one eye", face.skin_patch, A.UNCOVER_EYES, A.OPEN_EYES),
    fault("fringe over both eyes", face.fringe, A.UNCOVER_EYES, A.UNCOVER_FACE),
    fault("white mask", face.mask(235, 235, 235), A.UNCOVER_FACE, A.NO_FACE),
    fault("blue mask", face.mask(215, 185, 140), A.UNCOVER_FACE, A.NO_FACE),
    fault("black mask", face.mask(35, 32, 32), A.UNCOVER_FACE, A.NO_FACE),
    fault("glare on glasses", face.glare(0.16), A.AVOID_GLARE, A.UNCOVER_EYES),
    fault("glare on glasses, small", face.glare(0.08), A.AVOID_GLARE, A.UNCOVER_EYES),
    fault("gaze aside", face.gaze(0.22), A.LOOK_STRAIGHT),
    fault("gaze far aside", face.gaze(0.30), A.LOOK_STRAIGHT),
    fault("open mouth", face.open_mouth, A.CLOSE_MOUTH),
    fault("cap", face.cap, A.UNCOVER_FACE, A.UNCOVER_HEAD),
    fault("hand at the cheek", face.hand, A.UNCOVER_FACE),
    fault("lens too near", place.near_lens(30), A.MOVE_BACK),
    fault("photo held up", again.print_out, A.LIVE_PERSON),
    fault("telephone held up", again.telephone, A.LIVE_PERSON),
    fault("screen fills the picture", again.screen, A.LIVE_PERSON),
    fault("hair over one eye", face.hair_over_eye, A.UNCOVER_EYES),
)
