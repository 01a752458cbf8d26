"""Today's visits as they run: received by the hour, still waiting, packets missing; and why applications went back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final, NamedTuple

from sqlmodel import col, select

from backoffice.cases.finding import JST
from backoffice.cases.models import Case
from backoffice.cases.workflow import OPEN, State
from backoffice.intake.runs import missing_of
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits import service as visits
from schemas.ids import MunicipalityCode, VisitId

_RECENT: Final = 1000


class Arrival(NamedTuple):
    """What of a case received today is counted."""

    device: str
    at: datetime
    state: State


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
    found = select(Case.visit_id, Case.device_id, Case.received_at, Case.state).where(
        Case.municipality_id == municipality, col(Case.received_at) >= _midnight(work.now)
    )
    came: dict[str, list[Arrival]] = {}
    for visit_id, device, at, state in work.session.exec(found):
        came.setdefault(visit_id, []).append(Arrival(device, at, State(state)))
    sent = {case.device for cases in came.values() for case in cases}
    missing = missing_of(work.session, municipality, sent, recent=_RECENT)
    lines: list[LiveVisit] = []
    for visit in visits.running(work, municipality, today, also=came):
        own = came.get(visit.id, [])
        lines.append(
            LiveVisit(
                id=visit.id,
                title=visit.title,
                hours=_by_hour([case.at for case in own]),
                waiting=sum(case.state in OPEN for case in own),
                missing=sum(missing.get(device, 0) for device in {case.device for case in own}),
            )
        )
    return lines


def returned_for(work: UnitOfWork, municipality: str) -> list[tuple[str, int]]:
    """(reason code, cases) of what was returned today and still is, the commonest first."""
    found = select(Case.return_reasons).where(
        Case.municipality_id == municipality,
        col(Case.decided_at) >= _midnight(work.now),
        Case.state == State.RETURNED,
    )
    return Counter(code for reasons in work.session.exec(found) for code in reasons.split()).most_common()


def _by_hour(moments: list[datetime]) -> tuple[tuple[int, int], ...]:
    counted = Counter(at.astimezone(JST).hour for at in moments)
    return tuple((hour, counted[hour]) for hour in range(min(counted), max(counted) + 1)) if counted else ()


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(JST).date(), time(), JST)
