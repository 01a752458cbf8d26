"""Visits that come again, moving and cancelling with a way back, the week's page, measured times."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backoffice.staff.authorisation import Role
from backoffice.visits import measured, planning, service, templates
from backoffice.visits.models import VisitState
from backoffice.visits.templates import Rhythm
from backoffice.visits.views import VisitView
from schemas.ids import VisitId
from tests.backoffice.console import Browser, Console
from tests.backoffice.office import plan_visit
from tests.backoffice.visits.test_planning import HOURS, ask, open_day, state
from tests.factories import FUKUSHIMA, KORIYAMA, stamp


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [
        (Rhythm(1, (2,)), ["2026-07-14", "2026-08-11", "2026-09-08"]),
        (Rhythm(1, (1, 5)), ["2026-07-07", "2026-08-04", "2026-09-01", "2026-09-29"]),
        (Rhythm(6, ()), [f"2026-07-{day:02d}" for day in (5, 12, 19, 26)]),
    ],
)
def test_rhythm(rhythm: Rhythm, days: list[str]) -> None:
    found = [day.isoformat() for day in rhythm.days(date(2026, 7, 1), date(2026, 9, 30))]
    assert found[: len(days)] == days
    assert all(date.fromisoformat(day).weekday() == rhythm.weekday for day in found)


def drawn(console: Console, browser: Browser) -> tuple[str, str]:
    """A template of a visit, and where its drafts are made."""
    visit = ask(console, browser)
    open_day(console, browser, visit)
    made = browser.post(f"/visits/{visit}/template", {"weekday": "1", "weeks": ["2", "4"]})
    assert made.status_code == 303, made.text
    return str(visit), made.headers["location"]


def test_drafts_have_places_hours_and_loads_and_no_day_twice(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    _visit, at = drawn(console, browser)
    today = console.office.clock.at.date()
    period = {"first": today.isoformat(), "last": (today + timedelta(days=62)).isoformat()}
    assert browser.post(f"{at}/draw", period).status_code == 303
    with console.office.work() as work:
        found = [line for line in service.visits(work, FUKUSHIMA) if line.state is VisitState.TALKING]
        assert {templates.nth_weekday(line.starts_on) for line in found} == {2, 4}
        view = service.look(work, FUKUSHIMA, found[0].id)
        assert (len(found) in (4, 5), len(view.places[0].slots), view.places[0].slots[0].capacity) == (True, 16, 6)
        assert planning.loads_of(planning.plan_of(work, FUKUSHIMA, found[0].id))
    again = browser.post(f"{at}/draw", period)
    assert (again.status_code, "新しく作る日がありません" in again.text) == (422, True)


def test_fresh_drafts_are_taken_back_with_one_click_but_not_the_touched(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    _visit, at = drawn(console, browser)
    today = console.office.clock.at.date()
    answer = browser.post(f"{at}/draw", {"first": today.isoformat(), "last": (today + timedelta(days=62)).isoformat()})
    page = browser.get(answer.headers["location"]).text
    undo = page.split('action="/visits/templates/')[1].split('"')[0]
    with console.office.work() as work:
        drafts = [line.id for line in service.visits(work, FUKUSHIMA) if line.state is VisitState.TALKING]
    browser.post(f"/visits/{drafts[0]}/agenda", {"version": "1", "minutes_scope": "話した"})
    assert browser.post(f"/visits/templates/{undo}", {"version": "0"}).status_code == 303
    assert [state(console, draft) for draft in drafts] == [
        VisitState.TALKING, *[VisitState.CANCELLED] * (len(drafts) - 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last"), [("", "2030-01-01"), ("9999-01-01", "9999-12-31"), ("2020-01-01", "2020-02-01")]
)
def test_absurd_periods_are_told_beside_the_field(console: Console, first: str, last: str) -> None:
    browser = console.sign_in(Role.LEAD)
    _visit, at = drawn(console, browser)
    answer = browser.post(f"{at}/draw", {"first": first, "last": last})
    assert (answer.status_code, "field-wrong" in answer.text) == (422, True)
    assert console.sign_in(Role.LEAD, municipality=KORIYAMA).get(at).status_code == 404


def test_visit_moves_with_its_bookings_and_back(each_console: Console) -> None:
    browser = each_console.sign_in(Role.LEAD)
    visit = ask(each_console, browser)
    open_day(each_console, browser, visit)
    with each_console.office.work() as work:
        found = service.look(work, FUKUSHIMA, visit)
        service.book(work, FUKUSHIMA, found.places[0].slots[0].id, name="（架空）", actor="t")
    to = found.starts_on + timedelta(days=1)
    assert browser.post(f"/visits/{visit}/move", {"to": "31.12", "version": "1"}).status_code == 422
    assert browser.post(f"/visits/{visit}/move", {"to": to.isoformat(), "version": "1"}).status_code == 303
    assert browser.post(f"/visits/{visit}/move", {"to": to.isoformat(), "version": "1"}).status_code == 409
    with each_console.office.work() as work:
        moved = service.look(work, FUKUSHIMA, visit)
    assert ({slot.day for slot in moved.places[0].slots}, moved.booked) == ({to}, 1)
    assert browser.post(f"/visits/{visit}/undo", {"version": "2"}).status_code == 303
    with each_console.office.work() as work:
        assert service.look(work, FUKUSHIMA, visit).starts_on == found.starts_on


def test_cancelling_is_taken_back_once_to_the_state_it_had(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    visit = ask(console, browser)
    answer = browser.post(f"/visits/{visit}/state", {"to": "cancelled", "reason": "台風"})
    assert f'action="/visits/{visit}/undo"' in browser.get(answer.headers["location"]).text
    assert browser.post(f"/visits/{visit}/undo", {"version": "1"}).status_code == 303
    assert state(console, visit) is VisitState.REQUESTED
    assert browser.post(f"/visits/{visit}/undo", {"version": "2"}).status_code == 409


def test_week_has_seven_days_and_an_absurd_one_is_this_week(shared_console: Console) -> None:
    with shared_console.office.work() as work:
        visit = plan_visit(work)
    browser = shared_console.sign_in(Role.STAFF)
    page = browser.get("/visits/calendar/week").text
    assert (page.count('class="week-day'), str(visit) in page) == (7, True)
    assert browser.get("/visits/calendar/week?day=0001-01-01").text.count('aria-current="date"') == 1
    assert str(visit) not in browser.get("/visits/calendar/week?day=2027-01-01").text


def test_measured_minutes_need_twenty_people_and_leave_out_the_parked(console: Console) -> None:
    for number in range(21):
        minutes = 600 if number == 20 else 4 + number % 3
        confirmed = console.office.clock.at
        console.case(started=stamp(at=confirmed - timedelta(minutes=minutes)), confirmed=stamp(at=confirmed))
    with console.office.work() as work:
        found = measured.step_times(work, FUKUSHIMA)
        assert measured.step_times(work, KORIYAMA) is None
    assert found is not None
    assert (found.count, found.half, found.advised) == (20, 5.0, 5)
    assert "半数が5.0分以内" in console.sign_in(Role.LEAD).get("/visits/rules").text


def test_other_municipality_sees_no_visit_to_move(shared_console: Console) -> None:
    with shared_console.office.work() as work:
        visit = VisitId(plan_visit(work))
    stranger = shared_console.sign_in(Role.ADMINISTRATOR, municipality=KORIYAMA)
    assert stranger.post(f"/visits/{visit}/move", {"to": "2026-12-01", "version": "1"}).status_code == 404


def test_template_keeps_days_places_and_both_stretches_of_a_day(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    visit = ask(console, browser)
    morning = {"begins": "09:00", "ends": "12:00", "walk_in": "1"}
    assert open_day(console, browser, visit, **morning) == 303
    browser.post(f"/visits/{visit}/places", {"name": "北署", "name_en": "North"})
    with console.office.work() as work:
        found = service.look(work, FUKUSHIMA, visit)
    head, north = (f"/visits/{visit}/places/{place.id}/hours" for place in found.places)
    last = found.starts_on + timedelta(days=2)
    afternoon = {**HOURS, "day": found.starts_on.isoformat(), "begins": "13:00", "ends": "16:30", "stations": "1"}
    overlapping = {**afternoon, "begins": "11:50", "ends": "12:30"}
    assert [browser.post(head, form).status_code for form in (afternoon, overlapping)] == [303, 409]
    assert browser.post(north, {**HOURS, "day": last.isoformat(), "minutes": "30"}).status_code == 303
    at = browser.post(f"/visits/{visit}/template", {"weekday": "1"}).headers["location"]
    assert "3日目" in browser.get(at).text
    first = console.office.clock.at.date()
    period = {"first": first.isoformat(), "last": (first + timedelta(days=6)).isoformat()}
    assert browser.post(f"{at}/draw", period).status_code == 303
    with console.office.work() as work:
        draft = next(line for line in service.visits(work, FUKUSHIMA) if line.state is VisitState.TALKING)
        drawn = service.look(work, FUKUSHIMA, draft.id)
        source = service.look(work, FUKUSHIMA, visit)
    assert (drawn.ends_on - drawn.starts_on).days == 2
    assert hours(drawn) == hours(source)
    assert [len(place.stretches) for place in drawn.places] == [2, 1]


def hours(visit: VisitView) -> list[tuple[str, int, str, int, int]]:
    """(place, day, begins, capacity, walk-in) of every slot."""
    return [
        (place.name, (slot.day - visit.starts_on).days, f"{slot.begins:%H:%M}", slot.capacity, slot.walk_in)
        for place in visit.places
        for slot in place.slots
    ]


def test_a_stretch_of_a_day_is_taken_away_by_itself(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    visit = ask(console, browser)
    open_day(console, browser, visit, begins="09:00", ends="12:00")
    with console.office.work() as work:
        found = service.look(work, FUKUSHIMA, visit)
    place = f"/visits/{visit}/places/{found.places[0].id}"
    browser.post(f"{place}/hours", {**HOURS, "day": found.starts_on.isoformat()})
    assert browser.post(f"{place}/days/{found.starts_on}/remove", {"begins": "09:00"}).status_code == 303
    with console.office.work() as work:
        left = service.look(work, FUKUSHIMA, visit).places[0].slots
    assert (len(left), left[0].begins.hour) == (16, 15)
