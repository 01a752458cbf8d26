"""The existing card: progress, verdict, and the rules about a PIN."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from hardware.card import CardReport
from kiosk.desk import CardPhase, DeskRefused
from kiosk.flow import Step
from schemas.card import CardVerdict, Revocation
from tests.kiosk.desk.counter import TestCounter
from tests.kiosk.flow.makes import at

Until = Callable[[Callable[[], bool]], None]
VALID = CardReport(
    CardVerdict.VALID, "valid", not_after=datetime(2028, 4, 1, tzinfo=UTC), serial="0123", tries_left=3,
    revocation=Revocation.UNCHECKED,
)  # fmt: skip


@pytest.fixture
def check(counter: TestCounter, until: Until) -> Callable[..., None]:
    """Check a card, given what the reader will report."""
    counter.stand_at(at(Step.CARD))

    def run(report: CardReport, **how: object) -> None:
        counter.desk.check_card(**how)  # type: ignore[arg-type]
        assert counter.desk.card.view().phase is CardPhase.READING
        counter.reader.report(report)
        until(lambda: counter.desk.card.view().phase is CardPhase.REPORTED)

    return run


def test_what_the_chip_said_is_kept_without_its_serial(counter: TestCounter, check: Callable[..., None]) -> None:
    check(VALID)
    shown = counter.desk.card.view().report
    assert shown is not None
    assert shown.serial is None
    intake = counter.desk.keep_card()
    assert intake.card is not None
    assert intake.card.check is not None
    assert intake.card.check.verdict is CardVerdict.VALID
    assert "serial" not in intake.card.check.model_dump()


@pytest.mark.parametrize("verdict", [CardVerdict.NO_CARD, CardVerdict.REMOVED, CardVerdict.NOT_MY_NUMBER_CARD])
def test_a_card_that_could_not_be_read_leaves_nothing_to_keep(
    counter: TestCounter, check: Callable[..., None], verdict: CardVerdict
) -> None:
    check(CardReport(verdict, "trouble"))
    with pytest.raises(DeskRefused, match=r"card\.nothing_read"):
        counter.desk.keep_card()


def test_a_pin_goes_to_the_card_once_and_is_held_nowhere(counter: TestCounter, check: Callable[..., None]) -> None:
    check(VALID)
    check(CardReport(CardVerdict.VALID, "valid", tries_left=3, possession=True), pin="4649")
    assert counter.reader.asked == [(None, False), ("4649", False)]
    assert "4649" not in repr(vars(counter.desk.card))
    assert "4649" not in repr(counter.desk.card.view())


@pytest.mark.parametrize("pin", ["", "123", "12345", "12a4", "１２３４", "abcd"])
def test_what_cannot_be_a_pin_never_reaches_the_card(
    counter: TestCounter, check: Callable[..., None], pin: str
) -> None:
    check(VALID)
    with pytest.raises(DeskRefused, match=r"pin\.form"):
        counter.desk.check_card(pin=pin)
    assert len(counter.reader.asked) == 1


def test_a_pin_is_not_asked_before_the_tries_are_known(counter: TestCounter) -> None:
    counter.stand_at(at(Step.CARD))
    with pytest.raises(DeskRefused, match=r"pin\.not_now"):
        counter.desk.check_card(pin="1234")
    assert counter.reader.asked == []


def test_the_last_try_needs_the_persons_word(counter: TestCounter, check: Callable[..., None]) -> None:
    check(CardReport(CardVerdict.VALID, "valid", tries_left=1))
    with pytest.raises(DeskRefused, match=r"pin\.last_try"):
        counter.desk.check_card(pin="1234")
    check(CardReport(CardVerdict.VALID, "valid", tries_left=3, possession=True), pin="1234", last_try_confirmed=True)
    assert counter.reader.asked[-1] == ("1234", True)


def test_a_locked_pin_is_not_tried(counter: TestCounter, check: Callable[..., None]) -> None:
    check(CardReport(CardVerdict.VALID, "valid", tries_left=0))
    with pytest.raises(DeskRefused, match=r"pin\.not_now"):
        counter.desk.check_card(pin="1234", last_try_confirmed=True)


def test_a_wrong_pin_does_not_take_back_what_the_chip_said(counter: TestCounter, check: Callable[..., None]) -> None:
    check(VALID)
    check(CardReport(CardVerdict.WRONG_PIN, "wrong", tries_left=2), pin="1234")
    assert counter.desk.card.view().tries_left == 2
    intake = counter.desk.keep_card()
    assert intake.card is not None
    assert intake.card.check is not None
    assert intake.card.check.verdict is CardVerdict.VALID
    assert not intake.card.check.possession


def test_one_check_at_a_time(counter: TestCounter, until: Until) -> None:
    counter.stand_at(at(Step.CARD))
    counter.desk.check_card()
    counter.desk.check_card()
    with pytest.raises(DeskRefused, match=r"card\.reading"):
        counter.desk.check_card(pin="1234")
    counter.reader.report(VALID)
    until(lambda: counter.desk.card.view().phase is CardPhase.REPORTED)
    assert counter.reader.asked == [(None, False)]


def test_a_card_laid_down_is_read_without_a_touch(counter: TestCounter, until: Until) -> None:
    counter.stand_at(at(Step.CARD))
    counter.desk.tick()
    assert counter.desk.card.view().phase is CardPhase.WAITING
    counter.reader.lies = True
    counter.desk.tick()
    assert counter.desk.card.view().phase is CardPhase.READING
    counter.reader.report(VALID)
    until(lambda: counter.desk.card.view().phase is CardPhase.REPORTED)
    counter.desk.tick()
    assert counter.desk.card.view().phase is CardPhase.REPORTED


def test_a_card_somebody_forgot_on_the_reader_waits_for_a_touch(counter: TestCounter) -> None:
    counter.reader.lies = True
    counter.stand_at(at(Step.CARD))
    for _ in range(3):
        counter.desk.tick()
    assert counter.desk.card.view().phase is CardPhase.WAITING
    assert counter.reader.asked == []


def test_a_result_that_comes_after_the_person_left_is_shown_to_nobody(counter: TestCounter, until: Until) -> None:
    counter.stand_at(at(Step.CARD))
    counter.desk.check_card()
    counter.desk.reset()
    version = counter.desk.version
    counter.reader.report(VALID)
    until(lambda: counter.desk.version > version)
    counter.stand_at(at(Step.CARD))
    assert counter.desk.card.view().report is None
    with pytest.raises(DeskRefused):
        counter.desk.keep_card()
