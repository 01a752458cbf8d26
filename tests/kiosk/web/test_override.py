"""Another method than the rules': decided by two members of staff."""

from __future__ import annotations

import pytest

from tests.kiosk.web.kiosk import (
    ANSWERS,
    CONTRACTOR,
    ENOUGH,
    HELPER,
    PIN,
    STAFF,
    Browser,
    Kiosk,
)


@pytest.fixture
def undecided(kiosk: Kiosk) -> Browser:
    """Documents shown, a question answered with no: the rules say counter."""
    kiosk.applicant.come_to("attendant")
    tablet = kiosk.attendant()
    tablet.post("/attendant/documents", ENOUGH)
    tablet.post("/attendant/answers", {**ANSWERS, "answer_no_mail_forwarding": "no"})
    return tablet


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"second": STAFF.staff, "second_pin": PIN}, "override.second_person"),
        ({"second": CONTRACTOR.staff, "second_pin": PIN}, "override.second_person"),
        ({"second": HELPER.staff, "second_pin": PIN}, "override.second_person"),
        ({"second": HELPER.staff, "second_pin": "0000"}, "sign_in.wrong"),
        ({"second": "nobody", "second_pin": PIN}, "sign_in.wrong"),
    ],
)
def test_an_override_needs_a_second_member_of_staff(undecided: Browser, fields: dict[str, str], code: str) -> None:
    wanted = {"delivery": "restricted_delivery_mail", "reason": "転送は明日まで", **fields}
    assert undecided.post("/attendant/override", wanted)["code"] == code


def test_a_contractor_overrides_nothing(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("attendant")
    tablet = kiosk.attendant(CONTRACTOR)
    wanted = {"delivery": "restricted_delivery_mail", "reason": "x", "second": STAFF.staff, "second_pin": PIN}
    assert tablet.post("/attendant/override", wanted)["code"] == "attendant.not_municipal_staff"
