"""The state machine, step by step, both directions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.flow import FlowRefused, Step, advance, decision_now, events
from schemas.card import CardCheck, CardVerdict
from schemas.intake import Answer, Consent, FormKind, FormReading
from schemas.language import Language
from schemas.rules import Delivery, Method, Person
from schemas.visit import AttendantRole
from tests.kiosk.flow import makes
from tests.kiosk.flow.makes import ADULT, BABY, CHILD, FUKUSHIMA, NOW, SAPPORO, STAFF, TODAY, at, context, fresh, sound

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


def refused(intake: object, event: events.Event) -> str:
    with pytest.raises(FlowRefused) as caught:
        advance(intake, event, context())  # type: ignore[arg-type]
    return caught.value.code


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


# ── the attendant's part ─────────────────────────────────────────────────────────────────────────────


def test_complete_documents_and_conditions_lead_to_postal_delivery() -> None:
    intake = makes.walk(at(Step.ATTENDANT), [makes.documents_shown, makes.answered, makes.finished])
    assert intake.attended is not None
    assert intake.attended.decision.method is Method.ONSITE_RECEPTION
    assert intake.attended.decision.delivery is Delivery.RESTRICTED_DELIVERY_MAIL


def test_without_documents_the_application_is_supported_and_collected_at_the_counter() -> None:
    attended = advance(at(Step.ATTENDANT), makes.finished, context()).attended
    assert attended is not None
    assert (attended.decision.method, attended.decision.delivery) == (Method.APPLICATION_SUPPORT, Delivery.COUNTER)
    assert attended.decision.bring


def test_the_attendant_may_finish_while_the_applicant_takes_the_photo() -> None:
    ahead = makes.walk(at(Step.PHOTO), [makes.documents_shown, makes.answered, makes.finished])
    assert ahead.step is Step.PHOTO
    assert advance(ahead, makes.photo_kept(), context()).step is Step.REVIEW


def test_documents_cannot_be_recorded_before_the_birth_date_is_known() -> None:
    assert refused(at(Step.BIRTH), makes.documents_shown) == "attendant.too_early"


def test_finishing_needs_the_home_municipality() -> None:
    assert refused(at(Step.HOME), makes.finished) == "attendant.too_early"


@pytest.mark.parametrize("role", [AttendantRole.CONTRACTOR, AttendantRole.HELPER])
def test_only_municipal_staff_record_documents(role: AttendantRole) -> None:
    assert refused(at(Step.ATTENDANT), events.DocumentsShown(makes.ENOUGH, role)) == "attendant.not_municipal_staff"


def test_a_contractor_who_finishes_gives_support_only() -> None:
    by_contractor = replace(makes.finished, role=AttendantRole.CONTRACTOR)
    attended = makes.walk(at(Step.ATTENDANT), [makes.answered, by_contractor]).attended
    assert attended is not None
    assert attended.decision.method is Method.APPLICATION_SUPPORT
    assert "identity.no_checker" in {reason.code for reason in attended.decision.reasons}


def test_a_contractor_cannot_conclude_the_check_of_municipal_staff() -> None:
    shown = advance(at(Step.ATTENDANT), makes.documents_shown, context())
    by_contractor = replace(makes.finished, role=AttendantRole.CONTRACTOR)
    assert refused(shown, by_contractor) == "attendant.not_municipal_staff"


def test_a_helper_cannot_finish() -> None:
    assert refused(at(Step.ATTENDANT), replace(makes.finished, role=AttendantRole.HELPER)) == "attendant.helper"


def test_a_my_number_in_the_note_is_refused() -> None:
    assert refused(at(Step.ATTENDANT), replace(makes.finished, note="番号は123456789018です")) == "text.my_number"


def test_under_15_the_representative_shows_documents_too() -> None:
    child = at(Step.ATTENDANT, CHILD)
    own = (sound("eligibility_certificate", Person.APPLICANT_UNDER_15),
           sound("maternal_child_handbook", Person.APPLICANT_UNDER_15))  # fmt: skip
    parents = (sound("driving_licence", Person.LEGAL_REPRESENTATIVE), sound("passport", Person.LEGAL_REPRESENTATIVE))
    half = makes.walk(child, [events.DocumentsShown(own, AttendantRole.STAFF), makes.answered])
    whole = advance(half, events.DocumentsShown(own + parents, AttendantRole.STAFF), context())
    first, second = (decision_now(intake, context(), identity_checker=True) for intake in (half, whole))
    assert first is not None
    assert second is not None
    assert (first.method, second.method) == (Method.APPLICATION_SUPPORT, Method.ONSITE_RECEPTION)


@pytest.mark.parametrize(
    ("documents", "code"),
    [
        ((sound("library_card"),), "document.unknown"),
        ((sound("passport", Person.LEGAL_REPRESENTATIVE),), "document.other_person"),
        ((sound("passport"), sound("passport")), "document.twice"),
    ],
)
def test_documents_that_do_not_fit_are_refused(documents: tuple[object, ...], code: str) -> None:
    assert refused(at(Step.ATTENDANT), events.DocumentsShown(documents, AttendantRole.STAFF)) == code  # type: ignore[arg-type]


def test_an_answer_to_a_question_nobody_asked_is_refused() -> None:
    assert refused(at(Step.ATTENDANT), events.ConditionsAnswered((Answer(condition="shoe_size", yes=True),))) == (
        "answer.unknown"
    )


def test_a_change_after_finishing_opens_the_attendants_part_again() -> None:
    review = makes.walk(at(Step.ATTENDANT), [makes.documents_shown, makes.answered, makes.finished])
    changed = advance(review, events.DocumentsShown((), AttendantRole.STAFF), context())
    assert (changed.step, changed.attended) == (Step.ATTENDANT, None)


def test_a_question_nobody_answered_is_not_taken_for_a_no() -> None:
    decision = decision_now(at(Step.ATTENDANT), context(), identity_checker=True)
    assert decision is not None
    reasons = {reason.code: reason for reason in decision.reasons}
    for condition in context().rules.conditions:
        unanswered = reasons[f"delivery.{condition.code}"]
        assert not unanswered.satisfied
        assert unanswered.text == condition.question != condition.unmet


def test_no_decision_before_birth_date_and_home() -> None:
    assert decision_now(at(Step.HOME), context(), identity_checker=True) is None


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


# ── a special reason for the photo ───────────────────────────────────────────────────────────────────


def reason(code: str | None, role: AttendantRole = AttendantRole.STAFF) -> events.SpecialReasonSet:
    return events.SpecialReasonSet(code, STAFF, role)


def test_a_reason_may_be_set_before_the_photo_and_stays() -> None:
    after = advance(replace(at(Step.CARD), birth_date=ADULT), reason("posture"), context())
    assert after.step is Step.CARD
    assert after.special is not None
    assert (after.special.code, after.special.excuses) == ("posture", ("posture",))
    assert after.special.approved_by == STAFF


@pytest.mark.parametrize("step", [Step.ATTENDANT, Step.REVIEW])
def test_after_the_photo_another_reason_means_another_photo(step: Step) -> None:
    after = advance(at(step), reason("posture"), context())
    assert (after.step, after.photo) == (Step.PHOTO, None)


def test_the_same_reason_again_changes_nothing() -> None:
    with_reason = advance(at(Step.PHOTO), reason("posture"), context())
    assert advance(with_reason, reason("posture"), context()) is with_reason


@pytest.mark.parametrize("role", [AttendantRole.CONTRACTOR, AttendantRole.HELPER])
def test_only_municipal_staff_approve_a_reason(role: AttendantRole) -> None:
    with pytest.raises(FlowRefused, match=r"attendant\.not_municipal_staff"):
        advance(at(Step.PHOTO), reason("posture", role), context())


def test_who_needs_no_photo_needs_no_reason() -> None:
    with pytest.raises(FlowRefused, match=r"photo\.not_needed"):
        advance(at(Step.HOME, BABY), reason("infant"), context())


def test_a_birth_date_without_photo_takes_the_reason_along() -> None:
    with_reason = advance(replace(at(Step.BIRTH), birth_date=ADULT), reason("posture"), context())
    assert advance(with_reason, events.BirthGiven(BABY), context()).special is None
