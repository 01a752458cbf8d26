"""A visit from the fire brigade's request to the day, on the console."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from backoffice.organisations import service as organisations
from backoffice.staff.authorisation import Role
from backoffice.visits import planning, service
from backoffice.visits.models import VisitState
from schemas.ids import VisitId
from tests.backoffice.console import Browser, Console
from tests.factories import FUKUSHIMA, KORIYAMA

HOURS = {"begins": "15:00", "ends": "19:00", "stations": "2", "minutes": "15", "minutes_each": "5", "walk_in": "2"}


def brigade(console: Console) -> str:
    with console.office.work() as work:
        return organisations.add_organisation(work, FUKUSHIMA, name="福島市消防本部", actor="test")


def ask(console: Console, browser: Browser, *, days: int = 40, **more: str) -> VisitId:
    first = console.office.clock.at.date() + timedelta(days=days)
    form = {"organisation": brigade(console), "title": "消防の訪問", "starts_on": first.isoformat(), "expected": "60"}
    answer = browser.post("/visits/new", {**form, **more})
    assert answer.status_code == 303, answer.text
    return VisitId(answer.headers["location"].split("/")[2])


def state(console: Console, visit: VisitId) -> VisitState:
    with console.office.work() as work:
        return service.look(work, FUKUSHIMA, visit).state


def open_day(console: Console, browser: Browser, visit: VisitId, **more: str) -> int:
    browser.post(f"/visits/{visit}/places", {"name": "本部", "name_en": "Headquarters"})
    with console.office.work() as work:
        found = service.look(work, FUKUSHIMA, visit)
    form = {**HOURS, "day": found.starts_on.isoformat(), **more}
    return browser.post(f"/visits/{visit}/places/{found.places[0].id}/hours", form).status_code


def test_from_request_to_close(each_console: Console) -> None:
    browser = each_console.sign_in(Role.LEAD)
    visit = ask(each_console, browser)

    def go(to: str, **more: str) -> int:
        return browser.post(f"/visits/{visit}/state", {"to": to, **more}).status_code

    assert state(each_console, visit) is VisitState.REQUESTED
    assert (go("closed"), go("talking"), go("confirmed")) == (409, 303, 422)
    assert open_day(each_console, browser, visit) == 303
    assert open_day(each_console, browser, visit) == 409
    with each_console.office.work() as work:
        slots = service.look(work, FUKUSHIMA, visit).places[0].slots
    assert (len(slots), slots[0].capacity, slots[0].bookable) == (16, 6, 4)
    assert (go("confirmed"), go("day")) == (303, 409)
    each_console.office.clock.move(days=40)
    browser = each_console.sign_in(Role.LEAD)
    assert (go("day"), go("closed"), go("talking")) == (303, 303, 409)
    assert state(each_console, visit) is VisitState.CLOSED


def test_late_request_is_warned_about_by_the_municipalitys_rule(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    late, early = ask(console, browser, days=20), ask(console, browser, days=30)
    assert "10日遅れています" in browser.get(f"/visits/{late}/plan").text
    assert "日遅れています" not in browser.get(f"/visits/{early}/plan").text
    figures = {"lead_days": "45", "minimum": "5", "slot_minutes": "20", "minutes_each": "4", "cut_off_hours": "12"}
    for minutes, kept in (("20", 20), ("", 0)):
        assert browser.post("/visits/rules", {**figures, "no_show_minutes": minutes}).status_code == 303
        with console.office.work() as work:
            assert planning.rules(work, FUKUSHIMA).no_show_minutes == kept
    assert "15日遅れています" in browser.get(f"/visits/{early}/plan").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"starts_on": "31.12"}, "日付を入れてください。"),
        ({"starts_on": "2020-01-01"}, "日付は、きょうから2年以内にしてください。"),
        ({"starts_on": "9999-12-31"}, "日付は、きょうから2年以内にしてください。"),
        ({"ends_on": "2026-01-01"}, "終了日が開始日より前です。"),
        ({"expected": "二十"}, "人数を数字で入れてください。"),
        ({"organisation": "x"}, "団体を選んでください。"),
        ({"title": " "}, "訪問の名前を入れてください。"),
    ],
)
def test_wrong_request_is_told_and_nothing_typed_is_lost(
    shared_console: Console, typed: dict[str, str], said: str
) -> None:
    first = (shared_console.office.clock.at.date() + timedelta(days=40)).isoformat()
    form = {"organisation": brigade(shared_console), "title": "消防", "contact": "総務課 内線12", "starts_on": first,
            "expected": "60", **typed}  # fmt: skip
    answer = shared_console.sign_in(Role.LEAD).post("/visits/new", form)
    assert (answer.status_code, said in answer.text, "総務課 内線12" in answer.text) == (422, True, True)


def test_agenda_keeps_the_five_official_items(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    visit = ask(console, browser)
    due = console.office.clock.at.date().isoformat()
    form = {"version": "1", "minutes_roles": "誘導は消防", "responsible_roles": "総務 花子（架空）", "due_roles": due,
            "done_venue": "yes"}  # fmt: skip
    assert browser.post(f"/visits/{visit}/agenda", form).status_code == 303
    assert "期限を過ぎています" not in browser.get(f"/visits/{visit}/plan").text
    console.office.clock.move(days=1)
    page = console.sign_in(Role.LEAD).get(f"/visits/{visit}/plan").text
    assert page.count('class="fieldset agenda-point"') == 5
    assert ("誘導は消防" in page, "期限を過ぎています" in page) == (True, True)


def test_two_people_on_one_agenda_see_each_other(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    visit = ask(console, browser)
    assert browser.post(f"/visits/{visit}/agenda", {"version": "1", "minutes_scope": "先の記録"}).status_code == 303
    second = browser.post(f"/visits/{visit}/agenda", {"version": "1", "minutes_scope": "後の記録"})
    assert (second.status_code, "先の記録" in second.text, "後の記録" in second.text) == (409, True, True)


def test_too_few_people_need_a_reason_and_one_is_for_homes(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    visit, home = ask(console, browser, expected="3"), ask(console, browser, expected="1", home_visit="yes")
    for one in (visit, home):
        browser.post(f"/visits/{one}/state", {"to": "talking"})
        open_day(console, browser, one)
    assert browser.post(f"/visits/{visit}/state", {"to": "confirmed"}).status_code == 422
    assert browser.post(f"/visits/{visit}/state", {"to": "confirmed", "reason": "消防団も来る"}).status_code == 303
    assert browser.post(f"/visits/{home}/state", {"to": "confirmed"}).status_code == 303
    frame = {"version": "1", "expected": "3", "minimum": "1", "cut_off_hours": "0"}
    assert browser.post(f"/visits/{visit}/frame", frame).status_code == 422
    assert browser.post(f"/visits/{visit}/frame", {**frame, "home_visit": "yes"}).status_code == 303


def test_a_visit_is_renamed_once_and_not_over_somebody_elses_change(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    visit = ask(console, browser)
    words = {"version": "1", "title": "消防本部 出張受付", "title_en": "Fire station", "contact": "市民課 524-0000"}
    assert browser.post(f"/visits/{visit}/words", words).status_code == 303
    page = browser.get(f"/visits/{visit}").text
    assert ("消防本部 出張受付" in page, "市民課 524-0000" in page) == (True, True)
    assert browser.post(f"/visits/{visit}/words", {**words, "title": "別の名前"}).status_code == 409
    assert browser.post(f"/visits/{visit}/words", {**words, "title": ""}).status_code == 422
    assert console.sign_in(Role.HELPER).post(f"/visits/{visit}/words", words).status_code == 403


def test_a_place_is_renamed_and_taken_away_while_it_has_no_hours(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    visit = ask(console, browser)
    browser.post(f"/visits/{visit}/places", {"name": "体育間"})
    (place,) = re.findall(rf"/visits/{visit}/places/([0-9a-f-]+)/name", browser.get(f"/visits/{visit}/plan").text)
    assert browser.post(f"/visits/{visit}/places/{place}/name", {"name": "体育館"}).status_code == 303
    assert "体育館" in browser.get(f"/visits/{visit}").text
    elsewhere = console.sign_in(Role.LEAD, municipality=KORIYAMA)
    assert elsewhere.post(f"/visits/{visit}/places/{place}/remove").status_code == 404
    assert browser.post(f"/visits/{visit}/places/{place}/remove").status_code == 303
    open_day(console, browser, visit)
    (place,) = re.findall(rf"/visits/{visit}/places/([0-9a-f-]+)/name", browser.get(f"/visits/{visit}/plan").text)
    assert browser.post(f"/visits/{visit}/places/{place}/remove").status_code == 409


def test_cancelling_needs_a_reason_and_a_booked_day_stays(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    visit = ask(console, browser)
    open_day(console, browser, visit)
    with console.office.work() as work:
        found = service.look(work, FUKUSHIMA, visit)
        place = found.places[0]
        service.book(work, FUKUSHIMA, place.slots[0].id, name="（架空）", actor="t")
    at = f"/visits/{visit}/places/{place.id}/days/{found.starts_on}/remove"
    assert browser.post(at).status_code == 409
    assert browser.post(f"/visits/{visit}/state", {"to": "cancelled"}).status_code == 422
    assert browser.post(f"/visits/{visit}/state", {"to": "cancelled", "reason": "台風"}).status_code == 303


def test_loading_list_is_filled_ticked_and_kept(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    visit = ask(console, browser)
    assert "無地の背景" in browser.get(f"/visits/{visit}/equipment").text
    form = {"version": "1", "name_0": "無地の背景", "count_0": "1", "ready_0": "yes", "name_1": "", "name_9": "発電機"}
    assert browser.post(f"/visits/{visit}/equipment", form).status_code == 303
    with console.office.work() as work:
        lines = planning.loads_of(planning.plan_of(work, FUKUSHIMA, visit))
    assert [(line.name, line.ready) for line in lines] == [("無地の背景", True), ("発電機", False)]
    assert browser.post(f"/visits/{visit}/equipment", form).status_code == 409
    assert console.sign_in(Role.CONTRACTOR).get(f"/visits/{visit}/equipment").status_code == 200


def test_waiting_list_and_the_numbers_a_helper_sees(console: Console) -> None:
    visit = console.office.visit()
    helper = console.sign_in(Role.HELPER)
    with console.office.work() as work:
        slot = service.look(work, FUKUSHIMA, visit).places[0].slots[0].id
    for _ in range(2):
        helper.post(f"/visits/{visit}/slots/{slot}", {"name": "予約 太郎（架空）"})
    assert helper.post(f"/visits/{visit}/slots/{slot}", {"name": "待 花子（架空）", "wait": "yes"}).status_code == 303
    page = helper.get(f"/visits/{visit}").text
    assert ("順番待ち" in page, "003" in page, "花子" in page) == (True, True, False)
    prepared = ("plan", "equipment", "papers", "papers/notice.txt?language=ja")
    assert {helper.get(f"/visits/{visit}/{path}").status_code for path in prepared} == {403}
    assert helper.get("/visits/attendants").status_code == 403
    assert not [path for path in (*prepared[:3], "attendants", "/devices/") if f"{path}" in page], "no links either"


def test_what_two_people_typed_stands_side_by_side(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    visit = ask(console, browser)
    first = {"version": "1", "name_0": "発電機", "count_0": "1"}
    assert browser.post(f"/visits/{visit}/equipment", first).status_code == 303
    late = browser.post(f"/visits/{visit}/equipment", {"version": "1", "name_0": "投光器", "count_0": "2"})
    assert (late.status_code, "発電機" in late.text, "投光器" in late.text) == (409, True, True)
    frame = {"version": "1", "expected": "77", "minimum": "6", "cut_off_hours": "12"}
    second = browser.post(f"/visits/{visit}/frame", frame)
    assert (second.status_code, 'value="77"' in second.text, "保存されている内容: 60" in second.text) == (
        409,
        True,
        True,
    )


@pytest.mark.parametrize("due", ["2026-02-30", "9999-12-31", "0001-01-01", "yesterday", "2026-07-09"])
def test_an_absurd_due_date_is_told_and_nothing_typed_is_lost(console: Console, due: str) -> None:
    browser = console.sign_in(Role.LEAD)
    visit = ask(console, browser)
    answer = browser.post(f"/visits/{visit}/agenda", {"version": "1", "minutes_roles": "受付2人", "due_roles": due})
    assert (answer.status_code, "受付2人" in answer.text, 'data-field="due_roles"' in answer.text) == (422, True, True)
    assert "受付2人" not in browser.get(f"/visits/{visit}/plan").text
    asked_today = browser.post(f"/visits/{visit}/agenda", {"version": "1", "due_roles": "2026-07-10"})
    assert asked_today.status_code == 303
