"""A special reason for another kind of photo."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.flow import FlowRefused, Step, advance, events
from schemas.visit import AttendantRole
from tests.kiosk.flow.makes import ADULT, BABY, STAFF, at, context


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
