"""What was typed: it stands there again after a refusal, and is gone with the screen."""

from __future__ import annotations

from kiosk.web.words import REFUSALS
from tests.kiosk.web.kiosk import Kiosk


def test_what_was_typed_stands_there_again_after_a_refusal(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("form")
    kiosk.applicant.submit("/form", kind="typed", form_id="2" * 23, form_id_again="2" * 22 + "3")
    again = kiosk.applicant.page("/?by=typing")
    assert f'value="{"2" * 23}"' in again
    assert f'value="{"2" * 22}3"' in again


def test_a_refused_birth_date_keeps_its_era_and_numbers(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("birth")
    page = kiosk.applicant.submit("/person", era="平成", year="3", month="2", day="31")
    assert REFUSALS["date.impossible"] in page
    assert 'value="平成" checked' in page
    assert [part in page for part in ('id="year"', 'value="3"', 'value="2"', 'value="31"')] == [True] * 4


def test_what_was_typed_is_gone_once_the_screen_is_left(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("birth")
    kiosk.applicant.submit("/person", era="平成", year="3", month="2", day="31")
    kiosk.applicant.post("/person", birth_date="1991-02-28")
    kiosk.applicant.post("/back")
    assert 'value="31"' not in kiosk.applicant.page()


def test_a_my_number_is_never_put_back_into_a_field(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("form")
    kiosk.applicant.submit("/form", kind="typed", form_id="123456789018", form_id_again="123456789018")
    assert "123456789018" not in kiosk.applicant.page("/?by=typing")
