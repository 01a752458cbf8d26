"""The state machine, step by step, both directions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.flow import Step, advance, events
from schemas.card import CardCheck, CardVerdict
from schemas.intake import Consent, FormKind, FormReading
from schemas.language import Language
from tests.kiosk.flow import makes
from tests.kiosk.flow.makes import (
    ADULT,
    BABY,
    CHILD,
    FUKUSHIMA,
    NOW,
    SAPPORO,
    STAFF,
    TODAY,
    at,
    context,
    fresh,
    refused,
)

FORWARD = [
    (Step.CONSENT, makes.consented, Step.WHY),
    (Step.WHY, makes.first_card, Step.FORM),
    (Step.FORM, makes.form_given, Step.CARD),
    (Step.CARD, makes.no_card, Step.BIRTH),
    (Step.BIRTH, events.BirthGiven(ADULT), Step.HOME),
    (Step.HOME, events.HomeGiven(FUKUSHIMA), Step.WISHES),
    (Step.WISHES, makes.as_usual, Step.PHOTO),
    (Step.PHOTO, makes.photo_kept(), Step.ATTENDANT),
    (Step.ATTENDANT, makes.finished, Step.REVIEW),
    (Step.REVIEW, makes.confirmed, Step.SEALING),
    (Step.SEALING, events.Kept(), Step.SEALED),
]


@pytest.mark.parametrize(("step", "event", "then"), FORWARD)
def test_each_answer_leads_to_the_next_step(step: Step, event: events.Event, then: Step) -> None:
    assert advance(at(step), event, context()).step is then


BACKWARD = [
    (Step.WHY, Step.CONSENT),
    (Step.FORM, Step.WHY),
    (Step.CARD, Step.FORM),
    (Step.BIRTH, Step.CARD),
    (Step.HOME, Step.BIRTH),
    (Step.WISHES, Step.HOME),
    (Step.PHOTO, Step.WISHES),
    (Step.ATTENDANT, Step.PHOTO),
    (Step.REVIEW, Step.PHOTO),
]


@pytest.mark.parametrize(("step", "then"), BACKWARD)
def test_back_goes_one_step_and_loses_nothing(step: Step, then: Step) -> None:
    before = at(step)
    back = advance(before, events.Back(), context())
    assert back == replace(before, step=then)


@pytest.mark.parametrize(("step", "then"), BACKWARD)
def test_onward_after_back_returns_to_where_one_was(step: Step, then: Step) -> None:
    before = at(step)
    assert advance(advance(before, events.Back(), context()), events.Onward(), context()) == before


def test_there_is_nothing_before_the_first_step() -> None:
    assert refused(fresh(), events.Back()) == "flow.nothing_before"


def test_onward_does_not_skip_an_open_step() -> None:
    assert refused(at(Step.CARD), events.Onward()) == "flow.step_open"


@pytest.mark.parametrize(("step", "event", "then"), FORWARD)
def test_an_answer_away_from_its_step_is_refused(step: Step, event: events.Event, then: Step) -> None:
    elsewhere = Step.CARD if step is not Step.CARD else Step.BIRTH
    if isinstance(event, events.AttendantFinished):
        assert refused(at(elsewhere), event) == "attendant.too_early"
    else:
        assert refused(at(elsewhere), event) == "flow.out_of_step"


@pytest.mark.parametrize("step", [Step.SEALING, Step.SEALED])
@pytest.mark.parametrize("event", [makes.consented, events.Back(), events.LanguageChosen(Language.EN), makes.finished])
def test_a_closed_intake_changes_no_more(step: Step, event: events.Event) -> None:
    closed = at(Step.SEALING) if step is Step.SEALING else replace(at(Step.SEALING), step=Step.SEALED)
    assert refused(closed, event) == "flow.closed"


def test_a_failed_seal_returns_to_the_review_with_everything() -> None:
    review = at(Step.REVIEW)
    sealing = advance(review, makes.confirmed, context())
    assert advance(sealing, events.SealFailed(), context()) == review


def test_consent_to_another_notice_is_refused() -> None:
    other = events.Consented(Consent(notice="older", given=NOW))
    assert refused(fresh(), other) == "consent.notice_changed"


@pytest.mark.parametrize(
    ("born", "code"),
    [(TODAY + timedelta(days=1), "birth.in_future"), (date(1870, 1, 1), "birth.too_long_ago")],
)
def test_an_impossible_birth_date_is_refused(born: date, code: str) -> None:
    assert refused(at(Step.BIRTH), events.BirthGiven(born)) == code


def test_a_home_that_is_not_on_the_list_is_refused() -> None:
    assert refused(at(Step.HOME), events.HomeGiven(type(FUKUSHIMA)("131016"))) == "home.unknown"


@pytest.mark.parametrize(
    ("born", "then"),
    [
        (TODAY, Step.ATTENDANT),
        (date(2025, 7, 11), Step.ATTENDANT),  # first birthday is tomorrow
        (date(2025, 7, 10), Step.PHOTO),  # first birthday is today
        (ADULT, Step.PHOTO),
    ],
)
def test_under_one_year_there_is_no_photo_step(born: date, then: Step) -> None:
    given = [events.BirthGiven(born), events.HomeGiven(FUKUSHIMA), events.Reached(then)]
    assert makes.walk(at(Step.BIRTH), given).step is then


def test_a_corrected_birth_date_that_makes_a_baby_drops_the_photo() -> None:
    review = advance(at(Step.REVIEW), events.ChangeRequested(Step.BIRTH), context())
    assert advance(review, events.BirthGiven(BABY), context()).photo is None


def test_a_corrected_birth_date_that_makes_a_child_older_than_one_asks_for_the_photo() -> None:
    review = advance(at(Step.REVIEW, BABY), events.ChangeRequested(Step.BIRTH), context())
    assert advance(review, events.BirthGiven(CHILD), context()).step is Step.PHOTO


def test_a_changed_birth_date_makes_the_attendant_look_again() -> None:
    shown = makes.walk(at(Step.ATTENDANT), [makes.documents_shown, makes.answered, makes.finished])
    changed = makes.walk(shown, [events.ChangeRequested(Step.BIRTH), events.BirthGiven(date(1990, 4, 2))])
    assert (changed.step, changed.documents, changed.attended) == (Step.ATTENDANT, (), None)


def test_the_same_birth_date_given_again_changes_nothing() -> None:
    review = at(Step.REVIEW)
    again = makes.walk(review, [events.ChangeRequested(Step.BIRTH), events.BirthGiven(ADULT)])
    assert again == review


def test_a_changed_home_is_decided_again() -> None:
    changed = makes.walk(at(Step.REVIEW), [events.ChangeRequested(Step.HOME), events.HomeGiven(SAPPORO)])
    assert (changed.step, changed.attended) == (Step.ATTENDANT, None)


@pytest.mark.parametrize("step", [Step.FORM, Step.CARD, Step.BIRTH, Step.HOME, Step.PHOTO, Step.ATTENDANT])
def test_everything_reviewed_can_be_changed_in_place_and_leads_back(step: Step) -> None:
    review = at(Step.REVIEW)
    there = advance(review, events.ChangeRequested(step), context())
    assert there.step is step
    assert advance(there, events.Onward(), context()) == review


@pytest.mark.parametrize("step", [Step.CONSENT, Step.REVIEW, Step.SEALED])
def test_other_steps_cannot_be_changed_from_the_review(step: Step) -> None:
    assert refused(at(Step.REVIEW), events.ChangeRequested(step)) == "review.not_changeable"


def test_a_baby_has_no_photo_to_change() -> None:
    assert refused(at(Step.REVIEW, BABY), events.ChangeRequested(Step.PHOTO)) == "review.not_changeable"


def test_a_refused_photo_needs_the_attendants_name() -> None:
    assert refused(at(Step.PHOTO), makes.photo_kept(accepted=False)) == "photo.not_accepted"
    kept = advance(at(Step.PHOTO), makes.photo_kept(accepted=False, by=STAFF), context())
    assert kept.photo is not None
    assert kept.photo.evidence.accepted_by == STAFF


def test_language_changes_at_any_open_step() -> None:
    for step in (Step.CONSENT, Step.PHOTO, Step.REVIEW):
        assert advance(at(step), events.LanguageChosen(Language.EN), context()) == replace(
            at(step), language=Language.EN
        )


# ── what must stay silent ────────────────────────────────────────────────────────────────────────────


def test_an_intake_shows_neither_form_id_nor_birth_date_in_its_repr() -> None:
    shown = repr(at(Step.REVIEW))
    assert str(makes.FORM_ID) not in shown
    assert "1990" not in shown
    assert "jpeg" not in repr(makes.photo())


def test_a_card_verdict_may_be_kept_as_answer() -> None:
    check = CardCheck(verdict=CardVerdict.VALID)
    intake = advance(at(Step.CARD), events.CardAnswered(type(makes.no_card.answer)(check)), context())
    assert intake.card is not None
    assert intake.card.check == check


def test_a_sealed_envelope_and_no_form_are_answers_too() -> None:
    for kind in (FormKind.SEALED_ENVELOPE, FormKind.NONE):
        assert advance(at(Step.FORM), events.FormGiven(FormReading(kind=kind)), context()).step is Step.CARD
