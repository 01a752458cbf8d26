"""Reviewing in a real browser: keys, undo, double click, back button, news on the list, two people, names as markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from backoffice.cases import service
from backoffice.cases.models import Case
from backoffice.cases.workflow import State
from backoffice.staff.authorisation import Role
from schemas.ids import CaseId
from tests.browser.served import Served, serve
from tests.factories import FUKUSHIMA, jpeg_photo

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("office"), free_port()) as running:
        yield running


@pytest.fixture
def context(chromium: Browser, served: Served) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="ja-JP", viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    served.signed_in(context, served.console.hire(Role.LEAD, name="審査 花子"))
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def received(served: Served, count: int = 1) -> list[CaseId]:
    """Cases that come after all others, so that each test has its own place in the queue."""
    made = []
    for number in range(count):
        served.console.office.clock.move(minutes=1)
        made.append(served.console.case(photo=jpeg_photo(number)))
    return made


def now(served: Served, case: CaseId) -> Case:
    with served.console.office.work() as work:
        return service.read(work, FUKUSHIMA, case)


def test_a_case_is_approved_and_taken_back_with_single_keys(page: Page, served: Served) -> None:
    first, second = received(served, 2)
    page.goto(f"{served.address}/cases/{first}")
    page.keyboard.press("a")
    page.wait_for_url(f"**/cases/{second}")
    expect(page.get_by_text("承認しました")).to_be_visible()
    assert now(served, first).state is State.APPROVED
    page.keyboard.press("u")
    page.wait_for_url(f"**/cases/{first}")
    assert now(served, first).state is State.RECEIVED


def test_reasons_are_chosen_with_the_keyboard_alone(page: Page, served: Served) -> None:
    [case] = received(served)
    page.goto(f"{served.address}/cases/{case}")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="差し戻す理由を選んでください")).to_be_visible()
    page.get_by_label("ピンぼけ").focus()
    page.keyboard.press("Space")
    page.get_by_label("申請者へのメモ").fill("a と r を押しても何も起きません")
    page.get_by_role("button", name="差し戻す").press("Enter")
    page.wait_for_url(re.compile(r"/cases$|/cases/[0-9a-f-]{36}$"))
    assert now(served, case).return_reasons == "photo.unclear"


def test_shortcuts_can_be_switched_off(page: Page, served: Served) -> None:
    [case] = received(served)
    page.goto(f"{served.address}/cases/{case}")
    page.keyboard.press("?")
    page.get_by_label("1文字のショートカットキーを使う").uncheck()
    page.get_by_role("button", name="閉じる").click()
    page.keyboard.press("a")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert now(served, case).state is State.RECEIVED


def test_the_list_is_walked_with_j_and_k(page: Page, served: Served) -> None:
    received(served, 2)
    page.goto(f"{served.address}/cases")
    rows = page.locator("[data-row]")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="判断")).to_be_visible()


def test_a_double_click_decides_once(page: Page, served: Served) -> None:
    [case] = received(served)
    page.goto(f"{served.address}/cases/{case}")
    page.get_by_role("button", name="承認する").dblclick()
    page.wait_for_load_state("networkidle")
    found = now(served, case)
    assert (found.state, found.version) == (State.APPROVED, 2)
    expect(page.get_by_text("ほかの職員が、この申請を変更しました")).to_have_count(0)


def test_going_back_to_a_decided_case_shows_the_decision(page: Page, served: Served) -> None:
    [case] = received(served)
    page.goto(f"{served.address}/cases/{case}")
    page.get_by_role("button", name="承認する").click()
    expect(page.get_by_text("承認しました")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="承認する")).to_have_count(0)
    expect(page.get_by_role("button", name="この判断を取り消す")).to_be_visible()


def test_nothing_is_left_behind_after_signing_out(page: Page, served: Served) -> None:
    [case] = received(served)
    page.goto(f"{served.address}/cases/{case}")
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("heading", name="出張申請受付の事務所")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="出張申請受付の事務所")).to_be_visible()
    expect(page.locator(".photo")).to_have_count(0)


def test_the_list_tells_of_new_cases_without_moving_under_the_reader(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/cases")
    received(served)
    expect(page.get_by_text("新しい申請が1件届きました")).to_be_visible(timeout=15_000)
    page.get_by_role("link", name="表示する").click()
    expect(page.get_by_text("新しい申請が1件届きました")).to_have_count(0)


def test_when_the_session_ends_by_silence_the_page_is_left(page: Page, served: Served) -> None:
    page.goto(served.address)
    served.console.office.clock.move(minutes=31)
    expect(page.get_by_role("heading", name="出張申請受付の事務所")).to_be_visible(timeout=15_000)


def test_two_people_on_one_case_meet_in_a_page_not_in_a_loss(page: Page, served: Served) -> None:
    [case] = received(served)
    page.goto(f"{served.address}/cases/{case}/return")
    page.get_by_label("ピンぼけ").check()
    page.get_by_label("申請者へのメモ").fill("暗く写っています")
    other = served.console.sign_in(name="先 に決めた人")
    other.post(f"/cases/{case}/approve", {"version": 1})
    page.get_by_role("button", name="差し戻す").click()
    expect(page.get_by_role("heading", name="ほかの職員が、この申請を変更しました")).to_be_visible()
    expect(page.get_by_text("先 に決めた人")).to_be_visible()
    expect(page.get_by_text("暗く写っています")).to_be_visible()
    assert now(served, case).state is State.APPROVED


def test_a_name_made_of_markup_runs_nowhere(chromium: Browser, served: Served) -> None:
    name = "<img src=x onerror=\"document.title='broken into'\"><script>document.title='broken into'</script>"
    context = chromium.new_context()
    served.signed_in(context, served.console.hire(Role.ADMINISTRATOR, name=name[:80]))
    page = context.new_page()
    for path in ("/", "/staff", "/audit", "/account"):
        page.goto(served.address + path, wait_until="networkidle")
        assert "broken into" not in page.title()
        expect(page.locator("img[src='x']")).to_have_count(0)
    context.close()


def test_what_is_being_typed_survives_the_end_of_the_session(page: Page, served: Served, chromium: Browser) -> None:
    [case] = received(served)
    writer = served.console.hire(Role.STAFF, name="書く 人")
    for typed in ("半分だけ書い", ""):
        context = chromium.new_context(locale="ja-JP")
        served.signed_in(context, writer)
        mine = context.new_page()
        mine.goto(f"{served.address}/cases/{case}")
        if typed:
            mine.get_by_label("ほかの職員へのメモ").fill(typed)
            expect(mine.get_by_text("書きかけを残しました")).to_be_visible()
            served.console.office.clock.move(minutes=31)
            mine.get_by_label("ほかの職員へのメモ").fill("書き終えた")
            mine.get_by_role("button", name="メモを残す").click()
            expect(mine.get_by_role("heading", name="出張申請受付の事務所")).to_be_visible()
            served.signed_in(context, writer)
            mine.goto(f"{served.address}/cases/{case}")
            expect(mine.get_by_text("書きかけを残しました")).to_be_visible()
        expect(mine.get_by_label("ほかの職員へのメモ")).to_have_value("書き終えた")
        context.close()


def test_picked_cases_are_approved_and_taken_back_with_the_keyboard(page: Page, served: Served) -> None:
    first, second = received(served, 2)
    page.goto(f"{served.address}/cases?order=newest")
    for case in (first, second):
        page.locator(f"input[name=pick][value^='{case}']").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="選んだ申請を承認").press("Enter")
    expect(page.get_by_text("2件のうち2件")).to_be_visible()
    assert now(served, first).state is State.APPROVED
    page.keyboard.press("u")
    expect(page.get_by_text("取り消しました").first).to_be_visible()
    assert now(served, second).state is State.RECEIVED


def test_a_photo_is_cut_anew_by_pointer_and_keys_and_seen_before_it_is_kept(page: Page, served: Served) -> None:
    (case,) = received(served)
    page.goto(f"{served.address}/cases/{case}")
    page.keyboard.press("c")
    page.get_by_label("幅").focus()
    keep = page.get_by_role("button", name="この枠で切り直す")
    for _ in range(2):
        page.keyboard.press("PageDown")
    width = int(page.get_by_label("幅").input_value())
    assert width < 700
    stage = page.locator("[data-overlay]").bounding_box()
    assert stage is not None
    page.mouse.move(stage["x"] + 200, stage["y"] + 200)
    page.mouse.down()
    page.mouse.move(stage["x"] + 400, stage["y"] + 205)
    expect(keep).to_be_disabled()  # beyond the picture
    page.mouse.move(stage["x"] + 205, stage["y"] + 205)
    page.mouse.up()
    with page.expect_response(lambda answer: "/crop.jpg?" in answer.url and answer.ok):
        page.mouse.wheel(0, -100)
    keep.click()
    page.wait_for_url(f"**/cases/{case}")
    found = now(served, case)
    assert (found.version, found.overrides, found.state) == (2, "photo_recropped", State.RECEIVED)
