"""Advice over time, with a clock that the test moves."""

from __future__ import annotations

import pytest

from hardware.photo import Advice, Assessment, Check
from hardware.photo.live import Guidance, Guide, best_of

FRAME = 1 / 30


def seen(*advice: Advice, eyes: float = 0.35, sharpness: float = 0.5, yaw: float = 0.0) -> Assessment:
    checks = (
        ("yaw", Check(yaw, "deg", -12, 12, -12 <= yaw <= 12)),
        ("eyes_open", Check(eyes, "ratio", 0.225, None, eyes >= 0.225)),
        ("sharpness", Check(sharpness, "ratio", 0.34, None, sharpness >= 0.34)),
        ("steadiness", Check(1.5, "ratio", 1.3, None, True)),
    )
    wrong = advice + ((Advice.LOOK_STRAIGHT,) if abs(yaw) > 12 else ())
    wrong += (Advice.OPEN_EYES,) if eyes < 0.225 else ()
    return Assessment(not wrong, wrong, checks, None)


class Loop:
    """A live loop at 30 frames a second."""

    def __init__(self) -> None:
        self.guide, self.now = Guide(), 100.0

    def run(self, seconds: float, assessment: Assessment) -> list[Guidance]:
        said = []
        for _ in range(round(seconds / FRAME)):
            self.now += FRAME
            said.append(self.guide.see(assessment, self.now))
        return said


def test_an_advice_is_shown_when_it_has_stood_half_a_second() -> None:
    loop = Loop()
    assert all(said.advice is None for said in loop.run(0.45, seen(Advice.COME_CLOSER)))
    assert loop.run(0.2, seen(Advice.COME_CLOSER))[-1].advice is Advice.COME_CLOSER


def test_a_fault_that_flickers_never_reaches_the_screen() -> None:
    loop = Loop()
    said = []
    for _ in range(20):
        said += loop.run(0.1, seen(Advice.HOLD_STILL)) + loop.run(0.1, seen())
    assert {guidance.advice for guidance in said} == {None}


def test_the_shown_advice_changes_only_to_one_that_stands() -> None:
    loop = Loop()
    loop.run(1, seen(Advice.COME_CLOSER))
    assert loop.run(0.3, seen(Advice.CENTRE))[-1].advice is Advice.COME_CLOSER
    assert loop.run(0.4, seen(Advice.CENTRE))[-1].advice is Advice.CENTRE


def test_the_first_of_several_advices_is_the_one_shown() -> None:
    loop = Loop()
    assert loop.run(1, seen(Advice.ONE_PERSON, Advice.CLOSE_MOUTH))[-1].advice is Advice.ONE_PERSON


def test_the_picture_is_released_after_one_second_without_a_fault() -> None:
    loop = Loop()
    loop.run(1, seen(Advice.CENTRE))
    assert not any(said.release for said in loop.run(0.95, seen()))
    assert loop.run(0.2, seen())[-1].release


def test_a_machine_that_looks_only_now_and_then_takes_the_picture_too() -> None:
    guide = Guide()
    assert [guide.see(seen(), 100.0 + at).release for at in (0.0, 1.6, 3.2)] == [False, True, True]
    assert not guide.see(seen(), 110.0).release  # so long without a look that it may be somebody else


def test_nobody_is_photographed_before_having_seen_that_all_is_well() -> None:
    guide = Guide()
    for at in (0.0, 1.6):
        guide.see(seen(Advice.CLOSE_MOUTH), 100.0 + at)
    looks = [guide.see(seen(), 103.2 + at) for at in (0.0, 1.6, 3.2)]
    assert [(look.advice, look.release) for look in looks] == [(Advice.CLOSE_MOUTH, False), (None, False), (None, True)]


def test_one_bad_frame_starts_the_second_anew() -> None:
    loop = Loop()
    loop.run(0.9, seen())
    loop.run(FRAME, seen(Advice.OPEN_EYES))
    assert not any(said.release for said in loop.run(0.9, seen()))


def test_a_value_that_sways_about_its_bound_does_not_count_as_mended() -> None:
    loop = Loop()
    loop.run(1, seen(yaw=13))
    assert not any(said.ready for said in loop.run(1, seen(yaw=11.8)))
    assert loop.run(0.2, seen(yaw=9))[-1].ready


