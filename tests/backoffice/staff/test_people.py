"""The staff list: inviting, roles, disabling, and names that try to be markup."""

from __future__ import annotations

import re

import pytest

from backoffice.staff import service
from backoffice.staff.authorisation import Role
from tests.backoffice.console import Console
from tests.factories import FUKUSHIMA


def test_inviting_shows_the_link_once(console: Console) -> None:
    administrator = console.sign_in(Role.ADMINISTRATOR)
    page = administrator.post("/staff", {"name": "新人 花子", "role": "staff", "login": "hanako"}).text
    link = re.search(r"http://127\.0\.0\.1:8500|http://localhost:8500(/invitation/072010\.[\w-]{43})", page)
    assert link
    assert console.stranger().get(link[1]).status_code == 200
    listed = administrator.get("/staff").text
    assert "新人 花子" in listed
    assert "招待中" in listed
    assert "/invitation/" not in listed


def test_a_login_is_made_up_when_none_is_given(console: Console) -> None:
    administrator = console.sign_in(Role.ADMINISTRATOR)
    assert administrator.post("/staff", {"name": "新人", "role": "staff"}).status_code == 200
    with console.office.work() as work:
        logins = [person.login for person in service.all_of(work, FUKUSHIMA) if person.name == "新人"]
    assert re.fullmatch(r"s\d{10}", logins[0])


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": " ", "login": "okay"}, "氏名は"),
        ({"name": "あ" * 81, "login": "okay"}, "氏名は"),
        ({"name": "123456789018", "login": "okay"}, "氏名は"),
        ({"name": "新人", "login": "花子"}, "ログイン名は"),
        ({"name": "新人", "login": "a"}, "ログイン名は"),
        ({"name": "新人", "login": "123456789018"}, "ログイン名は"),
        ({"name": "新人", "login": "taken"}, "すでに使われています"),
    ],
)
def test_what_does_not_fit_is_said_and_stays_in_the_form(
    console: Console, given: dict[str, str], sentence: str
) -> None:
    administrator = console.sign_in(Role.ADMINISTRATOR)
    console.hire(login="taken")
    answer = administrator.post("/staff", {"role": "lead", **given})
    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert '<option value="lead" selected>' in answer.text


def test_an_unknown_role_is_refused(console: Console) -> None:
    administrator = console.sign_in(Role.ADMINISTRATOR)
    assert administrator.post("/staff", {"name": "新人", "role": "king"}).status_code == 422


def test_markup_in_a_name_is_text_everywhere(console: Console) -> None:
    name = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    administrator = console.sign_in(Role.ADMINISTRATOR, name=name)
    assert administrator.person is not None
    console.hire(name=name)
    for path in ("/", "/staff", "/audit", "/account"):
        page = administrator.get(path).text
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_nobody_disables_or_demotes_themselves(console: Console) -> None:
    administrator = console.sign_in(Role.ADMINISTRATOR)
    assert administrator.person is not None
    own = f"/staff/{administrator.person.id}"
    assert administrator.post(f"{own}/disable").status_code == 409
    assert administrator.post(f"{own}/role", {"role": "staff"}).status_code == 409


def test_the_last_administrator_stays(console: Console) -> None:
    person = console.hire(Role.ADMINISTRATOR)
    with console.office.work() as work, pytest.raises(Exception, match=r"staff\.last_administrator"):
        service.disable(work, service.read(work, FUKUSHIMA, person.id), by="command")


def test_a_lost_person_gets_a_new_link(console: Console) -> None:
    administrator, person = console.sign_in(Role.ADMINISTRATOR), console.hire(name="山田 太郎")
    page = administrator.post(f"/staff/{person.id}/invite").text
    assert "山田 太郎" in page
    assert "/invitation/072010." in page


def test_an_auditor_sees_the_list_without_handles(console: Console) -> None:
    person = console.hire(name="山田 太郎")
    page = console.sign_in(Role.AUDITOR).get("/staff").text
    assert "山田 太郎" in page
    assert f"/staff/{person.id}/disable" not in page


def test_an_administrator_signs_a_lost_laptop_out_and_the_account_goes_on(console: Console) -> None:
    administrator, laptop = console.sign_in(Role.ADMINISTRATOR), console.sign_in()
    assert laptop.person
    tablet = console.sign_in(person=laptop.person)
    at = f"/staff/{laptop.person.id}/sessions"
    page = administrator.get(at).text
    first = re.findall(r'name="session" value="([^"]+)"', page)
    assert len(first) == 2
    assert administrator.post(f"{at}/end", {"session": first[0]}).status_code == 303
    assert sorted(browser.get("/").status_code for browser in (laptop, tablet)) == [200, 303]
    assert administrator.post(f"{at}/end").status_code == 303
    assert [browser.get("/").status_code for browser in (laptop, tablet)] == [303, 303]
    assert "いまサインインしている端末はありません" in administrator.get(at).text
    assert console.sign_in(person=laptop.person).get("/").status_code == 200
    own = f"/staff/{administrator.person.id}/sessions/end" if administrator.person else ""
    administrator.post(own)
    assert administrator.get("/").status_code == 200
    assert console.sign_in(Role.LEAD).get(at).status_code == 403
