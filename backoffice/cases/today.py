"""Today's visits as they run: received by the hour, still waiting, packets missing; and why applications went back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time

from sqlmodel import col, func, select

from backoffice.cases.finding import JST
from backoffice.cases.models import Case
from backoffice.cases.workflow import OPEN, State
from backoffice.intake.models import ReceivedPacket
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits import service as visits
from schemas.ids import MunicipalityCode, VisitId


@dataclass(frozen=True)
class LiveVisit:
    """`hours`: (hour in Japan, cases received) from the first to the last that had any. `missing`: sequence numbers
    that have not come in from the devices that sent today."""

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
    rows = list(work.session.exec(found))
    came = {visit for visit, _device, _at, _state in rows}
    lines: list[LiveVisit] = []
    for visit in visits.visits(work, municipality):
        if not (visit.starts_on <= today <= visit.ends_on or visit.id in came):
            continue
        own = [row for row in rows if row[0] == visit.id]
        lines.append(
            LiveVisit(
                id=visit.id,
                title=visit.title,
                hours=_by_hour([at for _visit, _device, at, _state in own]),
                waiting=sum(State(state) in OPEN for _visit, _device, _at, state in own),
                missing=_missing(work, municipality, {device for _visit, device, _at, _state in own}),
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


def _missing(work: UnitOfWork, municipality: str, devices: set[str]) -> int:
    """Numbers below the highest received that are not here: each device counts from one."""
    found = select(func.max(ReceivedPacket.sequence), func.count()).where(
        ReceivedPacket.municipality_id == municipality, col(ReceivedPacket.device_id).in_(devices)
    )
    counted = work.session.exec(found.group_by(col(ReceivedPacket.device_id)))
    return sum(max(0, highest - received) for highest, received in counted)


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(JST).date(), time(), JST)
