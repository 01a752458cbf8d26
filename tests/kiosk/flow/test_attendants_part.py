"""The attendant's part: documents, who may record them, and when it is done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.flow import Step, advance, decision_now, events
from schemas.intake import Answer
from schemas.rules import Delivery, Method, Person
from schemas.visit import AttendantRole
from tests.kiosk.flow import makes
from tests.kiosk.flow.makes import CHILD, at, context, refused, sound


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
