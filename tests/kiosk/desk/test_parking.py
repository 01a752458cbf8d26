"""Parked intakes and the garage: what a service left the next one takes over, and nothing stays behind anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from kiosk.desk import DeskRefused
from kiosk.flow import Context, Intake, Step
from schemas.ids import SlipNumber, VisitId
from tests.factories import uuid7
from tests.kiosk.desk.counter import TestCounter, noisy
from tests.kiosk.flow import makes


class DictGarage:
    """A garage that outlives its desk. `full`: takes nobody in."""

    def __init__(self, *, full: bool = False) -> None:
        self.bays: dict[SlipNumber, bytes] = {}
        self.full = full

    def contents(self) -> Mapping[SlipNumber, bytes]:
        return dict(self.bays)

    def holds(self, slip: SlipNumber) -> bool:
        return slip in self.bays

    def put(self, slip: SlipNumber, content: bytes) -> bool:
        if not self.full:
            self.bays[slip] = content
        return not self.full

    def drop(self, slip: SlipNumber) -> None:
        self.bays.pop(slip, None)


@contextmanager
def next_service(garage: DictGarage, context: Context | None = None) -> Iterator[TestCounter]:
    """The service that starts after the one before has died."""
    counter = TestCounter(garage=garage, context=context)
    counter.desk.open()
    yield counter
    counter.desk.close()


def parked(garage: DictGarage, step: Step = Step.REVIEW, **how: Any) -> tuple[TestCounter, Intake]:
    """A counter that has parked somebody."""
    counter = TestCounter(garage=garage, **how)
    intake = counter.stand_at(makes.at(step))
    counter.desk.park()
    return counter, intake


@pytest.mark.parametrize("step", [Step.WHY, Step.FORM, Step.HOME, Step.PHOTO, Step.ATTENDANT, Step.REVIEW])
def test_every_answer_and_the_photo_come_back_after_a_crash(step: Step) -> None:
    garage = DictGarage()
    _, intake = parked(garage, step)
    with next_service(garage) as counter:
        assert [(each.slip, each.step, each.kept) for each in counter.desk.parked()] == [(intake.slip, step, True)]
        assert counter.desk.intake is None
        assert counter.desk.resume(intake.slip) == intake
    assert garage.bays == {}


def test_the_pictures_nobody_has_chosen_yet_come_back_too() -> None:
    garage = DictGarage()
    first = TestCounter(garage=garage)
    slip = first.stand_at(makes.at(Step.PHOTO)).slip
    shot = first.desk.bring_photo(noisy(), makes.TODAY)
    first.desk.park()
    with next_service(garage) as counter:
        counter.desk.resume(slip)
        assert counter.desk.booth.view().shot == shot


def test_who_is_discarded_or_has_waited_too_long_leaves_the_garage() -> None:
    garage = DictGarage()
    counter, intake = parked(garage)
    counter.desk.discard(intake.slip)
    assert garage.bays == {}
    counter.stand_at(intake)
    counter.desk.park()
    counter.pass_time(counter.desk.timing.parked + 1)
    assert garage.bays == {}


def test_staff_prolong_a_stay_that_outlives_the_service_too() -> None:
    garage = DictGarage()
    counter, intake = parked(garage)
    limit = counter.desk.timing.parked
    counter.pass_time(limit - 60)
    counter.desk.prolong(intake.slip)
    counter.pass_time(limit - 60)
    assert [each.slip for each in counter.desk.parked()] == [intake.slip]
    later = TestCounter(garage=garage)
    later.clock.now = counter.clock.now
    later.desk.open()
    assert [each.more for each in later.desk.parked()] == [limit - 60]
    later.desk.close()
    counter.pass_time(61)
    assert (counter.desk.parked(), garage.bays) == ((), {})
    with pytest.raises(DeskRefused, match=r"desk\.not_parked"):
        counter.desk.prolong(intake.slip)


def test_the_time_limit_runs_on_while_the_service_is_down() -> None:
    garage = DictGarage()
    counter, _ = parked(garage)
    later = TestCounter(garage=garage)
    later.clock.now += counter.desk.timing.parked + 1
    later.desk.open()
    later.desk.close()
    assert garage.bays == {}


def test_nobody_stays_parked_past_the_end_of_the_visit() -> None:
    garage = DictGarage()
    here, next_one = (makes.context(visit=uuid7(VisitId, number)) for number in (1, 2))
    counter, _ = parked(garage, context=here)
    with next_service(garage, here) as again:
        assert len(again.desk.parked()) == 1
    with next_service(garage, next_one) as after:
        assert after.desk.parked() == ()
    assert garage.bays == {}
    counter.context = next_one
    counter.pass_time(1)
    assert counter.desk.parked() == ()


def test_a_revoked_kiosk_forgets_whoever_is_parked() -> None:
    garage = DictGarage()
    counter, _ = parked(garage)
    counter.context = None
    counter.pass_time(1)
    assert (counter.desk.parked(), garage.bays) == ((), {})


def test_what_cannot_be_kept_is_parked_in_memory_and_says_so() -> None:
    counter, intake = parked(DictGarage(full=True))
    assert [each.kept for each in counter.desk.parked()] == [False]
    assert counter.desk.resume(intake.slip) == intake


@pytest.mark.parametrize("content", [b"", b"{}", b'{"version": 2, "bay": null}', b"\xff"])
def test_what_another_version_has_written_is_erased(content: bytes) -> None:
    garage = DictGarage()
    garage.bays[SlipNumber.new("A1", 1)] = content
    with next_service(garage) as counter:
        assert counter.desk.parked() == ()
    assert garage.bays == {}


def test_a_bay_under_another_number_is_erased() -> None:
    garage = DictGarage()
    _, intake = parked(garage)
    other = SlipNumber.new("A1", 77)
    garage.bays[other] = garage.bays[intake.slip]
    with next_service(garage) as counter:
        assert [each.slip for each in counter.desk.parked()] == [intake.slip]
    assert list(garage.bays) == [intake.slip]
