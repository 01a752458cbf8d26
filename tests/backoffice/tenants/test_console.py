"""What a municipality says of itself, kept by its administrators."""

from __future__ import annotations

import pytest

from backoffice.organisations import service as organisations
from backoffice.staff.authorisation import Role
from tests.backoffice.console import Console
from tests.factories import FUKUSHIMA

WORDS = {"name": "福島市", "name_en": "Fukushima City", "kana": "ふくしまし", "contact": "市民課 024-000-0000"}
SEEN = ["福島市", "", "ふくしまし", ""]


def test_name_and_contact_are_changed_once_and_not_over_somebody_elses_change(console: Console) -> None:
    browser = console.sign_in(Role.ADMINISTRATOR)
    for _ in range(2):  # a double click is no conflict
        assert browser.post("/municipality", {**WORDS, "seen": SEEN}).status_code == 303
    with console.office.work() as work:
        assert organisations.tenant(work, FUKUSHIMA).contact == WORDS["contact"]
    late = browser.post("/municipality", {**WORDS, "contact": "窓口係", "seen": SEEN})
    assert (late.status_code, WORDS["contact"] in late.text, 'value="窓口係"' in late.text) == (409, True, True)
    assert "市区町村の内容を変更" in browser.get("/audit").text


@pytest.mark.parametrize("wrong", [{"name": " "}, {"contact": "123456789018"}, {"kana": "か" * 81}])
def test_what_cannot_be_is_told_beside_its_field_and_kept_in_the_form(
    shared_console: Console, wrong: dict[str, str]
) -> None:
    answer = shared_console.sign_in(Role.ADMINISTRATOR).post("/municipality", {**WORDS, **wrong, "seen": SEEN})
    assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (422, True)
    assert shared_console.sign_in(Role.LEAD).get("/municipality").status_code == 403
