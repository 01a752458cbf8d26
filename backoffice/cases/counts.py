"""Counts over many cases: why applications went back, how long they wait, and what is left of those erased."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from backoffice.cases.desk_repository import DeskRepository
from backoffice.cases.finding import JST
from backoffice.cases.models import CaseTally
from backoffice.cases.workflow import OPEN, State
from backoffice.kit.rows import COUNTED
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.ids import MunicipalityCode


@dataclass(frozen=True)
class Returns:
    """`code`: the reason; `share`: of all cases returned in the period, per cent; a case may have several reasons."""

    code: str
    cases: int
    share: float


def returns(work: UnitOfWork, municipality: MunicipalityCode, since: datetime, until: datetime) -> list[Returns]:
    """Of cases returned in the period that still are, the commonest reason first."""
    counted, whole = Counter[str](), 0
    for reasons, cases in DeskRepository(work.session, municipality).returned_for(since, until):
        whole += cases
        for code in reasons.split():
            counted[code] += cases
    return [Returns(code, cases, 100 * cases / whole) for code, cases in counted.most_common()]


@dataclass(frozen=True)
class Waiting:
    """What was received on a day of Japan and is not decided yet. `age`: days since."""

    day: date
    age: int
    received: int
    second_check: int
    escalated: int

    @property
    def all(self) -> int:
        return self.received + self.second_check + self.escalated


def backlog(work: UnitOfWork, municipality: MunicipalityCode) -> list[Waiting]:
    """By day of receipt, the oldest first; of each state the oldest `COUNTED`."""
    repository, today = DeskRepository(work.session, municipality), work.now.astimezone(JST).date()
    found = {state: Counter(at.astimezone(JST).date() for at in repository.waiting(state, COUNTED)) for state in OPEN}
    return [
        Waiting(
            day, (today - day).days, received=found[State.RECEIVED][day], second_check=found[State.SECOND_CHECK][day],
            escalated=found[State.ESCALATED][day],
        )
        for day in sorted(set[date]().union(*found.values()))
    ]  # fmt: skip


def kept(work: UnitOfWork, municipality: MunicipalityCode) -> list[CaseTally]:
    """What is left of erased cases, the youngest year first."""
    return DeskRepository(work.session, municipality).tallies()
