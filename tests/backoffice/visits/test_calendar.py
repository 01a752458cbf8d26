"""The calendar file after RFC 5545, the month's list."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backoffice.organisations import service as organisations
from backoffice.staff.authorisation import Role
from backoffice.visits import service
from backoffice.visits.ics import Event, calendar, escaped, folded
from backoffice.visits.models import VisitState
from tests.backoffice.console import Console
from tests.factories import FUKUSHIMA

AT = datetime(2026, 7, 10, 6, tzinfo=UTC)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300))
def test_folding_keeps_the_text_and_no_line_is_longer_than_75_octets(text: str) -> None:
    lines = folded(text)
    assert all(len(line) <= 75 for line in lines[:-2].split(b"\r\n"))
    assert lines.replace(b"\r\n ", b"").removesuffix(b"\r\n").decode() == text


def test_text_is_escaped_and_cannot_bring_lines_of_its_own() -> None:
    assert escaped("a;b,c\\d\r\nEND:VEVENT\x07") == "a\\;b\\,c\\\\d\\nEND:VEVENT"


def test_an_event_has_what_a_calendar_asks_for() -> None:
    event = Event("1@demado", AT, AT + timedelta(hours=4), "出張申請受付", "本部", cancelled=True)
    lines = calendar([event], now=AT).decode().split("\r\n")
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Demado//Visits//JA"]
    assert {"UID:1@demado", "DTSTART:20260710T060000Z", "DTEND:20260710T100000Z", "STATUS:CANCELLED"} <= set(lines)
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_month_and_file_show_the_visit(each_console: Console) -> None:
    visit = each_console.office.visit()
    browser = each_console.sign_in(Role.HELPER)
    month = f"{each_console.office.clock.at:%Y-%m}"
    page = browser.get(f"/visits/calendar?month={month}").text
    assert "出張申請受付" in page
    assert "15:00〜16:00" in page
    assert "この月に訪問はありません" in browser.get("/visits/calendar?month=2020-01").text
    assert "15:00〜16:00" in browser.get("/visits/calendar?month=x").text
    file = browser.get(f"/visits/{visit}/visit.ics")
    assert file.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "DTSTART:" in file.text
    assert "T060000Z" in file.text
    whole = browser.get(f"/visits/calendar.ics?month={month}").text
    uid = next(line for line in file.text.splitlines() if line.startswith("UID:"))
    assert (uid in whole, "STATUS:CONFIRMED" in whole) == (True, True)
    assert "BEGIN:VEVENT" not in browser.get("/visits/calendar.ics?month=2020-01").text


def test_a_visit_without_hours_stands_on_each_of_its_days(shared_console: Console) -> None:
    with shared_console.office.work() as work:
        brigade = organisations.add_organisation(work, FUKUSHIMA, name="商工会", actor="test")
        new = service.NewVisit(
            organisation=brigade, title="商工会まだ未定", starts_on=date(2027, 3, 31), ends_on=date(2027, 4, 2),
            state=VisitState.REQUESTED,
        )  # fmt: skip
        visit = service.plan(work, FUKUSHIMA, new, actor="test")
    browser = shared_console.sign_in(Role.HELPER)
    for path, seen in (
        ("?month=2027-03", 1),
        ("?month=2027-04", 2),
        ("?month=2027-05", 0),
        ("/week?day=2027-04-01", 3),
    ):
        page = browser.get(f"/visits/calendar{path}").text
        assert (page.count("商工会まだ未定"), "時刻は未定" in page) == (seen, bool(seen)), path
    march, own = (browser.get(f"/visits/{path}").text for path in ("calendar.ics?month=2027-03", f"{visit}/visit.ics"))
    day = f"UID:{visit}-20270331@demado"
    assert "DTSTART;VALUE=DATE:20270331\r\nDTEND;VALUE=DATE:20270401" in march
    assert (march.count("BEGIN:VEVENT"), own.count("BEGIN:VEVENT"), day in march, day in own) == (1, 3, True, True)
    with shared_console.office.work() as work:
        place = service.add_place(work, FUKUSHIMA, visit, name="会館")
        hours = (time(9), time(10))
        service.open_slots(work, FUKUSHIMA, place, day=date(2027, 3, 31), hours=hours, minutes=15, capacity=2)
    assert "時刻は未定" not in browser.get("/visits/calendar?month=2027-03").text
    assert "VALUE=DATE" not in browser.get(f"/visits/{visit}/visit.ics").text
