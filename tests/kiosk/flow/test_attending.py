"""What two members of staff may decide, and what undoes it."""

from __future__ import annotations

import pytest

from kiosk.flow import FlowRefused, Intake, Step, advance, decision_now, events, record_of
from schemas.answers import Company, Papers
from schemas.ids import DeviceId, StaffId, VisitId
from schemas.intake import Answer
from schemas.rules import Delivery, Method, NumberPaper, Representative
from schemas.visit import AttendantRole
from tests.kiosk.flow import makes
from tests.kiosk.flow.makes import FUKUSHIMA, STAFF, at, context

SECOND = StaffId.new(unix_ms=1_783_000_000_001, randomness=bytes(10))
BOTH = {"staff": STAFF, "role": AttendantRole.STAFF, "seconded_by": SECOND, "second_role": AttendantRole.STAFF}
MAIL = events.Overridden(Delivery.RESTRICTED_DELIVERY_MAIL, "転送は明日で終わる", **BOTH)  # type: ignore[arg-type]
NO_TO_ONE = events.ConditionsAnswered((*makes.YES[:1], Answer(condition="no_mail_forwarding", yes=False), makes.YES[2]))


def undecided() -> Intake:
    return makes.walk(at(Step.ATTENDANT), [makes.documents_shown, NO_TO_ONE])


def delivery(intake: Intake) -> Delivery:
    decision = decision_now(intake, context(), identity_checker=True)
    assert decision is not None
    return decision.delivery


def test_two_members_of_staff_may_decide_otherwise_and_the_record_says_who_and_why() -> None:
    assert delivery(undecided()) is Delivery.COUNTER
    made = makes.walk(undecided(), [MAIL, makes.finished, makes.confirmed])
    record = record_of(
        made,
        municipality=FUKUSHIMA,
        visit=VisitId.new(unix_ms=1, randomness=bytes(10)),
        device=DeviceId.new(unix_ms=2, randomness=bytes(10)),
    )
    assert (record.decision.method, record.decision.delivery) == (Method.ONSITE_RECEPTION, MAIL.delivery)
    assert "delivery.no_mail_forwarding" in record.decision.unmet
    assert record.override is not None
    assert (record.override.decided_by, record.override.seconded_by) == (STAFF, SECOND)
    assert record.override.was_delivery is Delivery.COUNTER


def test_an_override_is_taken_back_and_falls_with_the_decision_it_overrode() -> None:
    overridden = advance(undecided(), MAIL, context())
    back = events.Overridden(None, "", STAFF, AttendantRole.STAFF)
    assert delivery(advance(overridden, back, context())) is Delivery.COUNTER
    assert advance(overridden, makes.answered, context()).override is None


def test_to_the_counter_it_says_what_to_collect() -> None:
    complete = makes.walk(at(Step.ATTENDANT), [makes.documents_shown, makes.answered])
    counter = events.Overridden(Delivery.COUNTER, "本人の希望が変わった", **BOTH)  # type: ignore[arg-type]
    decision = decision_now(advance(complete, counter, context()), context(), identity_checker=True)
    assert decision is not None
    assert decision.delivery is Delivery.COUNTER
    assert decision.collect


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (events.Overridden(Delivery.COUNTER, "理由", **BOTH), "override.same"),  # type: ignore[arg-type]
        (events.Overridden(MAIL.delivery, " ", **BOTH), "override.no_reason"),  # type: ignore[arg-type]
        (events.Overridden(MAIL.delivery, "123456789018", **BOTH), "text.my_number"),  # type: ignore[arg-type]
        (events.Overridden(MAIL.delivery, "理由", STAFF, AttendantRole.STAFF), "override.second_person"),
        (events.Overridden(MAIL.delivery, "理由", STAFF, AttendantRole.CONTRACTOR), "attendant.not_municipal_staff"),
    ],
)
def test_an_override_that_is_none_is_refused(event: events.Overridden, code: str) -> None:
    with pytest.raises(FlowRefused) as caught:
        advance(undecided(), event, context())
    assert caught.value.code == code


def test_nothing_is_posted_without_documents() -> None:
    with pytest.raises(FlowRefused, match=r"override\.no_documents"):
        advance(at(Step.ATTENDANT), MAIL, context())


def test_papers_count_for_the_decision() -> None:
    kept = events.PapersTaken(Papers(number_paper=NumberPaper.KEPT), AttendantRole.STAFF)
    made = makes.walk(at(Step.ATTENDANT), [makes.documents_shown, makes.answered, kept])
    assert delivery(made) is Delivery.COUNTER


def test_a_changed_answer_that_decides_otherwise_makes_the_attendant_look_again() -> None:
    done = makes.walk(at(Step.ATTENDANT), [makes.documents_shown, makes.answered, makes.finished])
    proxy = Company(representative=Representative.PROXY, applicant_present=False)
    changed = makes.walk(done, [events.ChangeRequested(Step.WHO), events.CompanyTold(proxy), events.ProxyTold("")])
    assert (changed.step, changed.attended) == (Step.ATTENDANT, None)
    same = makes.walk(done, [events.ChangeRequested(Step.WHO), events.CompanyTold(Company())])
    assert same.step is Step.REVIEW
