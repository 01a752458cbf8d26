"""When which place is open: a month's list, a week's columns, and the same as calendar events."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits.ics import Event
from backoffice.visits.models import VisitState
from backoffice.visits.repository import VisitRepository
from backoffice.visits.views import VisitView
from backoffice.web.formats import JST
from schemas.ids import MunicipalityCode, VisitId

_TENTATIVE: Final = (VisitState.REQUESTED, VisitState.TALKING)


@dataclass(frozen=True)
class Sitting:
    """A place of a visit on one day, from its first slot to its last. `until`: a visit without hours yet, from `day` to
    this day; it has no place and no times."""

    visit: VisitId
    title: str
    state: VisitState
    place: str
    day: date
    begins: time
    ends: time
    place_id: str
    until: date | None = None


def month(work: UnitOfWork, municipality: MunicipalityCode, *, year: int, month: int) -> list[Sitting]:
    """Sittings of a month by time, cancelled visits left out; before them, on their first day, visits without hours."""
    last = months.monthrange(year, month)[1]
    return _between(work, municipality, date(year, month, 1), date(year, month, last))


def week(work: UnitOfWork, municipality: MunicipalityCode, monday: date) -> list[tuple[date, list[Sitting]]]:
    """Seven days from a Monday, each with its sittings by time."""
    days = [monday + timedelta(days=number) for number in range(7)]
    found = _between(work, municipality, days[0], days[-1])
    return [(day, [sitting for sitting in found if sitting.day == day]) for day in days]


def _between(work: UnitOfWork, municipality: MunicipalityCode, first: date, last: date) -> list[Sitting]:
    repository = VisitRepository(work.session, municipality)
    sittings = [
        Sitting(VisitId(row.id), row.title, VisitState(row.state), row.name, row.day, row.first, row.last, row.place)
        for row in repository.days_between(first, last)
    ]
    open_ones = [
        Sitting(VisitId(row.id), row.title, row.state, "", max(first, row.starts_on), time(), time(), "", row.ends_on)
        for row in repository.without_hours(first, last)
    ]
    return sorted([*open_ones, *sittings], key=lambda sitting: sitting.day)


def month_events(sittings: Iterable[Sitting]) -> list[Event]:
    """The same events as each visit's own file has: a calendar that took one in knows it again."""
    return [
        Event(
            uid=_uid(each.place_id, each.day), begins=_moment(each.day, each.begins),
            ends=_moment(each.day, each.ends), summary=each.title, location=each.place,
            tentative=each.state in _TENTATIVE,
        )
        for each in sittings
        if each.until is None
    ]  # fmt: skip


def events(visit: VisitView) -> list[Event]:
    """A visit's sittings."""
    return [
        Event(
            uid=_uid(place.id, day), begins=_moment(day, slots[0].begins),
            ends=_moment(day, slots[-1].ends), summary=visit.title, location=f"{visit.organisation} {place.name}",
            cancelled=visit.state is VisitState.CANCELLED, tentative=visit.state in _TENTATIVE,
        )
        for place in visit.places
        for day, slots in place.days
    ]  # fmt: skip


def _uid(place: str, day: date) -> str:
    return f"{place}-{day:%Y%m%d}@demado"


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=JST)
