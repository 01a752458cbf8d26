"""One intake at a time, silence, parking, and that nothing readable remains."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Callable
from dataclasses import replace

import pytest

from hardware.photo import Advice
from kiosk.desk import BoothPhase, DeskRefused, Farewell
from kiosk.desk.loop import LiveLoop
from kiosk.desk.parking import AT_MOST
from kiosk.flow import Intake, Step, events
from schemas.ids import SlipNumber
from tests.kiosk.desk.counter import TestCounter, noisy, refused
from tests.kiosk.flow import makes
from tests.kiosk.flow.makes import at, fresh


def farewell_of(intake: Intake | None) -> Farewell:
    assert intake is not None
    assert intake.attended is not None
    decision = intake.attended.decision
    return Farewell(intake.slip, intake.language, decision.method, decision.delivery, decision.collect, 7)


PERSONAL = [Step.CARD, Step.BIRTH, Step.HOME, Step.PHOTO, Step.REVIEW]


@pytest.mark.parametrize("step", PERSONAL)
def test_personal_data_leaves_the_screen_after_60_seconds_and_waits(counter: TestCounter, step: Step) -> None:
    intake = counter.stand_at(at(step))
    counter.pass_time(59.9)
    assert counter.desk.intake == intake
    counter.pass_time(0.2)
    assert counter.desk.intake is None
    assert [parked.slip for parked in counter.desk.parked()] == [intake.slip]
    assert counter.desk.resume(intake.slip) == intake
    assert counter.desk.intake == intake
    assert counter.desk.parked() == ()


@pytest.mark.parametrize("step", [Step.CONSENT, Step.FORM])
def test_an_intake_without_data_is_simply_dropped_in_silence(counter: TestCounter, step: Step) -> None:
    counter.stand_at(at(step))
    counter.pass_time(60.1)
    assert counter.desk.intake is None
    assert counter.desk.parked() == ()


def test_waiting_for_the_attendant_is_not_silence(counter: TestCounter) -> None:
    intake = counter.stand_at(at(Step.ATTENDANT))
    counter.pass_time(600)
    assert counter.desk.intake == intake
    assert counter.desk.silence_left() is None


def test_any_touch_begins_the_silence_anew(counter: TestCounter) -> None:
    intake = counter.stand_at(at(Step.BIRTH))
    for _ in range(4):
        counter.pass_time(50)
        counter.desk.touch()
    assert counter.desk.intake == intake


def test_a_face_before_the_camera_is_a_person_who_is_there(counter: TestCounter) -> None:
    intake = counter.stand_at(at(Step.PHOTO))
    for turn in range(10):
        counter.camera.show(noisy(turn))
        counter.pass_time(20)
    assert counter.desk.intake == intake


def test_nobody_before_the_camera_is_silence(counter: TestCounter) -> None:
    counter.stand_at(at(Step.PHOTO))
    counter.studio.judgement = refused(Advice.NO_FACE)
    for turn in range(4):
        counter.camera.show(noisy(turn))
        counter.pass_time(20.1)
    assert counter.desk.intake is None


def test_a_picture_waiting_for_the_attendant_comes_back_with_its_person(counter: TestCounter) -> None:
    counter.stand_at(at(Step.PHOTO))
    counter.studio.judgement = refused(Advice.OPEN_EYES)
    counter.camera.show(noisy())
    counter.desk.shoot()
    counter.pass_time(3.1)
    counter.camera.show(noisy(1))
    counter.pass_time(2)
    shot = counter.desk.booth.view().shot
    slip = counter.desk.park()
    assert counter.desk.booth.view().shot is None
    counter.desk.resume(slip)
    assert counter.desk.booth.view().phase is BoothPhase.JUDGED
    assert counter.desk.booth.view().shot is shot


def test_one_applicant_at_a_time(counter: TestCounter) -> None:
    counter.stand_at(at(Step.CARD))
    with pytest.raises(DeskRefused, match=r"desk\.busy"):
        counter.desk.begin(fresh())


def test_nobody_is_resumed_over_somebody_else(counter: TestCounter) -> None:
    parked = counter.stand_at(at(Step.CARD))
    counter.desk.park()
    counter.stand_at(fresh())
    with pytest.raises(DeskRefused, match=r"desk\.busy"):
        counter.desk.resume(parked.slip)
    assert len(counter.desk.parked()) == 1


def test_a_discarded_intake_cannot_be_resumed(counter: TestCounter) -> None:
    intake = counter.stand_at(at(Step.CARD))
    counter.desk.park()
    counter.desk.discard(intake.slip)
    with pytest.raises(DeskRefused, match=r"desk\.not_parked"):
        counter.desk.resume(intake.slip)


def test_a_parked_intake_is_forgotten_after_some_hours(counter: TestCounter) -> None:
    counter.stand_at(at(Step.CARD))
    counter.desk.park()
    counter.pass_time(counter.desk.timing.parked - 1)
    assert len(counter.desk.parked()) == 1
    counter.pass_time(2)
    assert counter.desk.parked() == ()


def test_a_full_lot_lets_the_longest_waiting_go(counter: TestCounter) -> None:
    numbers = [SlipNumber.new("A1", number) for number in range(AT_MOST + 1)]
    for number in numbers:
        counter.stand_at(replace(at(Step.CARD), slip=number))
        counter.desk.park()
    assert [parked.slip for parked in counter.desk.parked()] == numbers[1:]


def test_an_event_for_another_applicant_is_not_taken(counter: TestCounter) -> None:
    counter.stand_at(at(Step.FORM))
    with pytest.raises(DeskRefused, match=r"desk\.nobody_here"):
        counter.desk.advance(makes.form_given, of=type(fresh().record).new(unix_ms=9, randomness=bytes(10)))


@pytest.mark.parametrize("leave", ["abandon", "finish", "close"])
def test_nothing_of_a_person_remains_in_memory(counter: TestCounter, leave: str) -> None:
    counter.stand_at(at(Step.SEALING))
    photo = weakref.ref(counter.desk.intake.photo)  # type: ignore[union-attr]
    record = weakref.ref(counter.desk.intake)
    farewell = farewell_of(counter.desk.intake)
    if leave == "finish":
        counter.desk.advance(events.Kept())
        counter.desk.finish(farewell)
    else:
        counter.desk.advance(events.SealFailed())
        counter.desk.reset() if leave == "abandon" else counter.desk.close()
    gc.collect()
    assert record() is None
    assert photo() is None


def test_a_record_that_is_being_stored_cannot_be_thrown_away(counter: TestCounter) -> None:
    counter.stand_at(at(Step.SEALING))
    with pytest.raises(DeskRefused, match=r"desk\.sealing"):
        counter.desk.reset()
    counter.pass_time(1000)
    assert counter.desk.intake is not None


def test_the_last_screen_ends_by_itself(counter: TestCounter) -> None:
    counter.stand_at(at(Step.SEALING))
    intake = counter.desk.advance(events.Kept())
    counter.desk.finish(farewell_of(intake))
    counter.pass_time(counter.desk.timing.farewell - 0.1)
    assert counter.desk.farewell is not None
    counter.desk.touch()  # somebody is still reading it
    counter.pass_time(counter.desk.timing.farewell - 0.1)
    assert counter.desk.farewell is not None
    counter.pass_time(0.2)
    assert counter.desk.farewell is None


def test_a_farewell_needs_a_sealed_record(counter: TestCounter) -> None:
    intake = counter.stand_at(at(Step.REVIEW))
    with pytest.raises(DeskRefused, match=r"desk\.not_sealed"):
        counter.desk.finish(farewell_of(intake))
    assert counter.desk.intake == intake


def test_staff_are_called_until_somebody_answers(counter: TestCounter) -> None:
    counter.desk.call_staff()
    assert counter.desk.help_wanted
    counter.desk.call_staff(wanted=False)
    assert not counter.desk.help_wanted


def test_every_change_that_must_be_drawn_counts_the_version_up(counter: TestCounter) -> None:
    seen = [counter.desk.version]
    counter.stand_at(at(Step.FORM))
    seen.append(counter.desk.version)
    counter.desk.advance(makes.form_given)
    seen.append(counter.desk.version)
    counter.desk.park()
    seen.append(counter.desk.version)
    assert seen == sorted(set(seen))


def test_the_loop_runs_until_it_is_stopped() -> None:
    turns: list[float] = []

    def turn() -> float:
        turns.append(time.monotonic())
        return 0.001

    loop = LiveLoop(turn)
    loop.start()
    while len(turns) < 3:
        time.sleep(0.001)
    loop.stop()
    stopped_at = len(turns)
    time.sleep(0.02)
    assert len(turns) == stopped_at
    assert not loop.died


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_loop_brought_down_by_a_device_is_noticed_and_started_again(
    counter: TestCounter, until: Callable[[Callable[[], bool]], None]
) -> None:
    counter.stand_at(at(Step.FORM))
    counter.form_camera.latest = lambda: 1 / 0  # type: ignore[method-assign, assignment, return-value]
    counter.desk.open()
    until(lambda: counter.desk._loop.died)
    del counter.form_camera.latest
    counter.desk.keep_going()
    assert not counter.desk._loop.died
    counter.desk.close()
