"""The live loop's judgement of a stream: heavy checks now and then, their last word in between."""

from __future__ import annotations

import numpy as np

from hardware.camera import Pixels
from hardware.photo import Advice, Assessment, Check, Crop, Excused, IdPhoto, SpecialReason
from hardware.photo.checks import judged
from hardware.photo.studio import BlindStudio
from hardware.photo.watch import Watch
from hardware.status import DeviceStatus

CROP = Crop(0, 0, 490, 630)


class Told(BlindStudio):
    """A studio whose answers the test sets; it counts which looks it was asked for."""

    def __init__(self) -> None:
        super().__init__("told")
        self.yaw, self.spread, self.gone = 0.0, 1.0, False
        self.asked: list[str] = []
        self.excused: Excused = frozenset()

    def _checks(self, *, heavy: bool) -> list[tuple[str, Check]]:
        yaw = Check(self.yaw, "deg", -12, 12, abs(self.yaw) <= 12, advice=Advice.LOOK_STRAIGHT)
        spread = Check(self.spread, "dE", None, 6, self.spread <= 6, advice=Advice.PLAIN_BACKGROUND)
        return [("yaw", yaw), ("background", spread)] if heavy else [("yaw", yaw)]

    def _answer(self, kind: str, excused: Excused) -> Assessment:
        self.asked.append(kind)
        self.excused = excused
        if self.gone:
            nobody = Check(0.0, "score", 0.5, None, False, advice=Advice.NO_FACE)
            return judged([("face_present", nobody)], None)
        return judged(self._checks(heavy=kind == "whole"), CROP)

    def glance(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        return self._answer("light", excused)

    def assess(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        return self._answer("whole", excused)

    def finish(self, pixels: Pixels, crop: Crop) -> IdPhoto:
        raise NotImplementedError

    def status(self) -> DeviceStatus:
        raise NotImplementedError


def picture() -> Pixels:
    """Any will do: the studio above does not look at it."""
    return np.zeros((4, 4, 3), np.uint8)


def test_every_fifth_frame_is_judged_whole() -> None:
    studio = Told()
    watch = Watch(studio)
    for _ in range(11):
        watch.look(picture())
    assert [place for place, kind in enumerate(studio.asked) if kind == "whole"] == [0, 5, 10]


def test_a_refused_backdrop_stays_refused_until_it_is_looked_at_again() -> None:
    studio = Told()
    watch = Watch(studio)
    studio.spread = 9.0
    assert watch.look(picture()).advice == (Advice.PLAIN_BACKGROUND,)
    studio.spread = 1.0
    assert [watch.look(picture()).advice for _ in range(4)] == [(Advice.PLAIN_BACKGROUND,)] * 4
    assert watch.look(picture()).accepted


def test_light_checks_follow_at_once_and_come_first() -> None:
    studio = Told()
    watch = Watch(studio)
    studio.spread = 9.0
    watch.look(picture())
    studio.yaw = 20.0
    assert watch.look(picture()).advice == (Advice.LOOK_STRAIGHT, Advice.PLAIN_BACKGROUND)
    studio.yaw = 0.0
    assert watch.look(picture()).advice == (Advice.PLAIN_BACKGROUND,)


def test_nobody_there_is_said_at_once_and_nothing_is_remembered_of_them() -> None:
    studio = Told()
    watch = Watch(studio)
    studio.spread = 9.0
    watch.look(picture())
    studio.gone = True
    assert watch.look(picture()).advice == (Advice.NO_FACE,)
    watch.forget()
    studio.gone, studio.spread = False, 1.0
    assert watch.look(picture()).accepted


def test_reasons_reach_both_kinds_of_look() -> None:
    studio = Told()
    watch = Watch(studio)
    for _ in range(2):
        watch.look(picture(), excused=frozenset({SpecialReason.POSTURE}))
        assert studio.excused == {SpecialReason.POSTURE}
