"""When which place is open: a month's list, a week's columns, and the same as calendar events."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits.calendar_repository import CalendarRepository
from backoffice.visits.ics import Event, Moment
from backoffice.visits.models import VisitState
from backoffice.visits.views import VisitView
from backoffice.web.formats import JST
from schemas.ids import MunicipalityCode, VisitId

_TENTATIVE: Final = (VisitState.REQUESTED, VisitState.TALKING)


@dataclass(frozen=True)
class Sitting:
    """A place of a visit on one day, from its first slot to its last. Without hours yet it has no place and no times
    (`begins` None)."""

    visit: VisitId
    title: str
    state: VisitState
    place: str
    day: date
    begins: time | None = None
    ends: time | None = None
    place_id: str = ""


def month(work: UnitOfWork, municipality: MunicipalityCode, *, year: int, month: int) -> list[Sitting]:
    """Sittings of a month by time, cancelled visits left out; on each day first the visits without hours yet."""
    last = months.monthrange(year, month)[1]
    return _between(work, municipality, date(year, month, 1), date(year, month, last))


def week(work: UnitOfWork, municipality: MunicipalityCode, monday: date) -> list[tuple[date, list[Sitting]]]:
    """Seven days from a Monday, each with its sittings by time."""
    days = [monday + timedelta(days=number) for number in range(7)]
    found = _between(work, municipality, days[0], days[-1])
    return [(day, [sitting for sitting in found if sitting.day == day]) for day in days]


def _between(work: UnitOfWork, municipality: MunicipalityCode, first: date, last: date) -> list[Sitting]:
    repository = CalendarRepository(work.session, municipality)
    sittings = [
        Sitting(VisitId(row.id), row.title, VisitState(row.state), row.name, row.day, row.first, row.last, row.place)
        for row in repository.days_between(first, last)
    ]
    open_ones = [
        Sitting(VisitId(row.id), row.title, row.state, "", day)
        for row in repository.without_hours(first, last)
        for day in _days(max(first, row.starts_on), min(last, row.ends_on))
    ]
    return sorted([*open_ones, *sittings], key=lambda sitting: sitting.day)


def month_events(sittings: Iterable[Sitting]) -> list[Event]:
    """The same events as each visit's own file has: a calendar that took one in knows it again."""
    return [
        Event(
            uid=_uid(each.place_id or each.visit, each.day), begins=_moment(each.day, each.begins),
            ends=_moment(each.day, each.ends), summary=each.title, location=each.place,
            tentative=each.state in _TENTATIVE,
        )
        for each in sittings
    ]  # fmt: skip


def events(visit: VisitView) -> list[Event]:
    """A visit's sittings; without hours yet, its days."""
    hours = [
        (place.id, day, slots[0].begins, slots[-1].ends, f"{visit.organisation} {place.name}")
        for place in visit.places
        for day, slots in place.days
    ]
    open_days = [(visit.id, day, None, None, visit.organisation) for day in _days(visit.starts_on, visit.ends_on)]
    return [
        Event(
            uid=_uid(of, day), begins=_moment(day, begins), ends=_moment(day, ends), summary=visit.title, location=at,
            cancelled=visit.state is VisitState.CANCELLED, tentative=visit.state in _TENTATIVE,
        )
        for of, day, begins, ends, at in hours or open_days
    ]  # fmt: skip


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _uid(place: str, day: date) -> str:
    return f"{place}-{day:%Y%m%d}@demado"


def _moment(day: date, at: time | None) -> Moment:
    """A whole day where the time is open."""
    return day if at is None else datetime.combine(day, at, tzinfo=JST)
