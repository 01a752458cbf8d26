"""Visits, slots, bookings and attendants."""

from __future__ import annotations

from datetime import date, time

import pytest

from backoffice.audit import service as audit
from backoffice.database import Database
from backoffice.kit.errors import OfficeError
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from backoffice.organisations import service as organisations
from backoffice.visits import demo, service
from backoffice.visits.service import NewVisit, SlotId
from schemas.ids import VisitId
from schemas.visit import AttendantRole
from tests.backoffice.office import Clock, add_municipalities, plan_visit
from tests.factories import FUKUSHIMA, KORIYAMA


@pytest.fixture
def planned(database: Database) -> VisitId:
    with transaction(database, now=Clock()) as work:
        add_municipalities(work)
        return plan_visit(work)


def slots(work: UnitOfWork, visit: VisitId) -> tuple[service.SlotView, ...]:
    return service.look(work, FUKUSHIMA, visit).places[0].slots


def test_opening_hours_are_cut_into_slots_of_equal_length(database: Database, planned: VisitId) -> None:
    with transaction(database) as work:
        found = slots(work, planned)
    assert [(slot.begins, slot.ends) for slot in found][-1] == (time(15, 45), time(16))
    assert [(slot.capacity, slot.free) for slot in found] == [(2, 2)] * 4


@pytest.mark.parametrize(("minutes", "count"), [(60, 1), (45, 1), (20, 3), (1, 60)])
def test_rest_shorter_than_a_slot_is_left_out(sqlite_database: Database, minutes: int, count: int) -> None:
    with transaction(sqlite_database, now=Clock()) as work:
        add_municipalities(work)
        place = service.look(work, FUKUSHIMA, plan_visit(work)).places[0].id
        opened = service.open_slots(
            work, FUKUSHIMA, place, day=date(2026, 8, 1), hours=(time(15), time(16)), minutes=minutes, capacity=1
        )
    assert opened == count


@pytest.mark.parametrize("hours", [(time(16), time(15)), (time(15), time(15, 10)), (time(15), time(15))])
def test_hours_shorter_than_a_slot_are_refused(database: Database, planned: VisitId, hours: tuple[time, time]) -> None:
    with transaction(database) as work:
        place = service.look(work, FUKUSHIMA, planned).places[0].id
        with pytest.raises(OfficeError, match=r"visit\.hours_too_short"):
            service.open_slots(work, FUKUSHIMA, place, day=date(2026, 8, 1), hours=hours, minutes=15, capacity=1)


def test_bookings_are_numbered_through_the_visit(database: Database, planned: VisitId) -> None:
    with transaction(database) as work:
        numbers = [service.book(work, FUKUSHIMA, slot.id, name="（架空）", actor="t") for slot in slots(work, planned)]
    assert numbers == ["001", "002", "003", "004"]


def test_full_slot_takes_no_more_until_somebody_cancels(database: Database, planned: VisitId) -> None:
    with transaction(database) as work:
        slot = slots(work, planned)[0].id
        for _ in range(2):
            service.book(work, FUKUSHIMA, slot, name="（架空）", actor="t")
        with pytest.raises(OfficeError, match=r"slot\.full"):
            service.book(work, FUKUSHIMA, slot, name="（架空）", actor="t")
        service.cancel(work, FUKUSHIMA, slots(work, planned)[0].bookings[0].id, actor="t")
        assert service.book(work, FUKUSHIMA, slot, name="（架空）", actor="t") == "003"
    with transaction(database) as work:
        assert [booking.number for booking in slots(work, planned)[0].bookings] == ["002", "003"]


def test_other_municipality_sees_and_books_nothing(database: Database, planned: VisitId) -> None:
    with transaction(database) as work:
        slot = slots(work, planned)[0].id
        assert service.visits(work, KORIYAMA) == []
        with pytest.raises(OfficeError, match=r"visit\.not_found"):
            service.look(work, KORIYAMA, planned)
        with pytest.raises(OfficeError, match=r"slot\.not_found"):
            service.book(work, KORIYAMA, SlotId(slot), name="（架空）", actor="t")


