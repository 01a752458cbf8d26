"""One organisation on the console: two people who edit it see each other's words before one is lost."""

from __future__ import annotations

from backoffice.staff.authorisation import Role
from tests.backoffice.console import Browser, Console, field_of


def _line(seen: str, **changes: str) -> dict[str, str]:
    return {"name": "消防本部", "kind": "fire_service", "partner": "talking", "seen": seen, **changes}


def _opened(browser: Browser) -> tuple[str, str]:
    """A new organisation's address and what its form was shown over."""
    at = browser.post("/organisations", {"name": "消防本部", "kind": "fire_service"}).headers["location"]
    return at, field_of(browser.get(at).text, "seen")


def test_slower_of_two_people_compares_and_saves_or_not(shared_console: Console) -> None:
    first, second = shared_console.sign_in(Role.LEAD), shared_console.sign_in(Role.LEAD)
    at, seen = _opened(first)
    assert first.post(at, _line(seen, contact="総務 花子（架空）")).status_code == 303
    late = second.post(at, _line(seen, contact="警防 太郎（架空）", phone="024-000-0000"))
    assert late.status_code == 409
    assert all(words in late.text for words in ("ほかの人が先に保存", "総務 花子", 'value="警防 太郎（架空）"'))
    assert "警防" not in first.get(at).text
    again = field_of(late.text, "seen")
    assert second.post(at, _line(again, contact="警防 太郎（架空）")).status_code == 303
    assert "警防 太郎" in first.get(at).text


def test_a_double_click_saves_once_and_is_no_conflict(shared_console: Console) -> None:
    lead = shared_console.sign_in(Role.LEAD)
    at, seen = _opened(lead)
    assert [lead.post(at, _line(seen, contact="同じ人")).status_code for _ in range(2)] == [303, 303]


def test_further_contacts_are_kept_searched_and_compared(shared_console: Console) -> None:
    lead = shared_console.sign_in(Role.LEAD)
    at, seen = _opened(lead)
    others = {"also_name_0": "人事課 会津", "also_phone_0": "024-111-1111", "also_name_1": " ", "also_mail_1": "x@y.jp"}
    assert lead.post(at, _line(seen, contact="総務", **others)).status_code == 303
    page = lead.get(at).text
    assert ("人事課 会津" in page, "024-111-1111" in page, "x@y.jp" in page) == (True, True, False)
    assert "総務 / 人事課 会津 024-111-1111" in lead.get("/organisations?q=人事課&as=csv").text
    assert lead.post(at, _line(seen, contact="別の人")).status_code == 409
    assert "人事課 会津" in shared_console.sign_in(Role.STAFF).get(at).text
