"""Passkeys without a browser: options, one-time challenges, and answers that are none.

The whole ceremony with a real authenticator runs in tests/browser/test_passkey.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.staff import passkeys
from backoffice.staff.errors import PasskeyRejected
from backoffice.staff.site import Site
from tests.backoffice.console import Console

SITE = Site("localhost", "http://localhost:8500")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
RESPONSE = st.fixed_dictionaries(
    {},
    optional={
        name: st.text(max_size=30) | JSON
        for name in ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
    },
)
CREDENTIAL = st.fixed_dictionaries(
    {"response": RESPONSE | JSON},
    optional={"id": st.text(max_size=20), "rawId": st.text(max_size=20), "type": st.just("public-key") | JSON},
)


@pytest.fixture
def console(shared_console: Console) -> Console:
    return shared_console


@pytest.mark.parametrize(
    ("url", "domain", "origin"),
    [
        ("https://office.example.jp", "office.example.jp", "https://office.example.jp"),
        ("https://office.example.jp:8443", "office.example.jp", "https://office.example.jp:8443"),
        ("http://127.0.0.1:8500", "localhost", "http://localhost:8500"),
        ("http://[::1]:8500", "localhost", "http://localhost:8500"),
        ("http://localhost:8500", "localhost", "http://localhost:8500"),
    ],
)
def test_passkeys_belong_to_the_public_name(url: str, domain: str, origin: str) -> None:
    assert Site.of(url) == Site(domain, origin)


def test_options_ask_for_a_verified_person_and_a_discoverable_key(console: Console) -> None:
    person = console.hire()
    with console.office.work() as work:
        options = passkeys.begin_registration(work, person, SITE).options
    selection = options["authenticatorSelection"]
    assert (selection["residentKey"], selection["userVerification"]) == ("required", "required")
    assert options["rp"]["id"] == "localhost"
    assert options["user"]["displayName"] == person.name


def test_sign_in_options_name_no_account(console: Console) -> None:
    answer = console.stranger().post_json("/sign-in/passkey/options", {}).json()
    assert answer["options"].get("allowCredentials", []) == []
    assert answer["options"]["userVerification"] == "required"


def test_an_answer_that_is_none_is_refused_without_a_session(console: Console) -> None:
    stranger = console.stranger()
    ceremony = stranger.post_json("/sign-in/passkey/options", {}).json()["ceremony"]
    answer = stranger.post_json("/sign-in/passkey", {"ceremony": ceremony, "credential": {"id": "x"}})
    assert answer.status_code == 422
    assert answer.json()["code"] == "staff.passkey_rejected"
    assert "demado_session" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("body", [[], {}, {"ceremony": 1}, {"ceremony": "x", "credential": "y"}, "text"])
def test_bodies_of_another_shape_are_a_problem(console: Console, body: Any) -> None:
    answer = console.stranger().post_json("/sign-in/passkey", body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "request.malformed"


def test_a_challenge_is_taken_once_and_ends_after_five_minutes(console: Console) -> None:
    person = console.hire()
    with console.office.work() as work:
        first, second = (passkeys.begin_registration(work, person, SITE).id for _ in range(2))
    for _ in range(2):
        with console.office.work() as work, pytest.raises(PasskeyRejected):
            passkeys.register(work, person, SITE, ceremony=first, credential={}, label="")
    console.office.clock.move(minutes=6)
    with console.office.work() as work, pytest.raises(PasskeyRejected):
        passkeys.register(work, person, SITE, ceremony=second, credential={}, label="")


def test_a_challenge_given_to_one_account_is_not_anothers(console: Console) -> None:
    mine, other = console.hire(), console.hire()
    with console.office.work() as work:
        ceremony = passkeys.begin_registration(work, mine, SITE).id
    with console.office.work() as work, pytest.raises(PasskeyRejected):
        passkeys.register(work, other, SITE, ceremony=ceremony, credential={}, label="")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(credential=CREDENTIAL)
def test_any_registration_answer_is_only_ever_rejected(console: Console, credential: dict[str, Any]) -> None:
    person = console.hire()
    with console.office.work() as work:
        ceremony = passkeys.begin_registration(work, person, SITE).id
        with pytest.raises(PasskeyRejected):
            passkeys.register(work, person, SITE, ceremony=ceremony, credential=credential, label="x")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(credential=CREDENTIAL)
def test_any_sign_in_answer_is_only_ever_rejected(console: Console, credential: dict[str, Any]) -> None:
    with console.office.work() as work:
        ceremony = passkeys.begin_sign_in(work, SITE).id
        with pytest.raises(PasskeyRejected):
            passkeys.sign_in(work, SITE, ceremony=ceremony, credential=credential)
