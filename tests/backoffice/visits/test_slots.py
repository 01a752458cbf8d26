"""Opening hours become slots; the published example of 福島市消防本部 makes exactly its own."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.database import Database
from backoffice.kit.unit_of_work import transaction
from backoffice.visits import demo, service
from backoffice.visits.slots import HoursTooShort, bookable, capacity_of, closes, cut

DAY = date(2027, 7, 10)


def test_the_example_of_the_fire_brigade_makes_exactly_its_slots(database: Database) -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    with transaction(database, now=lambda: now) as work:
        planted = demo.plant(work, today=now.date())
    with transaction(database) as work:
        found = service.look(work, demo.CODE, planted.visit)
    example = [(place.name, slot.day, slot) for place in found.places for slot in place.slots if slot.day.month == 7]
    assert Counter((name, day.day) for name, day, _slot in example) == {
        ("本部・A消防署", 10): 16, ("本部・A消防署", 12): 16, ("本部・A消防署", 13): 16,
        ("B消防署", 19): 4, ("B消防署", 20): 4, ("C消防署", 23): 4, ("C消防署", 24): 4,
    }  # fmt: skip
    head = [slot for name, day, slot in example if (name, day.day) == ("本部・A消防署", 10)]
    assert (head[0].begins, head[-1].ends) == (time(15), time(19))
    assert all(slot.begins >= time(18) for name, _day, slot in example if name != "本部・A消防署")
    assert sum(slot.capacity for _name, _day, slot in example) == 192


@pytest.mark.parametrize(
    ("stations", "minutes", "each", "people"), [(1, 15, 5, 3), (2, 15, 5, 6), (3, 30, 7, 12), (1, 5, 6, 0)]
)
def test_a_station_serves_whole_applicants(stations: int, minutes: int, each: int, people: int) -> None:
    assert capacity_of(stations=stations, minutes=minutes, minutes_each=each) == people


@given(st.times(), st.times(), st.integers(-5, 300))
def test_slots_follow_one_another_inside_the_hours(begins: time, ends: time, minutes: int) -> None:
    try:
        slots = cut(DAY, (begins, ends), minutes=minutes)
    except HoursTooShort:
        return
    assert slots[0].begins == begins
    assert slots[-1].ends <= ends
    assert all(before.ends == after.begins for before, after in pairwise(slots))


def test_walk_in_places_cannot_be_booked_and_bookings_close_before_the_slot() -> None:
    assert [bookable(capacity=3, walk_in=count) for count in (0, 1, 3, 4)] == [3, 2, 0, 0]
    assert closes(DAY, time(15), cut_off_hours=24) == datetime(2027, 7, 9, 15)  # noqa: DTZ001
