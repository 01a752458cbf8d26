"""One application by touch, tablet and console in a real browser, in Japanese and English; axe looks at every screen.

With DEMADO_SCREENSHOTS=FOLDER each screen is also saved as a picture.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.demo.stage import CARD_PIN, Stage
from tests.browser.axe import Looking

pytestmark = [pytest.mark.browser, pytest.mark.pcsc, pytest.mark.timeout(300)]

WORDS = {
    "ja": {
        "start": "日本語ではじめる", "agree": "同意して進む", "walk in": "予約なしで進む",
        "why": "追記欄がいっぱい", "no licence": "使っていない", "as usual": "このまま進む",
        "have card": "読まないとき", "with pin": "暗証番号でも確かめる", "check": "確かめる",
        "next": "次へ進む", "era": "平成",
        "shoot": "撮影する",
        "use photo": "この写真を使う", "confirm": "この内容で申請する", "all done": "受付が終わりました",
        "valid": "期限内です",
    },
    "en": {
        "start": "English", "agree": "I agree", "walk in": "Go on without a booking",
        "why": "space for changes", "no licence": "^No", "as usual": "Continue as it is", "stay": "Next",
        "have card": "not read", "with pin": "Check with the PIN too",
        "check": "Check", "next": "Next", "era": "Heisei", "shoot": "Take photo",
        "use photo": "Use this photo", "confirm": "Submit", "all done": "All done", "valid": "within its validity",
    },
}  # fmt: skip
PORTRAIT, LANDSCAPE, TABLET = (1080, 1920), (1280, 800), (1280, 900)
Looked = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def looked(looking: Looking) -> Looked:
    """Looks at a page as axe does; every rule of WCAG 2.2 A and AA it knows must hold."""
    folder = os.environ.get("DEMADO_SCREENSHOTS")

    def look(page: Page, name: str) -> None:
        wrong = looking(page)
        assert not wrong, f"{name}: {wrong}"
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{name}.png")

    return look


@contextmanager
def opened(browser: Browser, url: str, size: tuple[int, int]) -> Iterator[Page]:
    """A page in a browser of its own; errors of its scripts and refused resources fail the test at the end."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="ja-JP")
    page = context.new_page()
    page.set_default_timeout(10_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    yield page
    context.close()
    assert not errors


def button(page: Page, name: str) -> None:
    """Touch the button with this word on it."""
    page.get_by_role("button", name=re.compile(name)).first.click()


@pytest.mark.parametrize(
    ("language", "size"),
    [
        pytest.param("ja", PORTRAIT, id="ja-portrait"),
        pytest.param("en", LANDSCAPE, id="en-landscape", marks=pytest.mark.long),
    ],
)
def test_paper_to_decided_case_by_touch(
    chromium: Browser, stage: Stage, looked: Looked, language: str, size: tuple[int, int]
) -> None:
    assert stage.card is not None, stage.card_trouble
    words = WORDS[language]

    with opened(chromium, f"{stage.kiosk_url}/", size) as kiosk:

        def look(name: str, screen: str) -> None:
            expect(kiosk.locator(f"body.screen-{screen} main")).to_be_visible(timeout=20_000)
            kiosk.wait_for_load_state("domcontentloaded")
            looked(kiosk, f"{language}-kiosk-{name}")

        _from_idle(kiosk)
        expect(kiosk.get_by_role("button", name=words["start"])).to_be_visible(timeout=20_000)
        look("1-idle", "idle")
        button(kiosk, words["start"])
        look("2-consent", "consent")
        button(kiosk, words["agree"])
        _walk_in(kiosk, words, look)
        look("2a-why", "why")
        button(kiosk, words["why"])
        expect(kiosk.get_by_role("button", name=re.compile(words["have card"])).first).to_be_visible(timeout=20_000)
        look("3-card", "card")
        button(kiosk, words["have card"])
        expect(kiosk.get_by_text(re.compile(words["valid"])).first).to_be_visible(timeout=20_000)
        look("4-card-checked", "card")
        _prove_possession(kiosk, words)
        look("5-card-with-pin", "card")
        button(kiosk, f"^{words['next']}")
        look("5a-licence", "licence")
        button(kiosk, words["no licence"])
        _give_birth_date(kiosk, words)
        look("6-birth", "birth")
        button(kiosk, f"^{words['next']}")
        _as_usual(kiosk, words, look)
        expect(kiosk.get_by_role("button", name=re.compile(words["shoot"])).first).to_be_visible()
        look("8-photo", "photo")
        button(kiosk, words["shoot"])
        expect(kiosk.get_by_role("button", name=re.compile(words["use photo"])).first).to_be_visible(timeout=30_000)
        look("9-photo-taken", "photo")
        button(kiosk, words["use photo"])
        look("10-attendant", "attendant")
        _attend(chromium, stage, looked, language)
        expect(kiosk.get_by_role("button", name=re.compile(words["confirm"])).first).to_be_visible(timeout=20_000)
        look("11-review", "review")
        button(kiosk, words["confirm"])
        expect(kiosk.get_by_text(words["all done"]).first).to_be_visible(timeout=20_000)
        look("12-done", "done")
        slip = re.search(r"[A-Z0-9]{2}-\d{4}-\d", kiosk.content())
        assert slip
        kiosk.request.post(
            f"{stage.kiosk_url}/done", form={"csrf": kiosk.request.get(f"{stage.kiosk_url}/api/state").json()["csrf"]}
        )

    if language == "ja":
        _decide(chromium, stage, slip[0])


def _walk_in(kiosk: Page, words: dict[str, str], look: Callable[[str, str], None]) -> None:
    """Without a booking; the form is read while the questions stand."""
    expect(kiosk.locator(".screen-booking .taken-note")).to_be_visible(timeout=20_000)
    look("2-booking", "booking")
    button(kiosk, words["walk in"])
    expect(kiosk.locator(".screen-why .taken-note")).to_be_visible(timeout=20_000)


def _as_usual(kiosk: Page, words: dict[str, str], look: Callable[[str, str], None]) -> None:
    """The optional questions with their usual answers; nationality is asked in other languages than Japanese."""
    if "stay" in words:
        look("7a-residence", "residence")
        button(kiosk, f"^{words['stay']}")
    look("7b-wishes", "wishes")
    button(kiosk, words["as usual"])


def _from_idle(kiosk: Page) -> None:
    """Whatever an earlier test left on the kiosk is put away, as staff would."""
    state = kiosk.request.get(f"{kiosk.url}api/state").json()
    way = {"idle": None, "sealed": "done"}.get(state["step"], "abandon")
    if way:
        kiosk.request.post(f"{kiosk.url}{way}", form={"csrf": state["csrf"]})
        kiosk.reload()


def _prove_possession(kiosk: Page, words: dict[str, str]) -> None:
    kiosk.get_by_role("link", name=words["with pin"]).click()
    kiosk.wait_for_url("**/?by=pin")  # with its script: a press before that reaches nobody
    for digit in CARD_PIN:
        kiosk.get_by_role("button", name=digit, exact=True).click()
    button(kiosk, f"^{words['check']}")
    expect(kiosk.get_by_role("button", name=re.compile(f"^{words['next']}")).first).to_be_visible(timeout=20_000)


def _give_birth_date(kiosk: Page, words: dict[str, str]) -> None:
    """平成2年4月1日 by the keypad: no key and no touch to go from one part to the next."""
    kiosk.locator("body.screen-birth").wait_for()
    kiosk.get_by_role("radio", name=words["era"]).check(force=True)
    kiosk.locator("#year").focus()
    for digit in "0241":
        kiosk.get_by_role("button", name=digit, exact=True).click()
    expect(kiosk.locator("#reading")).to_contain_text("1990")


def _attend(browser: Browser, stage: Stage, looked: Looked, language: str) -> None:
    """The municipal attendant on the tablet: two documents, all answers, done."""
    attendant = stage.attendants[0]
    with opened(browser, f"{stage.kiosk_url}/attendant", TABLET) as tablet:
        looked(tablet, f"{language}-tablet-1-sign-in")
        tablet.locator(f"input[value='{attendant.staff}']").check(force=True)
        tablet.locator("input[name=pin]").fill(attendant.pin)
        tablet.locator("form[action$='/sign-in'] button").last.click()
        shown = tablet.locator("input[name=shown]")
        expect(shown.first).to_be_attached(timeout=10_000)
        for document in ("driving_licence", "staff_id"):
            tablet.locator(f"input[name=shown][value='applicant:{document}']").check(force=True)
            for check in tablet.locator(f"input[name=check][value^='applicant:{document}:']").all():
                check.check(force=True)
        tablet.locator("#old_card").select_option("handed_in")
        for answer in tablet.locator("input[type=radio][value=yes]").all():
            answer.check(force=True)
        expect(tablet.locator("#decision")).to_contain_text(re.compile("出張申請受付|本人限定"), timeout=10_000)
        looked(tablet, f"{language}-tablet-2-documents")
        button(tablet, "確認を終える")
        expect(tablet.get_by_text("確認済み").first).to_be_visible(timeout=10_000)


def _decide(browser: Browser, stage: Stage, slip: str) -> None:
    """The office's first administrator joins, finds the case by its slip number, looks and approves."""
    password = secrets.token_urlsafe(18)
    with opened(browser, stage.invitation, (1440, 900)) as console:
        key = console.locator("#totp-secret").text_content() or ""
        console.locator("input[name=password]").fill(password)
        console.locator("input[name=password_again]").fill(password)
        console.locator("input[name=code]").fill(pyotp.TOTP(key.replace(" ", "")).now())
        console.locator("form[action$='/password'] button").last.click()
        expect(console.locator("code.recovery-code").first).to_be_visible()
        console.goto(f"{stage.office_url}/cases?q={slip}")
        expect(console.get_by_text(slip).first).to_be_visible(timeout=20_000)
        console.get_by_role("link", name=re.compile(slip)).first.click()
        expect(console.locator("img[src$='/photo']")).to_be_visible()
        console.locator("form[action$='/approve'] button").first.click()
        console.goto(f"{stage.office_url}/cases?state=approved&q={slip}")
        expect(console.get_by_role("link", name=re.compile(slip)).first).to_be_visible()


@pytest.mark.parametrize("page", ["/display", "/attendant"])
def test_the_other_screens_have_no_violation(chromium: Browser, stage: Stage, looked: Looked, page: str) -> None:
    with opened(chromium, f"{stage.kiosk_url}{page}", (1920, 1080)) as screen:
        looked(screen, f"ja{page.replace('/', '-')}")
