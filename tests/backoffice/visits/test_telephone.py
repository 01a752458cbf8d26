"""Bookings by telephone and at the counter: out of the roster, confirmed in the person's language, moved."""

from __future__ import annotations

import re

import pytest

from backoffice.rosters.names import folded
from backoffice.staff.authorisation import Role
from backoffice.visits import planning, service
from backoffice.visits.models import Booking, Visit
from schemas.ids import VisitId
from schemas.language import Language
from tests.backoffice.console import Browser, Console
from tests.backoffice.visits.test_public import member
from tests.factories import FUKUSHIMA, KORIYAMA

NAMES = (
    ("201", "阿武隈 太郎", "アブクマ タロウ"),
    ("202", "阿武隈 花子", "アブクマ ハナコ"),
    ("203", "吾妻 桜", "アズマ サクラ"),
)


@pytest.fixture
def visit(shared_console: Console) -> VisitId:
    """With three people on the roster of its organisation."""
    made = shared_console.office.visit()
    with shared_console.office.work() as work:
        row = work.session.get_one(Visit, (FUKUSHIMA, made))
        for number, name, kana in NAMES:
            person = member(work, row.organisation_id, number, 4)
            person.name, person.kana = name, kana
            person.search = folded(f"{number} {name} {kana}")
            work.session.add(person)
    return made


def slots(console: Console, visit: VisitId) -> tuple[service.SlotView, ...]:
    with console.office.work() as work:
        return service.look(work, FUKUSHIMA, visit).places[0].slots


def booked(console: Console, visit: VisitId) -> Booking:
    with console.office.work() as work:
        line = slots(console, visit)[0].bookings[0]
        return work.session.get_one(Booking, (FUKUSHIMA, line.id))


def say(browser: Browser, console: Console, visit: VisitId, name: str, **more: str) -> tuple[int, str]:
    answer = browser.post(f"/visits/{visit}/slots/{slots(console, visit)[0].id}", {"name": name, **more})
    return answer.status_code, answer.text


@pytest.mark.parametrize("typed", ["２０３", "吾妻桜", "あずま さくら"])
def test_a_number_or_a_whole_name_is_somebody_of_the_roster(
    shared_console: Console, visit: VisitId, typed: str
) -> None:
    staff = shared_console.sign_in(Role.STAFF)
    assert say(staff, shared_console, visit, typed)[0] == 303
    row = booked(shared_console, visit)
    assert (row.name, bool(row.member_id)) == ("吾妻 桜", True)
    status, page = say(staff, shared_console, visit, typed)
    assert (status, "すでに予約があります" in page) == (409, True)


def test_among_several_a_person_chooses_and_a_helper_sees_none_of_them(shared_console: Console, visit: VisitId) -> None:
    staff, helper = shared_console.sign_in(Role.STAFF), shared_console.sign_in(Role.HELPER)
    status, page = say(staff, shared_console, visit, "阿武隈")
    assert (status, "太郎" in page, "花子" in page, "桜" in page) == (200, True, True, False)
    chosen = re.findall(r'name="member" value="([^"]+)"', page)
    assert say(staff, shared_console, visit, "阿武隈", member=chosen[0])[0] == 303
    assert booked(shared_console, visit).member_id == chosen[0]
    assert say(helper, shared_console, visit, "阿武隈")[0] == 303
    assert say(staff, shared_console, visit, "阿武隈", as_typed="yes", wait="yes")[0] == 303
    assert say(staff, shared_console, visit, "x", member="019f496e-6740-7817-bd72-baa5570b870b")[0] == 404
    assert say(staff, shared_console, visit, "123456789018")[0] == 422


def test_the_confirmation_speaks_the_persons_language_and_lists_what_they_bring(
    shared_console: Console, visit: VisitId
) -> None:
    helper = shared_console.sign_in(Role.HELPER)
    say(helper, shared_console, visit, "203")
    at = f"/visits/{visit}/bookings/{booked(shared_console, visit).id}"
    page = helper.get(at).text
    assert all(part in page for part in ("予約番号: 001", "15:00", "<svg", "任意です", "問い合わせ先"))
    assert "吾妻" not in page
    assert "吾妻" in shared_console.sign_in(Role.STAFF).get(at).text
    for language in Language:
        assert f'<div class="confirmation-text" lang="{language}">' in helper.get(f"{at}?language={language}").text
    assert "お子さま" in helper.get(f"{at}?child=yes").text
    assert "お子さま:" not in page


