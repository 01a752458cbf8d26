"""When which place is open: a month's list, and the same as calendar events."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, time

from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits.ics import Event
from backoffice.visits.models import VisitState
from backoffice.visits.repository import VisitRepository
from backoffice.visits.views import VisitView
from backoffice.web.formats import JST
from schemas.ids import MunicipalityCode, VisitId


@dataclass(frozen=True)
class Sitting:
    """A place of a visit on one day, from its first slot to its last."""

    visit: VisitId
    title: str
    state: VisitState
    place: str
    day: date
    begins: time
    ends: time


def month(work: UnitOfWork, municipality: MunicipalityCode, *, year: int, month: int) -> list[Sitting]:
    """Sittings of a month by time, cancelled visits left out."""
    last = months.monthrange(year, month)[1]
    found = VisitRepository(work.session, municipality).days_between(date(year, month, 1), date(year, month, last))
    return [
        Sitting(VisitId(row.id), row.title, VisitState(row.state), row.name, row.day, row.first, row.last)
        for row in found
    ]


def events(visit: VisitView) -> list[Event]:
    """A visit's sittings."""
    return [
        Event(
            uid=f"{place.id}-{day:%Y%m%d}@demado", begins=_moment(day, slots[0].begins),
            ends=_moment(day, slots[-1].ends), summary=visit.title, location=f"{visit.organisation} {place.name}",
            cancelled=visit.state is VisitState.CANCELLED,
        )
        for place in visit.places
        for day, slots in place.days
    ]  # fmt: skip


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=JST)
