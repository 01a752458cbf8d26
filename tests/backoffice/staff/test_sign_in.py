"""Signing in with password and code: one message for every failure, limits on tries, recovery codes once."""

from __future__ import annotations

from datetime import datetime
from functools import cache

import pyotp
import pytest
from argon2 import PasswordHasher
from httpx2 import Response

from backoffice.staff import codes, service
from backoffice.staff.models import Staff
from tests.backoffice.console import Browser, Console
from tests.factories import KORIYAMA

PASSWORD = "朝ごはんは白米と味噌汁にかぎる"
SECRET = b"12345678901234567890"


@cache
def _hashed() -> str:
    """A hash says itself what it costs: this one little, because hundreds are tried here."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


def set_up(console: Console, person: Staff) -> tuple[str, ...]:
    """Give the account password, authenticator and recovery codes; returns the codes."""
    with console.office.work() as work:
        account = service.read(work, person.municipality_id, person.id)
        account.password_hash = _hashed()
        account.totp_secret = console.sealing.seal(SECRET, account, now=work.now)
        return service.renew_recovery_codes(work, account)


def code(at: datetime) -> str:
    return pyotp.TOTP(codes.base32(SECRET)).at(at)


def attempt(console: Console, browser: Browser, person: Staff, **changes: str) -> Response:
    given = {
        "municipality": person.municipality_id, "login": person.login, "password": PASSWORD,
        "code": code(console.office.clock()),
    }  # fmt: skip
    return browser.post("/sign-in", given | changes)


@pytest.fixture
def person(console: Console) -> Staff:
    person = console.hire()
    set_up(console, person)
    return person


def test_right_password_and_code_sign_in(console: Console, person: Staff) -> None:
    browser = console.stranger()
    assert attempt(console, browser, person).status_code == 303
    assert browser.get("/").status_code == 200


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(console: Console, person: Staff) -> None:
    cookie = attempt(console, console.stranger(), person).headers["set-cookie"]
    session = next(part for part in cookie.split("demado_") if part.startswith("session="))
    assert "HttpOnly" in session
    assert "SameSite=lax" in session


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "wrong password here"},
        {"code": "000000"},
        {"login": "nobody"},
        {"municipality": KORIYAMA},
        {"municipality": "nonsense"},
        {"code": "AAAAA-AAAAA"},
    ],
    ids=["password", "code", "login", "municipality", "no municipality", "recovery code"],
)
def test_every_failure_looks_the_same(console: Console, person: Staff, changes: dict[str, str]) -> None:
    browser = console.stranger()
    answer = attempt(console, browser, person, **changes)
    assert answer.status_code == 401
    assert "サインインできませんでした。入力した内容を確かめてください。" in answer.text
    assert changes.get("password", PASSWORD) not in answer.text
    assert browser.get("/").status_code == 303


def test_an_account_without_password_cannot_use_one(console: Console) -> None:
    assert attempt(console, console.stranger(), console.hire(), password="").status_code in (401, 422)
    assert attempt(console, console.stranger(), console.hire()).status_code == 401


def test_a_disabled_account_cannot_sign_in(console: Console, person: Staff) -> None:
    other = console.hire()
    with console.office.work() as work:
        service.disable(work, service.read(work, person.municipality_id, person.id), by=other.id)
    assert attempt(console, console.stranger(), person).status_code == 401


def test_five_failures_hold_the_account_for_15_minutes(console: Console, person: Staff) -> None:
    browser = console.stranger()
    for _ in range(5):
        assert attempt(console, browser, person, password="wrong password").status_code == 401
    held = attempt(console, browser, person)
    assert held.status_code == 429
    assert "15分ほど待ってください" in held.text
    console.office.clock.move(minutes=15)
    assert attempt(console, browser, person).status_code == 303


def test_an_unknown_account_is_held_the_same_way(console: Console, person: Staff) -> None:
    browser = console.stranger()
    statuses = [attempt(console, browser, person, login="nobody").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


def test_others_can_sign_in_while_one_account_is_held(console: Console, person: Staff) -> None:
    for _ in range(5):
        attempt(console, console.stranger(), person, password="wrong password")
    other = console.hire()
    set_up(console, other)
    assert attempt(console, console.stranger(), other).status_code == 303


def test_signing_in_forgets_the_failures(console: Console, person: Staff) -> None:
    browser = console.stranger()
    for _ in range(4):
        attempt(console, browser, person, password="wrong password")
    assert attempt(console, browser, person).status_code == 303
    console.office.clock.move(seconds=60)
    browser.client.cookies.clear()
    assert [attempt(console, browser, person, password="wrong").status_code for _ in range(5)] == [401] * 5


@pytest.mark.long
def test_many_accounts_tried_from_one_address_are_held(console: Console, person: Staff) -> None:
    browser = console.stranger()
    for number in range(30):
        attempt(console, browser, person, login=f"guess-{number}", password="x")
    assert attempt(console, browser, person).status_code == 429


def test_a_code_signs_in_once(console: Console, person: Staff) -> None:
    assert attempt(console, console.stranger(), person).status_code == 303
    assert attempt(console, console.stranger(), person).status_code == 401
    console.office.clock.move(seconds=30)
    assert attempt(console, console.stranger(), person).status_code == 303


def test_a_recovery_code_stands_in_once(each_console: Console) -> None:
    person = each_console.hire()
    first, second, *_ = set_up(each_console, person)
    assert attempt(each_console, each_console.stranger(), person, code=first.lower()).status_code == 303
    assert attempt(each_console, each_console.stranger(), person, code=first).status_code == 401
    assert attempt(each_console, each_console.stranger(), person, code=second).status_code == 303


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "a\nb"])
def test_nobody_is_sent_to_another_site(console: Console, person: Staff, next: str) -> None:
    answer = attempt(console, console.stranger(), person, next=next)
    assert answer.headers["location"] == "/"


def test_who_is_signed_in_already_is_led_on(console: Console) -> None:
    assert console.sign_in().get("/sign-in?next=/cases").headers["location"] == "/cases"


def test_attempts_are_written_down(console: Console, person: Staff) -> None:
    attempt(console, console.stranger(), person, password="wrong password")
    attempt(console, console.stranger(), person)
    with console.office.database.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT action, detail FROM audit_entry WHERE action LIKE 'staff.sign%' ORDER BY sequence"
        )
        assert [tuple(row) for row in rows] == [("staff.sign_in_failed", ""), ("staff.signed_in", "password")]
