"""The one-time link: what a program or a person does with it, and how often."""

from __future__ import annotations

import re
from datetime import datetime

import pyotp
import pytest

from backoffice.staff import service
from backoffice.staff.authorisation import Role
from backoffice.staff.models import Staff
from tests.backoffice.console import Browser, Console, field_of

PASSWORD = "朝ごはんは白米と味噌汁にかぎる"


def link_for(console: Console, person: Staff) -> str:
    with console.office.work() as work:
        return str(service.invite(work, person, by="test"))


def secret_in(page: str) -> str:
    found = re.search(r'<code id="totp-secret"[^>]*>([A-Z2-7]+)</code>', page)
    assert found
    return found[1]


def code(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


def set_up(console: Console, browser: Browser, link: str, **changes: str) -> tuple[int, str]:
    page = browser.get(f"/invitation/{link}").text
    given = {"password": PASSWORD, "password_again": PASSWORD, "code": code(secret_in(page), console.office.clock())}
    answer = browser.post(f"/invitation/{link}/password", given | changes, csrf=field_of(page, "csrf"))
    return answer.status_code, answer.text


def test_password_and_code_set_up_and_sign_in_by_plain_forms(each_console: Console) -> None:
    console, person = each_console, each_console.hire(Role.ADMINISTRATOR)
    browser, link = console.stranger(), link_for(each_console, person)
    secret = secret_in(browser.get(f"/invitation/{link}").text)
    status, page = set_up(console, browser, link)
    assert status == 200
    assert len(re.findall(r'<code class="recovery-code">[0-9A-Z]{5}-[0-9A-Z]{5}</code>', page)) == 10
    assert browser.get("/").status_code == 200, "signed in at once"

    console.office.clock.move(seconds=30)
    again = console.stranger()
    form = again.get("/sign-in?next=/cases").text
    fields = {"municipality": person.municipality_id, "next": "/cases"}
    fields |= {"login": person.login, "password": PASSWORD, "code": code(secret, console.office.clock())}
    answer = again.post("/sign-in", fields, csrf=field_of(form, "csrf"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases")
    assert again.get("/cases").status_code == 200


def test_the_page_keeps_its_secret_when_loaded_again(console: Console) -> None:
    link = link_for(console, console.hire())
    browser = console.stranger()
    assert secret_in(browser.get(f"/invitation/{link}").text) == secret_in(browser.get(f"/invitation/{link}").text)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "000000"}, "確認コードが合いません"),
        ({"password_again": "something else entirely"}, "2つのパスワードが一致しません"),
        ({"password": "short", "password_again": "short"}, "12文字以上"),
    ],
)
def test_what_does_not_fit_is_said_and_the_link_stays_good(
    console: Console, changes: dict[str, str], sentence: str
) -> None:
    browser, link = console.stranger(), link_for(console, console.hire())
    status, page = set_up(console, browser, link, **changes)
    assert status == 422
    assert sentence in page
    assert set_up(console, browser, link)[0] == 200


def test_a_link_works_once(console: Console) -> None:
    link = link_for(console, console.hire())
    assert set_up(console, console.stranger(), link)[0] == 200
    assert console.stranger().get(f"/invitation/{link}").status_code == 404


def test_a_link_ends_after_three_days(console: Console) -> None:
    link = link_for(console, console.hire())
    console.office.clock.move(hours=71, minutes=59)
    assert console.stranger().get(f"/invitation/{link}").status_code == 200
    console.office.clock.move(minutes=1)
    assert console.stranger().get(f"/invitation/{link}").status_code == 404


def test_a_new_link_ends_the_old_one(console: Console) -> None:
    person = console.hire()
    first, second = link_for(console, person), link_for(console, person)
    assert console.stranger().get(f"/invitation/{first}").status_code == 404
    assert console.stranger().get(f"/invitation/{second}").status_code == 200


def test_a_disabled_accounts_link_is_dead(console: Console) -> None:
    administrator, person = console.sign_in(Role.ADMINISTRATOR), console.hire()
    link = link_for(console, person)
    administrator.post(f"/staff/{person.id}/disable")
    assert console.stranger().get(f"/invitation/{link}").status_code == 404


@pytest.mark.parametrize("link", ["x", "072010." + "a" * 43, "%00", "072010.é"])
def test_a_made_up_link_is_answered_like_a_used_one(console: Console, link: str) -> None:
    answer = console.stranger().get(f"/invitation/{link}")
    assert answer.status_code == 404
    assert "この招待リンクは使えません" in answer.text


def test_the_secret_is_sealed_in_the_database(console: Console) -> None:
    person = console.hire()
    page = console.stranger().get(f"/invitation/{link_for(console, person)}").text
    with console.office.work() as work:
        stored = service.read(work, person.municipality_id, person.id).totp_pending
    assert stored is not None
    assert console.sealing.open(stored, person) == pyotp.TOTP(secret_in(page)).byte_secret()
    assert pyotp.TOTP(secret_in(page)).byte_secret() not in stored
