"""The live advice, and the picture that takes itself."""

from __future__ import annotations

from hardware.photo import Advice
from kiosk.desk import BoothPhase
from kiosk.flow import Step
from tests.kiosk.desk.counter import GOOD, TestCounter, noisy, refused, sharpness


def look_at(counter: TestCounter, seconds: float, *, rate: float = 0.1) -> None:
    """New frames and turns of the loop for so long."""
    for _ in range(round(seconds / rate)):
        counter.camera.show(noisy())
        counter.pass_time(rate)


def test_advice_is_shown_only_when_it_holds(posing: TestCounter) -> None:
    posing.studio.judgement = refused(Advice.CENTRE)
    look_at(posing, 0.3)
    assert posing.desk.booth.view().advice is None
    look_at(posing, 0.4)
    assert posing.desk.booth.view().advice is Advice.CENTRE
    posing.studio.judgement = refused(Advice.COME_CLOSER)
    look_at(posing, 0.3)
    assert posing.desk.booth.view().advice is Advice.CENTRE
    look_at(posing, 0.4)
    assert posing.desk.booth.view().advice is Advice.COME_CLOSER


def test_after_a_second_without_a_fault_the_picture_takes_itself(posing: TestCounter) -> None:
    look_at(posing, 2.4)
    assert posing.desk.booth.view().phase is BoothPhase.LIVE  # nobody is photographed while sitting down
    look_at(posing, 0.4)
    view = posing.desk.booth.view()
    assert (view.phase, len(view.shots)) == (BoothPhase.JUDGED, 1)
    assert posing.desk.keep_photo().step is Step.ATTENDANT


def test_with_something_to_mend_nothing_takes_itself(posing: TestCounter) -> None:
    posing.studio.judgement = refused(Advice.CENTRE)
    look_at(posing, 6.0)
    assert posing.desk.booth.view().phase is BoothPhase.LIVE


def test_a_wall_that_only_the_full_look_sees_holds_the_shutter_and_is_named(posing: TestCounter) -> None:
    posing.studio.backdrop = refused(Advice.PLAIN_BACKGROUND)
    look_at(posing, 6.0)
    view = posing.desk.booth.view()
    assert (view.phase, view.advice) == (BoothPhase.LIVE, Advice.PLAIN_BACKGROUND)
    posing.studio.backdrop = None
    look_at(posing, 4.0)
    assert posing.desk.booth.view().phase is BoothPhase.JUDGED


def test_full_looks_are_spread(posing: TestCounter) -> None:
    posing.studio.backdrop = refused(Advice.PLAIN_BACKGROUND)
    look_at(posing, 3.0, rate=0.05)
    assert 4 <= len(posing.studio.judged) <= 6  # sixty frames, one full look each 0.6 s


def test_the_burst_passes_over_a_frame_whose_full_look_is_refused(posing: TestCounter) -> None:
    pictures = [noisy(seed) for seed in range(3)]
    for number, picture in enumerate(pictures):
        picture[0, 0, 0] = number
    posing.studio.glances = {0: sharpness(0.9), 1: sharpness(0.6), 2: sharpness(0.5)}
    posing.studio.assessments = {0: refused(Advice.OPEN_EYES)}
    posing.desk.shoot()
    posing.pass_time(3.1)
    for picture in pictures:
        posing.camera.show(picture)
        posing.pass_time(0.05)
    posing.pass_time(2.0)
    assert [int(judged[0, 0, 0]) for judged in posing.studio.judged] == [0, 1]
    shot = posing.desk.booth.view().shot
    assert shot is not None
    assert shot.keepable


def test_a_good_pose_is_said_to_be_ready(posing: TestCounter) -> None:
    posing.studio.judgement = GOOD
    posing.desk.tick()
    assert posing.desk.booth.view().ready
