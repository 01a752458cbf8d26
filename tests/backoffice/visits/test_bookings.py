"""Waiting list, walk-in lane, moving, no-show."""

from __future__ import annotations

from datetime import time

import pytest

from backoffice.database import Database
from backoffice.kit.errors import OfficeError
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from backoffice.visits import bookings, service
from backoffice.visits.views import SlotView
from schemas.ids import VisitId
from tests.backoffice.office import Clock, add_municipalities, plan_visit
from tests.factories import FUKUSHIMA


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def planned(database: Database, clock: Clock) -> VisitId:
    with transaction(database, now=clock) as work:
        add_municipalities(work)
        return plan_visit(work)


def slots(work: UnitOfWork, visit: VisitId) -> tuple[SlotView, ...]:
    return service.look(work, FUKUSHIMA, visit).places[0].slots


def fill(work: UnitOfWork, slot: SlotView, *names: str) -> list[str]:
    return [bookings.book(work, FUKUSHIMA, slot.id, name=name, actor="t", wait=True) for name in names]


def names(lines: tuple[service.BookingLine, ...]) -> list[str]:
    return [line.name for line in lines]


def test_who_waits_longest_gets_the_place_of_who_cancels(database: Database, planned: VisitId, clock: Clock) -> None:
    with transaction(database, now=clock) as work:
        fill(work, slots(work, planned)[0], "一", "二", "三")
        clock.move(seconds=1)
    with transaction(database, now=clock) as work:
        fill(work, slots(work, planned)[0], "四")
        first = slots(work, planned)[0]
        assert (names(first.bookings), names(first.waiting)) == (["一", "二"], ["三", "四"])
        bookings.cancel(work, FUKUSHIMA, first.bookings[0].id, actor="t")
        bookings.cancel(work, FUKUSHIMA, first.bookings[0].id, actor="t")
    with transaction(database, now=clock) as work:
        first = slots(work, planned)[0]
        assert (names(first.bookings), names(first.waiting)) == (["二", "三"], ["四"])


def test_no_show_frees_the_place_once_the_time_has_begun(database: Database, planned: VisitId, clock: Clock) -> None:
    with transaction(database, now=clock) as work:
        fill(work, slots(work, planned)[0], "一", "二", "三")
        with pytest.raises(OfficeError, match=r"booking\.not_begun"):
            bookings.no_show(work, FUKUSHIMA, slots(work, planned)[0].bookings[0].id, actor="t")
    while bookings.local_now(work).time() < time(15, 5):
        clock.move(minutes=5)
        work.now = clock()
    with transaction(database, now=clock) as work:
        bookings.no_show(work, FUKUSHIMA, slots(work, planned)[0].bookings[0].id, actor="t")
        first = slots(work, planned)[0]
        assert (names(first.bookings), names(first.waiting)) == (["二", "三"], [])


def test_moving_keeps_the_number_and_lets_the_next_one_in(database: Database, planned: VisitId, clock: Clock) -> None:
    with transaction(database, now=clock) as work:
        numbers = fill(work, slots(work, planned)[0], "一", "二", "三")
        first, second, *_ = slots(work, planned)
        bookings.move(work, FUKUSHIMA, first.bookings[0].id, second.id, actor="t")
        first, second, *_ = slots(work, planned)
        assert (names(first.bookings), names(second.bookings)) == (["二", "三"], ["一"])
        assert second.bookings[0].number == numbers[0]
        fill(work, second, "五")
        with pytest.raises(OfficeError, match=r"slot\.full"):
            bookings.move(work, FUKUSHIMA, first.bookings[0].id, second.id, actor="t")


def test_walk_in_places_are_kept_from_booking(database: Database, planned: VisitId, clock: Clock) -> None:
    with transaction(database, now=clock) as work:
        place = service.look(work, FUKUSHIMA, planned).places[0].id
        day = slots(work, planned)[0].day.replace(day=28)
        hours = (time(9), time(10))
        service.open_slots(work, FUKUSHIMA, place, day=day, hours=hours, minutes=60, capacity=2, walk_in=1)
        wanted = next(slot for slot in slots(work, planned) if slot.day == day)
        bookings.book(work, FUKUSHIMA, wanted.id, name="一", actor="t")
        with pytest.raises(OfficeError, match=r"slot\.full"):
            bookings.book(work, FUKUSHIMA, wanted.id, name="二", actor="t")
        with pytest.raises(OfficeError, match=r"visit\.walk_in_too_many"):
            service.open_slots(work, FUKUSHIMA, place, day=day, hours=hours, minutes=20, capacity=2, walk_in=3)
