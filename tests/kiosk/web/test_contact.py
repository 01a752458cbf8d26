"""The contact, given or not: a typed address is looked at once more, a domain nearly a usual one is asked about."""

from __future__ import annotations

import pytest

from kiosk.web.answers import near_mail
from tests.kiosk.web.kiosk import Kiosk


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hanako@gmial.com", "hanako@gmail.com"),
        ("hanako@docomo.ne.jo", "hanako@docomo.ne.jp"),
        ("hanako@yahoo.co.jp", ""),
        ("hanako@city.example.lg.jp", ""),
    ],
)
def test_a_domain_that_is_nearly_a_usual_one_is_asked_about(typed: str, meant: str) -> None:
    assert near_mail(typed) == meant


def test_a_mail_address_is_looked_at_once_more_before_it_counts(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("wishes")
    kiosk.applicant.post("/wishes", then="contact")
    page = kiosk.applicant.submit("/contact", look="yes", phone="0240000000", mail="hanako@gmial.com")
    assert all(
        said in page for said in ("この連絡先でよいですか", "hanako@gmial.com", "hanako@gmail.com", "0240000000")
    )
    assert kiosk.applicant.state()["screen"] == "contact"
    assert 'value="hanako@gmial.com"' in kiosk.applicant.page()  # to be mended where it was typed
    assert "hanako" not in kiosk.browser().page("/?by=look")  # another browser knows nothing of it
    assert kiosk.applicant.post("/contact", phone="0240000000", mail="hanako@gmail.com")["screen"] == "photo"
    assert "hanako" not in kiosk.applicant.page()


def test_a_contact_is_skipped_with_one_touch(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("wishes")
    kiosk.applicant.post("/wishes", then="contact")
    assert kiosk.applicant.post("/contact", skip="yes")["screen"] == "photo"
    assert kiosk.desk.intake.contact is None  # type: ignore[union-attr]
