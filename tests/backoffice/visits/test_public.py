"""The employees' booking page: only oneself, only with number and birth month, only so many tries."""

from __future__ import annotations

import re

import pytest

from backoffice.rosters.mapping import Relation
from backoffice.rosters.models import Member
from backoffice.visits import planning, service
from backoffice.visits.models import Visit
from schemas.ids import Uuid7, VisitId
from schemas.language import Language
from tests.backoffice.console import Browser, Console, field_of
from tests.factories import FUKUSHIMA


def member(work: planning.UnitOfWork, organisation: str, number: str, month: int | None) -> Member:
    return Member(
        municipality_id=FUKUSHIMA, id=work.new_id(Uuid7), organisation_id=organisation, number=number,
        relation=Relation.MEMBER, name=f"消防 {number}（架空）", birth_month=month, name_key=f"k{number}{month}",
        search=number, seen_in="x",
    )  # fmt: skip


def open_page(console: Console, *, cut_off_hours: int = 0) -> tuple[VisitId, str]:
    visit = console.office.visit()
    with console.office.work() as work:
        row = work.session.get_one(Visit, (FUKUSHIMA, visit))
        people = [("101", 4), ("102", 5), ("103", None), ("104", 7), ("104", 8)]
        work.session.add_all([member(work, row.organisation_id, number, month) for number, month in people])
        plan = planning.plan_of(work, FUKUSHIMA, visit)
        plan.booking_open, plan.cut_off_hours = True, cut_off_hours
        return visit, f"/booking/{FUKUSHIMA}/{plan.code}"


def enter(console: Console, at: str, number: str = "101", month: str = "4") -> tuple[Browser, int]:
    browser = console.stranger()
    return browser, browser.post(f"{at}/me", {"number": number, "month": month}).status_code


def slots(console: Console, visit: VisitId) -> tuple[service.SlotView, ...]:
    with console.office.work() as work:
        return service.look(work, FUKUSHIMA, visit).places[0].slots


def test_employee_books_changes_and_cancels_their_own(each_console: Console) -> None:
    visit, at = open_page(each_console)
    browser, status = enter(each_console, at, "１０１")
    assert status == 303
    first, second, *_ = slots(each_console, visit)
    assert browser.post(f"{at}/slot", {"slot": first.id}).status_code == 303
    page = browser.get(at).text
    assert all(part in page for part in ("あなたの予約", "001", "持ってくるもの", "申請は任意です", "<svg"))
    browser.post(f"{at}/slot", {"slot": second.id})
    first, second, *_ = slots(each_console, visit)
    assert ([line.number for line in first.bookings], [line.number for line in second.bookings]) == ([], ["001"])
    assert browser.post(f"{at}/cancel").status_code == 303
    assert slots(each_console, visit)[1].bookings == ()


def test_nobody_sees_or_ends_the_booking_of_another(console: Console) -> None:
    visit, at = open_page(console)
    mine, _status = enter(console, at)
    mine.post(f"{at}/slot", {"slot": slots(console, visit)[0].id})
    other, _status = enter(console, at, "102", "5")
    assert "あなたの予約" not in other.get(at).text
    other.post(f"{at}/cancel")
    console.stranger().post(f"{at}/cancel")
    assert len(slots(console, visit)[0].bookings) == 1


def test_tries_are_counted_and_even_the_right_month_waits_then(console: Console) -> None:
    _visit, at = open_page(console)
    assert [enter(console, at, "101", month)[1] for month in ("1", "2", "3", "4")] == [422, 422, 422, 429]
    assert enter(console, at, "102", "5")[1] == 303
    console.office.clock.move(minutes=61)
    assert enter(console, at)[1] == 303


def test_people_of_one_number_and_month_are_told_apart_by_name_or_reading(console: Console) -> None:
    visit, at = open_page(console)
    with console.office.work() as work:
        row = work.session.get_one(Visit, (FUKUSHIMA, visit))
        for name, kana in (("消防 一", "ショウボウ ハジメ"), ("消防 花", "ショウボウ ハナ")):
            twin = member(work, row.organisation_id, "105", 9)
            twin.name, twin.kana, twin.name_key = name, kana, name
            work.session.add(twin)
    browser = console.stranger()
    asked = browser.post(f"{at}/me", {"number": "105", "month": "9"})
    assert (asked.status_code, 'name="name"' in asked.text, "花" in asked.text) == (422, True, False)
    assert 'value="105"' in asked.text
    wrong = browser.post(f"{at}/me", {"number": "105", "month": "9", "name": "消防 次"})
    assert (wrong.status_code, 'name="name"' in wrong.text) == (422, True)
    assert browser.post(f"{at}/me", {"number": "105", "month": "9", "name": "しょうぼうはな"}).status_code == 303
    browser.post(f"{at}/slot", {"slot": slots(console, visit)[0].id})
    with console.office.work() as work:
        assert service.look(work, FUKUSHIMA, visit).places[0].slots[0].bookings[0].name == "消防 花"


