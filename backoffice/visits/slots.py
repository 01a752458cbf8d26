"""Opening hours cut into slots, and how many people a slot can take. Pure: no clock, no database.

Planning figures for the minutes one applicant needs: 2 min 14 s (川越市, 94 in 3.5 h), 5 min (文京区 counter);
the office may set its own measured ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol, TypeVar


class HoursTooShort(ValueError):
    """Not one whole slot fits."""


@dataclass(frozen=True)
class SlotTime:
    """One slot, local times of Japan."""

    begins: time
    ends: time


def cut(day: date, hours: tuple[time, time], *, minutes: int) -> tuple[SlotTime, ...]:
    """Slots of equal length; a rest shorter than a slot is left out. Raises `HoursTooShort`."""
    begin, end = (datetime.combine(day, hour) for hour in hours)
    length = timedelta(minutes=minutes)
    if minutes < 1 or begin + length > end:
        raise HoursTooShort
    starts = (begin + length * index for index in range((end - begin) // length))
    return tuple(SlotTime(start.time(), (start + length).time()) for start in starts)


class Timed(Protocol):
    """What of a slot says whether the next one goes on from it."""

    @property
    def begins(self) -> time: ...
    @property
    def ends(self) -> time: ...


One = TypeVar("One", bound=Timed)


def runs(slots: Iterable[One]) -> list[list[One]]:
    """The slots of a place and day, by time, as stretches without a break: a morning and an afternoon are two."""
    found: list[list[One]] = []
    for slot in slots:
        if found and found[-1][-1].ends == slot.begins:
            found[-1].append(slot)
        else:
            found.append([slot])
    return found


def capacity_of(*, stations: int, minutes: int, minutes_each: int) -> int:
    """How many people a slot can take: each station serves whole applicants, one after the other."""
    return stations * (minutes // minutes_each)


def bookable(*, capacity: int, walk_in: int) -> int:
    """Places of a slot that can be booked; the walk-in lane's are not."""
    return max(0, capacity - walk_in)


def closes(day: date, begins: time, *, cut_off_hours: int) -> datetime:
    """When bookings for a slot end, local time of Japan without zone."""
    return datetime.combine(day, begins) - timedelta(hours=cut_off_hours)
