"""One's own account: authenticator renewed, recovery codes, passkeys taken off."""

from __future__ import annotations

import re

import pyotp

from backoffice.staff.models import Passkey, Staff
from schemas.ids import Uuid7
from tests.backoffice.console import Browser, Console, field_of

PASSWORD = "夕ごはんは焼き魚と冷や奴がいい"


def add_passkey(console: Console, person: Staff, label: str = "鍵") -> str:
    with console.office.work() as work:
        identity = str(work.new_id(Uuid7))
        work.session.add(
            Passkey(
                municipality_id=person.municipality_id, id=identity, staff_id=person.id, credential_id=identity,
                public_key=b"k", sign_count=0, label=label, created_at=work.now,
            )
        )  # fmt: skip
    return identity


def set_password(console: Console, browser: Browser, **changes: str) -> tuple[int, str]:
    page = browser.get("/account/password").text
    secret = re.search(r'id="totp-secret"[^>]*>([A-Z2-7]+)<', page)
    assert secret
    code = pyotp.TOTP(secret[1]).at(console.office.clock())
    given = {"password": PASSWORD, "password_again": PASSWORD, "code": code}
    answer = browser.post("/account/password", given | changes, csrf=field_of(page, "csrf"))
    return answer.status_code, answer.text


def test_a_new_password_ends_the_sessions_elsewhere(console: Console) -> None:
    person = console.hire()
    here, there = console.sign_in(person=person), console.sign_in(person=person)
    assert set_password(console, here)[0] == 200
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303


def test_what_does_not_fit_keeps_the_old_state(console: Console) -> None:
    browser = console.sign_in()
    status, page = set_password(console, browser, code="000000")
    assert status == 422
    assert "確認コードが合いません" in page
    assert "設定していません" in browser.get("/account").text


def test_new_recovery_codes_replace_the_old(console: Console) -> None:
    browser = console.sign_in()
    _, first = set_password(console, browser)
    second = browser.post("/account/recovery-codes").text
    found = [set(re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page)) for page in (first, second)]
    assert len(found[0]) == len(found[1]) == 10
    assert not found[0] & found[1]
    assert "未使用の回復コードが10個あります" in browser.get("/account").text


def test_a_passkey_can_be_taken_off_but_not_the_last_means(console: Console) -> None:
    browser = console.sign_in()
    assert browser.person is not None
    first, second = (add_passkey(console, browser.person) for _ in range(2))
    assert browser.post(f"/account/passkeys/{first}/remove").status_code == 303
    assert browser.post(f"/account/passkeys/{second}/remove").status_code == 409
    set_password(console, browser)
    assert browser.post(f"/account/passkeys/{second}/remove").status_code == 303


def test_nobody_takes_off_somebody_elses_passkey(console: Console) -> None:
    victim, other = console.sign_in(), console.sign_in()
    assert victim.person is not None
    assert other.person is not None
    add_passkey(console, other.person)
    add_passkey(console, other.person)
    passkey = add_passkey(console, victim.person, label="被害者の鍵")
    assert other.post(f"/account/passkeys/{passkey}/remove").status_code == 404
    assert "被害者の鍵" in victim.get("/account").text
