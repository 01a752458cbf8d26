"""The state machine of a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.cases import workflow
from backoffice.cases.workflow import Override, Standing, State, Step, StepRefused

NOW = datetime(2026, 7, 10, tzinfo=UTC)
FRESH = Standing(state=State.RECEIVED)
OVERRIDDEN = Standing(state=State.RECEIVED, overrides=frozenset({Override.PHOTO_CONFIRMED}))
KNOWN = ("photo.unclear", "other.see_note")


def returned(case: Standing, *reasons: str, note: str = "", by: str = "a") -> tuple[Standing, Step]:
    return workflow.return_to_applicant(
        case, reasons=reasons, known=KNOWN, needs_note="other.see_note", note=note, by=by, at=NOW
    )


def refusal(case: Standing, *reasons: str, note: str = "") -> str:
    with pytest.raises(StepRefused) as refused:
        returned(case, *reasons, note=note)
    return refused.value.code


def test_approving_a_received_case_decides_it() -> None:
    case, step = workflow.approve(FRESH, by="a", at=NOW)
    assert (case.state, case.decided_by, case.decided_at, step) == (State.APPROVED, "a", NOW, Step.APPROVED)


def test_an_overridden_rule_waits_for_a_second_person() -> None:
    first, step = workflow.approve(OVERRIDDEN, by="a", at=NOW)
    assert (first.state, first.first_approved_by, step) == (State.SECOND_CHECK, "a", Step.APPROVED_FIRST)
    second, step = workflow.approve(first, by="b", at=NOW)
    assert (second.state, second.decided_by, step) == (State.APPROVED, "b", Step.APPROVED)


def test_the_first_person_cannot_be_the_second() -> None:
    first, _ = workflow.approve(OVERRIDDEN, by="a", at=NOW)
    with pytest.raises(StepRefused, match="same_person"):
        workflow.approve(first, by="a", at=NOW)


@pytest.mark.parametrize("state", [State.APPROVED, State.RETURNED])
def test_a_decided_case_cannot_be_decided_again(state: State) -> None:
    decided = replace(FRESH, state=state)
    with pytest.raises(StepRefused, match="wrong_state"):
        workflow.approve(decided, by="a", at=NOW)
    assert refusal(decided, "photo.unclear") == "workflow.wrong_state"


def test_returning_needs_a_known_reason() -> None:
    assert refusal(FRESH) == "workflow.no_reason"
    assert refusal(FRESH, "photo.unclear", "made.up") == "workflow.unknown_reason"


def test_the_open_reason_needs_a_note() -> None:
    assert refusal(FRESH, "other.see_note", note="  ") == "workflow.no_note"
    case, _ = returned(FRESH, "other.see_note", note="why")
    assert case.state is State.RETURNED


def test_reasons_keep_the_order_of_the_list_and_stand_once() -> None:
    case, step = returned(FRESH, "other.see_note", "photo.unclear", "photo.unclear", note="n")
    assert case.reasons == KNOWN
    assert step is Step.RETURNED


def test_a_case_waiting_for_the_second_person_can_be_returned() -> None:
    first, _ = workflow.approve(OVERRIDDEN, by="a", at=NOW)
    assert returned(first, "photo.unclear", by="a")[0].state is State.RETURNED


def test_reopening_needs_a_note_and_forgets_the_decision() -> None:
    case, _ = returned(OVERRIDDEN, "photo.unclear")
    with pytest.raises(StepRefused, match="no_note"):
        workflow.reopen(case, note=" ")
    assert workflow.reopen(case, note="again") == (OVERRIDDEN, Step.REOPENED)


def test_a_waiting_case_cannot_be_reopened() -> None:
    with pytest.raises(StepRefused, match="wrong_state"):
        workflow.reopen(FRESH, note="n")


def test_undo_takes_back_ones_own_step_within_ten_minutes() -> None:
    case, _ = workflow.approve(FRESH, by="a", at=NOW)
    assert workflow.undo(case, by="a", at=NOW + timedelta(minutes=10)) == (FRESH, Step.UNDONE)
    with pytest.raises(StepRefused, match="undo_too_late"):
        workflow.undo(case, by="a", at=NOW + timedelta(minutes=10, seconds=1))
    with pytest.raises(StepRefused, match="undo_not_yours"):
        workflow.undo(case, by="b", at=NOW)


def test_undoing_the_second_approval_keeps_the_first() -> None:
    first, _ = workflow.approve(OVERRIDDEN, by="a", at=NOW)
    second, _ = workflow.approve(first, by="b", at=NOW)
    undone, _ = workflow.undo(second, by="b", at=NOW)
    assert (undone.state, undone.first_approved_by, undone.decided_by) == (State.SECOND_CHECK, "a", None)


def test_undoing_the_first_approval_starts_afresh() -> None:
    first, _ = workflow.approve(OVERRIDDEN, by="a", at=NOW)
    assert workflow.undo(first, by="a", at=NOW)[0] == OVERRIDDEN


@given(
    st.lists(st.tuples(st.sampled_from(["approve", "return", "reopen", "undo"]), st.sampled_from("abc")), max_size=12)
)
def test_no_way_leads_an_overridden_case_to_approval_by_one_person(steps: list[tuple[str, str]]) -> None:
    case, approvals = OVERRIDDEN, set[str]()
    for step, by in steps:
        try:
            if step == "approve":
                case, _ = workflow.approve(case, by=by, at=NOW)
                approvals.add(by)
            elif step == "return":
                case, _ = returned(case, "photo.unclear", by=by)
            elif step == "reopen":
                case, _ = workflow.reopen(case, note="n")
            else:
                case, _ = workflow.undo(case, by=by, at=NOW)
        except StepRefused:
            continue
        if case.state is State.RECEIVED:
            approvals.clear()
        if case.state is State.APPROVED:
            assert len(approvals) >= 2
            assert case.first_approved_by != case.decided_by
