"""Today's visits as they run: received by the hour, still waiting, packets missing; and why applications went back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy import select as rows
from sqlmodel import col, func, select

from backoffice.cases.finding import JST
from backoffice.cases.models import Case
from backoffice.cases.workflow import OPEN, State
from backoffice.intake.runs import missing_of
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits import service as visits
from schemas.ids import MunicipalityCode, VisitId

_RECENT: Final = 1000


@dataclass(frozen=True)
class Came:
    """What came in today for one visit: `hours` has a count for each of the day's 24."""

    waiting: int = 0
    hours: tuple[int, ...] = ()


@dataclass(frozen=True)
class LiveVisit:
    """`hours`: (hour in Japan, cases received) from the first to the last that had any. `missing`: of the last thousand
    numbers of each device that sent today those that have not come in; older ones stand on the device's page."""

    id: VisitId
    title: str
    hours: tuple[tuple[int, int], ...]
    waiting: int
    missing: int

    @property
    def received(self) -> int:
        return sum(count for _hour, count in self.hours)

    @property
    def busiest(self) -> int:
        return max((count for _hour, count in self.hours), default=0)


def live_visits(work: UnitOfWork, municipality: MunicipalityCode) -> list[LiveVisit]:
    """The visits of today, and those whose applications came in today."""
    today = work.now.astimezone(JST).date()
    came, senders = _came(work, municipality), _senders(work, municipality)
    missing = missing_of(work.session, municipality, set().union(*senders.values()), recent=_RECENT)
    return [
        LiveVisit(
            id=visit.id,
            title=visit.title,
            hours=_by_hour(came.get(visit.id, Came()).hours),
            waiting=came.get(visit.id, Came()).waiting,
            missing=sum(missing.get(device, 0) for device in senders.get(visit.id, ())),
        )
        for visit in visits.running(work, municipality, today, also=came)
    ]


def _came(work: UnitOfWork, municipality: str) -> dict[str, Came]:
    """By visit. Counted in the database, an hour at a time: on a day of thousands their rows stay there."""
    begins, at = _midnight(work.now), col(Case.received_at)
    hours = [begins + timedelta(hours=number) for number in range(25)]
    by_hour = [func.count().filter(at >= hour, at < after) for hour, after in pairwise(hours)]
    counted = rows(col(Case.visit_id), func.count().filter(col(Case.state).in_(OPEN)), *by_hour)
    counted = counted.where(col(Case.municipality_id) == municipality, at >= begins).group_by(Case.visit_id)
    return {visit: Came(waiting, tuple(each)) for visit, waiting, *each in work.session.execute(counted)}


def _senders(work: UnitOfWork, municipality: str) -> dict[str, set[str]]:
    """By visit, the devices whose cases came in today."""
    found = select(Case.visit_id, Case.device_id).distinct()
    today = (Case.municipality_id == municipality, col(Case.received_at) >= _midnight(work.now))
    senders: dict[str, set[str]] = {}
    for visit, device in work.session.exec(found.where(*today)):
        senders.setdefault(visit, set()).add(device)
    return senders


def returned_for(work: UnitOfWork, municipality: str) -> list[tuple[str, int]]:
    """(reason code, cases) of what was returned today and still is, the commonest first."""
    found = select(Case.return_reasons).where(
        Case.municipality_id == municipality,
        col(Case.decided_at) >= _midnight(work.now),
        Case.state == State.RETURNED,
    )
    return Counter(code for reasons in work.session.exec(found) for code in reasons.split()).most_common()


def _by_hour(counted: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    some = [hour for hour, count in enumerate(counted) if count]
    return tuple((hour, counted[hour]) for hour in range(some[0], some[-1] + 1)) if some else ()


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(JST).date(), time(), JST)
