"""What is open, and in which order."""

from __future__ import annotations

from kiosk.flow import Step, missing, next_open, photo_needed, steps_for
from tests.kiosk.flow.makes import ADULT, BABY, at, context, fresh


def test_a_fresh_intake_misses_everything_in_order() -> None:
    assert missing(fresh(), context()) == (
        Step.CONSENT, Step.FORM, Step.CARD, Step.BIRTH, Step.HOME, Step.PHOTO, Step.ATTENDANT,
    )  # fmt: skip


def test_a_complete_intake_misses_nothing_and_is_reviewed() -> None:
    review = at(Step.REVIEW)
    assert missing(review, context()) == ()
    assert next_open(review, context()) is Step.REVIEW


def test_steps_for_a_baby_leave_the_photo_out() -> None:
    assert Step.PHOTO not in steps_for(fresh(birth_date=BABY), context())
    assert Step.PHOTO in steps_for(fresh(birth_date=ADULT), context())


def test_a_photo_is_expected_until_the_birth_date_says_otherwise() -> None:
    assert photo_needed(fresh(), context())


def test_personal_data_begins_with_the_first_answer_after_consent() -> None:
    assert not at(Step.FORM).holds_personal_data
    assert at(Step.CARD).holds_personal_data