def test_list_of_what_to_bring_follows_the_answers_without_an_account(console: Console) -> None:
    _visit, at = open_page(console)
    stranger = console.stranger()
    plain, child, renewal = (stranger.get(f"{at}{query}").text for query in ("", "?child=yes", "?purpose=renewal"))
    assert ("お子さま" in plain, "お子さま:" in child, "いまお持ちのマイナンバーカード" in renewal) == (
        True,
        True,
        True,
    )
    assert "いまお持ちのマイナンバーカード" not in plain
    assert stranger.get(f"{at}?purpose=%27&child=maybe").status_code == 200


OTHERS = [language for language in Language if language not in (Language.JA, Language.JA_EASY, Language.ZH)]


@pytest.mark.parametrize("language", list(Language))
def test_page_speaks_every_language_to_the_booking(shared_console: Console, language: Language) -> None:
    visit, at = open_page(shared_console)
    browser = shared_console.stranger()
    first = browser.get(at).text
    token = field_of(first, "csrf")
    assert all(f'value="{each}"' in first for each in Language), "the switch"
    assert browser.post("/language", {"language": language.value, "next": at}, csrf=token).headers["location"] == at
    refused = browser.post(f"{at}/me", {"number": "101", "month": "9"}, csrf=token)
    browser.post(f"{at}/me", {"number": "101", "month": "4"}, csrf=token)
    choosing = browser.get(f"{at}?child=yes")
    browser.post(f"{at}/slot", {"slot": slots(shared_console, visit)[0].id}, csrf=token)
    pages = [refused, choosing, browser.get(f"{at}?purpose=lost"), browser.get(at[:-2] + "zz")]
    assert [page.status_code for page in pages] == [422, 200, 200, 404]
    for page in pages:
        assert f'<html lang="{language}">' in page.text
        seen = re.sub(r"日本語|やさしい日本語|简体中文|福島市|<rt>[^<]*</rt>|<[^>]*>", "", page.text)
        assert not re.search("{[^}]*[|]", page.text)
        if language in OTHERS:
            assert not re.search(r"[ぁ-んァ-ヶ一-龠]", seen), re.findall(r".{0,9}[ぁ-んァ-ヶ一-龠]+", seen)


def test_browser_that_asks_for_a_language_gets_it_and_the_console_stays_in_its_own(shared_console: Console) -> None:
    _visit, at = open_page(shared_console)
    stranger = shared_console.stranger()
    for asked, given in (("zh-CN,zh;q=0.9", "zh-Hans"), ("pt-BR", "pt"), ("ja-JP", "ja"), ("fr", "ja")):
        assert f'<html lang="{given}">' in stranger.get(at, headers={"accept-language": asked}).text
    assert '<html lang="ja">' in stranger.get("/sign-in", headers={"accept-language": "ko"}).text


def test_forged_or_old_proof_is_none_and_leaving_forgets(console: Console) -> None:
    _visit, at = open_page(console)
    browser, _status = enter(console, at)
    assert "時刻を選ぶ" in browser.get(at).text
    console.office.clock.move(minutes=21)
    assert "時刻を選ぶ" not in browser.get(at).text
    forger = console.stranger()
    forger.client.cookies.set("demado_booking", "a.9999999999.b")
    assert "時刻を選ぶ" not in forger.get(at).text
    again, _status = enter(console, at)
    again.post(f"{at}/leave")
    assert "時刻を選ぶ" not in again.get(at).text


@pytest.mark.parametrize(("cut_off", "status"), [(0, 303), (24 * 30, 409)])
def test_bookings_close_before_the_slot(console: Console, cut_off: int, status: int) -> None:
    visit, at = open_page(console, cut_off_hours=cut_off)
    browser, _status = enter(console, at)
    assert browser.post(f"{at}/slot", {"slot": slots(console, visit)[0].id}).status_code == status


def test_closed_page_and_unknown_address_are_not_there(console: Console) -> None:
    visit, at = open_page(console)
    with console.office.work() as work:
        planning.plan_of(work, FUKUSHIMA, visit).booking_open = False
    assert [console.stranger().get(path).status_code for path in (at, at[:-2] + "zz")] == [404, 404]