def test_an_eye_much_narrower_than_the_persons_own_is_a_blink() -> None:
    loop = Loop()
    loop.run(2, seen(eyes=0.40))
    said = loop.run(0.2, seen(eyes=0.27))
    assert not any(guidance.ready for guidance in said)


def test_narrow_eyes_of_a_person_who_always_has_them_are_no_blink() -> None:
    assert all(said.ready for said in Loop().run(2, seen(eyes=0.24)))


def test_after_a_pause_the_next_person_begins_without_the_last_ones_eyes() -> None:
    loop = Loop()
    loop.run(2, seen(eyes=0.45))
    loop.now += 5
    assert loop.run(0.2, seen(eyes=0.26))[-1].ready


def test_a_studio_that_cannot_judge_says_nothing_and_never_releases() -> None:
    assert set(Loop().run(3, Assessment(False, (), (), None))) == {Guidance(None, ready=False, release=False)}


@pytest.mark.parametrize(
    ("burst", "best"),
    [
        ([seen(sharpness=0.4), seen(sharpness=0.6), seen(sharpness=0.5)], 1),
        ([seen(Advice.CENTRE, sharpness=0.9), seen(sharpness=0.4)], 1),
        ([seen(Advice.CENTRE, Advice.CLOSE_MOUTH), seen(Advice.CENTRE)], 1),
        ([seen(eyes=0.40), seen(eyes=0.28, sharpness=0.9), seen(eyes=0.41)], 0),
    ],
)
def test_the_best_frame_of_a_burst(burst: list[Assessment], best: int) -> None:
    assert best_of(burst) == best


def test_shut_eyes_do_not_become_the_usual_ones() -> None:
    loop = Loop()
    loop.run(2, seen(eyes=0.40))
    assert not any(said.ready for said in loop.run(3, seen(eyes=0.27)))
    assert loop.guide.usual_eyes == pytest.approx(0.40)
    assert loop.run(0.2, seen(eyes=0.39))[-1].ready


def test_when_one_person_has_left_the_next_ones_eyes_are_learnt_anew() -> None:
    loop = Loop()
    loop.run(2, seen(eyes=0.45))
    loop.run(1.2, seen(Advice.NO_FACE))
    assert loop.guide.usual_eyes is None
    assert loop.run(0.2, seen(eyes=0.26))[-1].ready


def test_a_person_who_looks_away_for_a_moment_is_the_same_person() -> None:
    loop = Loop()
    loop.run(2, seen(eyes=0.40))
    loop.run(0.4, seen(Advice.NO_FACE))
    assert not loop.run(0.2, seen(eyes=0.27))[-1].ready


def test_an_excused_check_neither_lingers_nor_counts_as_a_blink() -> None:
    eyes = Check(0.1, "ratio", 0.225, None, False, advice=Advice.OPEN_EYES, excused=True)
    loop = Loop()
    loop.run(2, seen(eyes=0.40))
    assert loop.run(0.2, Assessment(True, (), (("eyes_open", eyes),), None))[-1].ready


def test_a_check_that_lingers_asks_for_its_own_mending() -> None:
    def sat(spread: float) -> Assessment:
        check = Check(spread, "dE", None, 6.0, spread <= 6, advice=Advice.PLAIN_BACKGROUND)
        return Assessment(check.ok, () if check.ok else (Advice.PLAIN_BACKGROUND,), (("background", check),), None)

    loop = Loop()
    loop.run(0.1, sat(6.2))  # too short to be shown
    said = loop.run(1, sat(5.9))
    assert not said[-1].ready
    assert said[-1].advice is Advice.PLAIN_BACKGROUND
    assert loop.run(0.1, sat(5.0))[-1].ready


def test_a_blink_through_most_of_the_burst_does_not_pass_for_the_usual() -> None:
    burst = [seen(eyes=0.27, sharpness=0.9), seen(eyes=0.28, sharpness=0.9), seen(eyes=0.40), seen(eyes=0.29)]
    assert best_of(burst) == 2


def test_the_persons_own_eyes_decide_when_they_are_known() -> None:
    burst = [seen(eyes=0.30, sharpness=0.4), seen(eyes=0.28, sharpness=0.9)]
    assert best_of(burst, usual=0.31) == 1
    assert best_of(burst, usual=0.33) == 0


def test_an_empty_burst_has_no_best_frame() -> None:
    with pytest.raises(ValueError):
        best_of([])
