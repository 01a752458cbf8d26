"""Posts need the token of our own page and come from our own site."""

from __future__ import annotations

import pytest

from backoffice.staff.authorisation import Role
from tests.backoffice.console import Console
from tests.backoffice.routes import Door, console_doors

POSTS = [door for door in console_doors() if door.method == "POST"]


@pytest.fixture
def console(shared_console: Console) -> Console:
    return shared_console


def test_every_post_without_token_is_refused(console: Console) -> None:
    browser = console.sign_in(Role.ADMINISTRATOR)

    def refused(door: Door, token: str) -> bool:
        answer = browser.post(door.address, csrf=token)
        return answer.status_code == 403 and "request.forged" in answer.text

    assert [door for door in POSTS if not refused(door, "")] == []
    assert [door for door in POSTS if not refused(door, "0" * 64)] == []


def test_another_sessions_token_is_refused(console: Console) -> None:
    mine, other = console.sign_in(), console.sign_in()
    assert mine.post("/language", {"language": "en"}, csrf=other.csrf()).status_code == 403
    assert mine.post("/language", {"language": "en"}).status_code == 303


def test_the_token_of_a_page_before_sign_in_is_worthless_afterwards(console: Console) -> None:
    early = console.stranger()
    token = early.csrf()
    signed = console.sign_in()
    signed.client.cookies.update(early.client.cookies)
    assert signed.post("/language", {"language": "en"}, csrf=token).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_post_from_another_site_is_refused_even_with_the_token(console: Console, headers: dict[str, str]) -> None:
    browser = console.sign_in()
    assert browser.post("/language", {"language": "en"}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "same-origin", "origin": "http://localhost:8500"}, {"origin": "http://127.0.0.1:8500"}],
)
def test_a_post_from_our_own_pages_passes(console: Console, headers: dict[str, str]) -> None:
    browser = console.sign_in()
    assert browser.post("/language", {"language": "en"}, headers=headers).status_code == 303


def test_the_header_stands_for_the_field(console: Console) -> None:
    assert console.sign_in().post_json("/account/passkey/options", {}).status_code == 200


def test_an_ended_session_leads_to_the_sign_in_not_to_a_refusal(console: Console) -> None:
    browser = console.sign_in()
    token = browser.csrf()
    console.office.clock.move(hours=1)
    answer = browser.post("/account/sessions/end-others", csrf=token)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
