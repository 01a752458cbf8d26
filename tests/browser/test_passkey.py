"""Passkeys from end to end: Chromium with a virtual authenticator against the running office (WebAuthn level 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from backoffice.staff import service
from backoffice.staff.authorisation import Role
from tests.browser.served import Served, serve
from tests.factories import FUKUSHIMA

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("office"), free_port()) as running:
        yield running


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="ja-JP")
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A machine with a platform authenticator that recognises its person."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session, plug_in(session, "internal")


def plug_in(session: CDPSession, transport: str) -> str:
    """Another authenticator, e.g. a security key by `usb`."""
    options = {
        "protocol": "ctap2", "transport": transport, "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return str(made["authenticatorId"])


def register(page: Page, served: Served, role: Role = Role.STAFF) -> None:
    """Follow an invitation and choose the passkey."""
    page.goto(served.invitation(served.console.hire(role, name="鍵 持子")))
    page.get_by_role("button", name="パスキーを作る").click()
    expect(page.get_by_role("heading", name="きょうの受付")).to_be_visible()


def sign_out(page: Page) -> None:
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("button", name="パスキーでサインイン")).to_be_visible()


def test_an_invited_person_makes_a_passkey_and_signs_in_with_it_without_typing(page: Page, served: Served) -> None:
    session, identity = authenticator(page)
    register(page, served)
    [credential] = session.send("WebAuthn.getCredentials", {"authenticatorId": identity})["credentials"]
    assert credential["isResidentCredential"]
    assert credential["rpId"] == "localhost"

    sign_out(page)
    page.goto(f"{served.address}/account")
    page.get_by_role("button", name="パスキーでサインイン").click()
    expect(page.get_by_role("heading", name="アカウントの設定")).to_be_visible()
    expect(page.get_by_text("最後に使用")).to_be_visible()


def test_a_person_the_authenticator_does_not_recognise_stays_out(page: Page, served: Served) -> None:
    session, identity = authenticator(page)
    register(page, served)
    sign_out(page)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": identity, "isUserVerified": False})
    page.get_by_role("button", name="パスキーでサインイン").click()
    expect(page.get_by_text("パスキーを使えませんでした")).to_be_visible()
    expect(page.get_by_role("button", name="パスキーでサインイン")).to_be_enabled()


def test_a_removed_passkey_no_longer_opens(page: Page, served: Served) -> None:
    session, _built_in = authenticator(page)
    register(page, served)
    page.goto(f"{served.address}/account")
    page.get_by_role("button", name="パスキーを追加").click()
    expect(page.get_by_text("パスキーを使えませんでした")).to_be_visible()  # this authenticator is registered already
    security_key = plug_in(session, "usb")
    page.get_by_label("パスキーの名前").fill("二本目の鍵")
    page.get_by_role("button", name="パスキーを追加").click()
    expect(page.get_by_text("二本目の鍵")).to_be_visible()
    page.get_by_role("button", name="パスキー「パスキー」を削除").click()
    expect(page.get_by_text("パスキーを削除しました")).to_be_visible()
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": security_key})
    sign_out(page)
    page.get_by_role("button", name="パスキーでサインイン").click()
    expect(page.get_by_text("パスキーを使えませんでした")).to_be_visible()


def test_a_cloned_authenticator_whose_counter_falls_back_is_refused(page: Page, served: Served) -> None:
    session, identity = authenticator(page)
    register(page, served)
    for _ in range(2):
        sign_out(page)
        page.get_by_role("button", name="パスキーでサインイン").click()
        expect(page.get_by_role("heading", name="きょうの受付")).to_be_visible()
    [credential] = session.send("WebAuthn.getCredentials", {"authenticatorId": identity})["credentials"]
    assert credential["signCount"] >= 2
    session.send("WebAuthn.clearCredentials", {"authenticatorId": identity})
    clone = {**credential, "signCount": 0}
    session.send("WebAuthn.addCredential", {"authenticatorId": identity, "credential": clone})
    sign_out(page)
    page.get_by_role("button", name="パスキーでサインイン").click()
    expect(page.get_by_text("パスキーを使えませんでした")).to_be_visible()


def test_a_disabled_persons_passkey_no_longer_opens(page: Page, served: Served) -> None:
    authenticator(page)
    person = served.console.hire(name="去る 人")
    page.goto(served.invitation(person))
    page.get_by_role("button", name="パスキーを作る").click()
    expect(page.get_by_role("heading", name="きょうの受付")).to_be_visible()
    with served.console.office.work() as work:
        service.disable(work, service.read(work, FUKUSHIMA, person.id), by="test")
    page.goto(served.address)
    page.get_by_role("button", name="パスキーでサインイン").click()
    expect(page.get_by_text("パスキーを使えませんでした")).to_be_visible()


def test_by_an_address_of_numbers_the_page_names_the_address_that_works(page: Page, served: Served) -> None:
    page.goto(served.address.replace("localhost", "127.0.0.1") + "/sign-in")
    expect(page.get_by_text("パスキーは次のアドレスで使えます。")).to_be_visible()
    expect(page.get_by_role("link", name=served.address)).to_be_visible()