def test_visit_that_ends_before_it_begins_is_refused(database: Database) -> None:
    brigade = organisations.OrganisationId("019f0000-0000-7000-8000-000000000001")
    new = NewVisit(organisation=brigade, title="x", starts_on=date(2026, 7, 2), ends_on=date(2026, 7, 1))
    with transaction(database) as work, pytest.raises(OfficeError, match=r"visit\.dates_reversed"):
        service.plan(work, FUKUSHIMA, new, actor="t")


@pytest.mark.parametrize("pin", ["", "12345", "1234567890123", "12345a", "１２３４５６", "123 456"])
def test_pin_that_is_not_six_to_twelve_figures_is_refused(sqlite_database: Database, pin: str) -> None:
    with transaction(sqlite_database) as work, pytest.raises(OfficeError, match=r"attendant\.pin_form"):
        service.add_attendant(work, FUKUSHIMA, name="x", role=AttendantRole.STAFF, pin=pin, actor="t")


def test_removed_attendant_is_listed_no_more(database: Database, planned: VisitId) -> None:
    with transaction(database) as work:
        staff = service.add_attendant(work, FUKUSHIMA, name="x", role=AttendantRole.STAFF, pin="135790", actor="t")
        service.remove_attendant(work, FUKUSHIMA, staff, actor="t")
        assert service.attendants(work, FUKUSHIMA) == []


# ── The demo's data ─────────────────────────────────────────────────────────────────────────────────────────


def test_demo_makes_exactly_the_slots_of_the_published_example(database: Database) -> None:
    with transaction(database, now=Clock()) as work:
        planted = demo.plant(work, today=date(2026, 7, 1))
        visit = service.look(work, FUKUSHIMA, planted.visit)
    july = {
        place.name: [(day, len(slots), slots[0].begins, slots[-1].ends) for day, slots in place.days if day.day != 1]
        for place in visit.places
    }
    afternoon, evening = (16, time(15), time(19)), (4, time(18), time(19))
    assert july == {
        "本部・A消防署": [(date(2026, 7, day), *afternoon) for day in (10, 12, 13)],
        "B消防署": [(date(2026, 7, day), *evening) for day in (19, 20)],
        "C消防署": [(date(2026, 7, day), *evening) for day in (23, 24)],
    }


@pytest.mark.parametrize(
    ("today", "year"), [(date(2026, 7, 24), 2026), (date(2026, 7, 25), 2027), (date(2026, 1, 1), 2026)]
)
def test_demo_takes_the_next_july_that_is_not_over(today: date, year: int) -> None:
    assert demo.next_july(today) == year


def test_demo_books_invented_people_and_says_so(sqlite_database: Database) -> None:
    today = date(2026, 8, 1)
    with transaction(sqlite_database, now=Clock()) as work:
        visit = service.look(work, FUKUSHIMA, demo.plant(work, today=today).visit)
    assert (visit.starts_on, visit.ends_on) == (today, date(2027, 7, 24))
    assert sum(slot.day == today and bool(slot.bookings) for slot in visit.places[0].slots) == 4
    names = [booking.name for place in visit.places for slot in place.slots for booking in slot.bookings]
    assert (len(names), visit.booked) == (12, 12)
    assert all(name.endswith("（架空）") for name in names)


def test_demo_planted_twice_keeps_the_visit_and_gives_new_pins(database: Database) -> None:
    with transaction(database, now=Clock()) as work:
        first = demo.plant(work, today=date(2026, 3, 1))
    with transaction(database, now=Clock()) as work:
        second = demo.plant(work, today=date(2026, 3, 2))
        assert second.visit == first.visit
        assert {person.staff for person in second.attendants} == {
            person.staff for person in service.attendants(work, FUKUSHIMA)
        }
        days = {slot.day for slot in service.look(work, FUKUSHIMA, second.visit).places[0].slots}
        assert {date(2026, 3, 1), date(2026, 3, 2)} <= days
        assert audit.verify(work, FUKUSHIMA).intact