def test_another_time_under_the_same_number(shared_console: Console, visit: VisitId) -> None:
    helper = shared_console.sign_in(Role.HELPER)
    say(helper, shared_console, visit, "203")
    booking, (_first, second, third, _last) = booked(shared_console, visit), slots(shared_console, visit)
    at = f"/visits/{visit}/bookings/{booking.id}"
    assert helper.post(f"{at}/move", {"slot": second.id}).status_code == 303
    assert [line.number for line in slots(shared_console, visit)[1].bookings] == [booking.number]
    for name in ("一", "二"):
        helper.post(f"/visits/{visit}/slots/{third.id}", {"name": name})
    refused = helper.post(f"{at}/move", {"slot": third.id})
    assert (refused.status_code, "満員" in refused.text) == (409, True)
    other = shared_console.office.visit()
    assert helper.get(f"/visits/{other}/bookings/{booking.id}").status_code == 404
    assert helper.post(f"/visits/{other}/bookings/{booking.id}/move", {"slot": second.id}).status_code == 404
    assert helper.post(f"{at}/mail", {"mail": "a@example.jp"}).status_code == 404  # no mail server here


def test_a_move_is_taken_back_until_something_else_happened(each_console: Console) -> None:
    helper, visit = each_console.sign_in(Role.HELPER), each_console.office.visit()
    first, second, third, _last = (slot.id for slot in slots(each_console, visit))
    for name in ("一", "二", "三"):
        helper.post(f"/visits/{visit}/slots/{first}", {"name": name, "wait": "yes"})
    (one, _two), (waiting,) = slots(each_console, visit)[0].bookings, slots(each_console, visit)[0].waiting

    def standing() -> list[tuple[list[str], list[str]]]:
        found = slots(each_console, visit)[:3]
        return [([line.number for line in slot.bookings], [line.number for line in slot.waiting]) for slot in found]

    def move(booking: str, to: str) -> str:
        each_console.office.clock.move(seconds=5)
        at = f"/visits/{visit}/bookings/{booking}"
        assert helper.post(f"{at}/move", {"slot": to}).headers["location"] == at
        found = re.search(rf'action="({at}/moved/[^"]+)"', helper.get(at).text)
        assert found
        return found[1]

    back = move(waiting.id, second)
    assert standing()[:2] == [(["001", "002"], []), (["003"], [])]
    assert [helper.post(back).status_code for _ in "12"] == [303, 303]
    assert standing()[0] == (["001", "002"], ["003"]), "who waited waits again"
    too_late = move(one.id, second)
    assert standing()[0] == (["002", "003"], [])
    refused = helper.post(too_late)
    assert (refused.status_code, "満員" in refused.text) == (409, True)
    move(one.id, third)
    refused = helper.post(too_late)
    assert (refused.status_code, "その後に変更されています" in refused.text) == (409, True)
    other = each_console.sign_in(Role.HELPER, municipality=KORIYAMA)
    assert other.post(too_late).status_code == 404


def test_who_finds_everything_full_waits_and_gets_the_place(shared_console: Console, visit: VisitId) -> None:
    staff = shared_console.sign_in(Role.STAFF)
    first = slots(shared_console, visit)[0]
    for name in ("一", "二"):
        staff.post(f"/visits/{visit}/slots/{first.id}", {"name": name})
    with shared_console.office.work() as work:
        plan = planning.plan_of(work, FUKUSHIMA, visit)
        plan.booking_open, plan.cut_off_hours = True, 0
        at = f"/booking/{FUKUSHIMA}/{plan.code}"
    employee = shared_console.stranger()
    employee.post(f"{at}/me", {"number": "203", "month": "4"})
    assert "順番を待つ" in employee.get(at).text
    assert employee.post(f"{at}/slot", {"slot": first.id}).status_code == 409  # never by itself
    assert employee.post(f"{at}/slot", {"slot": first.id, "wait": "yes"}).status_code == 303
    page = employee.get(at).text
    assert ("順番待ち" in page, "順番を待つ" in page) == (True, False)
    staff.post(f"/visits/{visit}/bookings/{slots(shared_console, visit)[0].bookings[0].id}/cancel")
    assert "吾妻 桜" in [line.name for line in slots(shared_console, visit)[0].bookings]


def test_the_announcement_is_text_in_every_language(shared_console: Console, visit: VisitId) -> None:
    staff = shared_console.sign_in(Role.STAFF)
    for language in Language:
        answer = staff.get(f"/visits/{visit}/papers/notice.txt?language={language}")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert all(part in answer.text for part in ("15:00–16:00", "  - "))
        assert not re.search("[{}|]", answer.text)
