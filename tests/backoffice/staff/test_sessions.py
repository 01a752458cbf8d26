"""Sessions end by silence, by age, by sign-out, by revocation, and with the account."""

from __future__ import annotations

import pytest

from backoffice.staff import service, sessions
from backoffice.staff.authorisation import Role
from backoffice.staff.tokens import Token
from tests.backoffice.console import Browser, Console
from tests.factories import KORIYAMA


def alive(browser: Browser) -> bool:
    return browser.get("/").status_code == 200


def test_half_an_hour_of_silence_ends_a_session(each_console: Console) -> None:
    browser = each_console.sign_in()
    each_console.office.clock.move(minutes=29)
    assert alive(browser)
    each_console.office.clock.move(minutes=29)
    assert alive(browser), "use keeps it alive"
    each_console.office.clock.move(minutes=30)
    assert not alive(browser)


def test_a_page_that_refreshes_itself_does_not_keep_the_session_alive(console: Console) -> None:
    browser = console.sign_in()
    for _ in range(2):
        console.office.clock.move(minutes=14)
        assert browser.get("/", headers={"hx-request": "true"}).status_code == 200
    console.office.clock.move(minutes=2)
    answer = browser.get("/", headers={"hx-request": "true"})
    assert answer.headers["hx-redirect"] == "/sign-in", "the page with personal data is left"


def test_twelve_hours_end_a_session_in_use(console: Console) -> None:
    browser = console.sign_in()
    for _ in range(12 * 3 - 1):
        console.office.clock.move(minutes=20)
        assert alive(browser)
    console.office.clock.move(minutes=20)
    assert not alive(browser)


def test_signing_out_ends_it_on_the_server(console: Console) -> None:
    browser = console.sign_in()
    token = str(browser.token)
    assert browser.post("/sign-out").headers["location"] == "/sign-in"
    browser.client.cookies.set("demado_session", token)
    assert not alive(browser)


def test_a_disabled_account_is_out_at_once(console: Console) -> None:
    administrator, browser = console.sign_in(Role.ADMINISTRATOR), console.sign_in()
    assert browser.person is not None
    administrator.post(f"/staff/{browser.person.id}/disable")
    assert not alive(browser)
    administrator.post(f"/staff/{browser.person.id}/enable")
    assert not alive(browser), "the old session stays ended"


def test_the_token_itself_is_not_in_the_database(console: Console) -> None:
    browser = console.sign_in()
    assert browser.token is not None
    dump = console.office.settings.database.removeprefix("sqlite:///")
    with open(dump, "rb") as file:
        assert browser.token.secret.encode() not in file.read()


@pytest.mark.parametrize("cookie", ["", "nonsense", "072010." + "a" * 43, "072036." + "b" * 43])
def test_cookies_that_are_no_session_lead_to_the_sign_in(console: Console, cookie: str) -> None:
    stranger = console.stranger()
    stranger.client.cookies.set("demado_session", cookie)
    assert stranger.get("/cases").headers["location"] == "/sign-in?next=/cases"


def test_a_token_is_worth_nothing_in_another_municipality(console: Console) -> None:
    browser = console.sign_in()
    assert browser.token is not None
    moved = Token(KORIYAMA, browser.token.secret)
    with console.office.work() as work:
        assert sessions.look_up(work, moved) is None


def test_other_sessions_can_be_ended_one_or_all(console: Console) -> None:
    person = console.hire()
    here, there, elsewhere = (console.sign_in(person=person) for _ in range(3))
    with console.office.work() as work:
        ids = {
            session.token_hash: session.id for session in sessions.of_account(work, person.municipality_id, person.id)
        }
    assert there.token is not None
    here.post(f"/account/sessions/{ids[there.token.hash]}/end")
    assert (alive(here), alive(there), alive(elsewhere)) == (True, False, True)
    here.post("/account/sessions/end-others")
    assert (alive(here), alive(elsewhere)) == (True, False)


def test_nobody_ends_a_session_of_somebody_else(console: Console) -> None:
    victim, other = console.sign_in(), console.sign_in()
    assert victim.person is not None
    with console.office.work() as work:
        session = sessions.of_account(work, victim.person.municipality_id, victim.person.id)[0].id
    other.post(f"/account/sessions/{session}/end")
    assert alive(victim)


def test_names_of_all_accounts_by_id(console: Console) -> None:
    person = console.hire(name="山田 太郎")
    with console.office.work() as work:
        assert service.names(work, person.municipality_id)[person.id] == "山田 太郎"
