"""Signing in through a real OpenID provider: whom it opens, and every answer of it that must not open anything."""

from __future__ import annotations

import base64
import hmac
import json
import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from backoffice.kit.errors import SetUpInvalid
from backoffice.settings import Settings
from backoffice.staff import service
from backoffice.staff.authorisation import Role
from backoffice.staff.id_token import key_set
from backoffice.staff.models import Staff
from tests.backoffice.console import SITE, Console, field_of
from tests.backoffice.office import Clock, add_municipalities, open_office
from tests.backoffice.staff.openid_provider import CLIENT, SECRET, OpenIdServer, Place, ec_key, openid_server, rsa_key
from tests.backoffice.staff.test_sign_in import code, set_up
from tests.factories import FUKUSHIMA, KORIYAMA

BACK = "/sign-in/provider/back"


@pytest.fixture(scope="module")
def opened(keys_template: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder, clock = tmp_path_factory.mktemp("openid"), Clock()
    shutil.copytree(keys_template, folder, dirs_exist_ok=True)
    shutil.copy(sqlite_template, folder / "office.db")
    (folder / "oidc").write_text(SECRET)
    (folder / "oidc").chmod(0o600)
    with openid_server(clock) as provider:
        office = open_office(
            folder, f"sqlite:///{folder / 'office.db'}", role="all", embedded_worker=False, oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT, oidc_client_secret_file=folder / "oidc", oidc_acr_values=("loa3",),
        )  # fmt: skip
        provider.now = office.clock
        with office.client:
            with office.work() as work:
                add_municipalities(work)
            yield Place(Console(office), provider)


@pytest.fixture
def place(opened: Place) -> Place:
    """The same office for all; the provider honest again, its keys asked for again when need be."""
    opened.provider.claims, opened.provider.description = {}, {}
    opened.provider.signs, opened.provider.down = None, False
    opened.console.office.clock.move(minutes=2)
    return opened


@pytest.fixture(scope="module")
def alice(opened: Place) -> Staff:
    """Linked by her invitation."""
    person = opened.console.hire(login="alice")
    assert opened.link(person, "alice")[1].status_code == 303
    return person


def test_invitation_links_and_later_sign_ins_open_that_account_only(place: Place, alice: Staff) -> None:
    place.provider.subject = "alice"
    browser = place.console.stranger()
    answer = place.sign_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases")
    assert alice.name in browser.get("/account").text
    assert "alice" in browser.get("/account").text
    assert ("staff.signed_in", "provider") in place.noted()


def test_nobody_gets_an_account_by_being_known_to_the_provider(place: Place, alice: Staff) -> None:
    place.provider.subject = "mallory"
    answer = place.sign_in()
    assert answer.status_code == 403
    assert "職員のアカウントに結び付いていません" in answer.text
    assert ("staff.provider_refused", "staff.provider_unknown") in place.noted()
    with place.console.office.work() as work:
        assert len(service.all_of(work, FUKUSHIMA)) < 30


def test_the_link_holds_in_one_municipality(place: Place, alice: Staff) -> None:
    place.provider.subject = "alice"
    browser = place.console.stranger()
    token = field_of(browser.get("/sign-in").text, "csrf")
    page = browser.post("/sign-in/provider", {"municipality": KORIYAMA, "next": "/"}, csrf=token).text
    found = re.search(r'id="onward" href="([^"]+)"', page)
    assert found
    assert browser.get(place.provider.authorize(unescape(found[1])).removeprefix(SITE)).status_code == 403


LIES: dict[str, dict[str, Any]] = {
    "iss": {"iss": "https://evil.example"},
    "aud": {"aud": "another client"},
    "aud list": {"aud": [CLIENT, "another client"]},
    "azp": {"azp": "another client"},
    "expired": {"exp": 1},
    "no end": {"exp": None},
    "end is a word": {"exp": "never"},
    "old": {"iat": 1_000_000_000},
    "ahead": {"iat": 9_000_000_000, "exp": 9_000_000_300},
    "nonce": {"nonce": "0" * 64},
    "no nonce": {"nonce": None},
    "nobody": {"sub": ""},
    "not text": {"sub": 7},
}


@pytest.mark.parametrize("lie", LIES)
def test_claim_that_does_not_fit_opens_nothing(place: Place, alice: Staff, lie: str) -> None:
    place.provider.subject, place.provider.claims = "alice", LIES[lie]
    browser = place.console.stranger()
    answer = place.sign_in(browser)
    assert answer.status_code == 401
    assert "答えを確かめられませんでした" in answer.text
    assert browser.get("/cases").status_code == 303


def _text(*parts: Any) -> str:
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


def _by_public_key(provider: OpenIdServer, claims: dict[str, Any]) -> str:
    """The old trick: the public key's text as the secret of an HMAC. Made by hand, because no library does it."""
    text = _text({"alg": "HS256", "kid": "first"}, claims)
    made = hmac.digest(provider.keys[0].as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"


def _signatures(provider: OpenIdServer) -> dict[str, Callable[[dict[str, Any]], str]]:
    stranger = rsa_key("first")
    return {
        "none": lambda claims: _text({"alg": "none"}, claims) + ".",
        "hs256": lambda claims: _by_public_key(provider, claims),
        "stranger": lambda claims: provider.signed(claims, stranger),
        "unknown kid": lambda claims: provider.signed(claims, ec_key("elsewhere")), "no token": lambda _claims: "a.b.c",
        "changed": lambda claims: provider.signed(claims)[:-8] + "AAAAAAAA",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["none", "hs256", "stranger", "unknown kid", "no token", "changed"])
def test_signature_not_of_the_providers_keys_opens_nothing(place: Place, alice: Staff, kind: str) -> None:
    place.provider.subject, place.provider.signs = "alice", _signatures(place.provider)[kind]
    assert place.sign_in().status_code == 401


def test_new_keys_are_asked_for_and_the_other_kind_is_taken(place: Place, alice: Staff) -> None:
    place.provider.subject = "alice"
    assert place.sign_in().status_code == 303
    place.provider.keys = [ec_key("second")]
    place.console.office.clock.move(minutes=1)
    assert place.sign_in().status_code == 303
    before = place.provider.asked.count("/keys")
    place.provider.signs = lambda claims: place.provider.signed(claims, ec_key("third"))
    assert [place.sign_in().status_code for _ in range(3)] == [401] * 3
    assert place.provider.asked.count("/keys") == before, "not asked anew for every false signature"


def test_an_answer_is_good_once_and_in_one_browser(place: Place, alice: Staff) -> None:
    place.provider.subject = "alice"
    browser, thief = place.console.stranger(), place.console.stranger()
    back = place.go(browser)
    assert thief.get(back).status_code == 401, "somebody else's link"
    assert browser.get(back).status_code == 303
    browser.client.cookies.delete("demado_session")
    assert browser.get(back).status_code == 401, "the same again"
    code_again = parse_qs(urlsplit(back).query)["code"][0]
    state = parse_qs(urlsplit(place.go(browser)).query)["state"][0]
    answer = browser.get(f"{BACK}?code={code_again}&state={state}&iss={place.provider.issuer}")
    assert answer.status_code == 401, "an old code on a new trip"


@pytest.mark.parametrize("change", ["state", "iss", "no iss", "error", "late"])
def test_way_back_that_does_not_fit_is_said(place: Place, alice: Staff, change: str) -> None:
    place.provider.subject = "alice"
    browser = place.console.stranger()
    back = place.go(browser)
    if change == "late":
        place.console.office.clock.move(minutes=11)
    changed = {
        "state": back.replace("state=", "state=0"), "iss": re.sub("iss=.*", "iss=https://evil.example", back),
        "no iss": re.sub("&iss=.*", "", back), "error": f"{BACK}?error=access_denied", "late": back,
    }  # fmt: skip
    answer = browser.get(changed[change])
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text


def test_provider_away_is_said_and_other_ways_stay(place: Place, alice: Staff) -> None:
    browser = place.console.stranger()
    back = place.go(browser)
    place.provider.down = True
    answer = browser.get(back)
    assert answer.status_code == 503
    assert "認証サービスにつながりません" in answer.text
    place.console.office.clock.move(hours=2)
    answer = place.onward(browser)
    assert (answer.status_code, 'name="password"' in answer.text) == (503, True)


@pytest.mark.parametrize(
    "description", [{"issuer": "https://evil.example"}, {"token_endpoint": "http://id.example/token"}, {"jwks_uri": 7}]
)
def test_description_that_cannot_be_trusted_is_not_used(place: Place, description: dict[str, Any]) -> None:
    place.provider.description = description
    place.console.office.clock.move(hours=2)
    assert place.onward(place.console.stranger()).status_code == 503


def test_one_factor_asks_for_our_own_code(place: Place) -> None:
    person = place.console.hire()
    place.link(person, "bob")
    place.provider.claims = {"amr": ["pwd"]}
    assert place.sign_in().status_code == 403, "no authenticator app to ask"
    set_up(place.console, person)
    browser = place.console.stranger()
    page = place.sign_in(browser)
    assert (page.status_code, browser.get("/cases").status_code) == (200, 303)
    token = field_of(page.text, "csrf")
    for given, status in (("000000", 422), (code(place.console.office.clock()), 303)):
        assert browser.post("/sign-in/provider/code", {"code": given}, csrf=token).status_code == status
    assert browser.get("/cases").status_code == 200
    place.provider.claims = {"amr": None, "acr": "loa3"}
    assert place.sign_in().status_code == 303, "a named acr is two factors"


def test_person_linked_elsewhere_is_refused_and_one_factor_links_nothing(place: Place, alice: Staff) -> None:
    assert place.link(place.console.hire(), "alice")[1].status_code == 409
    place.provider.claims = {"amr": ["pwd"]}
    assert place.link(place.console.hire(), "carol")[1].status_code == 403


def test_unlinking_ends_what_the_provider_opened(place: Place) -> None:
    person, administrator = place.console.hire(), place.console.sign_in(Role.ADMINISTRATOR)
    browser, answer = place.link(person, "dave")
    assert answer.status_code == 303
    token = field_of(browser.get("/account").text, "csrf")
    assert browser.post("/account/provider/unlink", csrf=token).status_code == 409, "the last way in"
    assert administrator.post(f"/staff/{person.id}/unlink").status_code == 303
    assert browser.get("/cases").status_code == 303
    assert place.sign_in().status_code == 403
    with place.console.office.work() as work:
        account = service.read(work, FUKUSHIMA, person.id)
        service.disable(work, account, by="test")


def test_signing_out_shows_the_way_out_of_the_provider(place: Place, alice: Staff) -> None:
    place.provider.subject = "alice"
    browser = place.console.stranger()
    place.sign_in(browser)
    page = browser.post("/sign-out", csrf=field_of(browser.get("/account").text, "csrf"))
    assert f"{place.provider.issuer}/leave?client_id={CLIENT}" in unescape(page.text)
    assert browser.get("/cases").status_code == 303


def test_without_an_issuer_the_way_does_not_exist(shared_console: Console) -> None:
    browser = shared_console.stranger()
    assert "/sign-in/provider" not in browser.get("/sign-in").text
    assert browser.post("/sign-in/provider", {"municipality": FUKUSHIMA}).status_code == 404
    assert browser.get(BACK).status_code == 404


@pytest.mark.parametrize(
    "settings", [{"oidc_issuer": "https://id.example"}, {"oidc_issuer": "http://id.example", "oidc_client_id": "x"}]
)
def test_unsafe_settings_stop_the_start(settings: dict[str, str]) -> None:
    with pytest.raises(SetUpInvalid, match="oidc_"):
        Settings.load(**settings)


@pytest.mark.parametrize("published", [None, [], {"keys": 7}, {"keys": [7, {"kty": "RSA"}, {"kty": "oct", "k": "eA"}]}])
def test_documents_without_a_usable_key_give_none(published: Any) -> None:
    assert key_set(published).keys == []
