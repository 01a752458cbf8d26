"""The record that leaves the flow."""

from __future__ import annotations

import pytest

from kiosk.flow import FlowRefused, Step, record_of
from schemas.ids import DeviceId, VisitId
from schemas.intake import IntakeRecord
from schemas.rules import Method
from tests.kiosk.flow import makes
from tests.kiosk.flow.makes import BABY, FUKUSHIMA, STAFF, at

VISIT = VisitId.new(unix_ms=1, randomness=bytes(10))
DEVICE = DeviceId.new(unix_ms=2, randomness=bytes(10))


def record(intake: object) -> IntakeRecord:
    return record_of(intake, municipality=FUKUSHIMA, visit=VISIT, device=DEVICE)  # type: ignore[arg-type]


def test_a_confirmed_intake_becomes_a_record_with_everything_given() -> None:
    happenings = [makes.documents_shown, makes.answered, makes.finished, makes.confirmed]
    made = record(makes.walk(at(Step.ATTENDANT), happenings))
    assert made.form.form_id == makes.FORM_ID
    assert made.birth_date == makes.ADULT
    assert made.identity is not None
    assert made.identity.checked_by == STAFF
    assert made.decision.method is Method.ONSITE_RECEPTION
    assert IntakeRecord.model_validate_json(made.canonical()) == made


def test_without_documents_no_identity_check_is_claimed() -> None:
    assert record(at(Step.SEALING)).identity is None


def test_a_baby_has_no_photo_in_the_record() -> None:
    assert record(at(Step.SEALING, BABY)).photo is None


@pytest.mark.parametrize("step", [Step.CONSENT, Step.PHOTO, Step.REVIEW])
def test_nothing_leaves_before_it_is_confirmed(step: Step) -> None:
    with pytest.raises(FlowRefused, match=r"flow\.out_of_step"):
        record(at(step))
