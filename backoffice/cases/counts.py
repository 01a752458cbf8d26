"""Counts over many cases: why applications went back in a period, and what is left of those that were erased."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from backoffice.cases.desk_repository import DeskRepository
from backoffice.cases.models import CaseTally
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


def kept(work: UnitOfWork, municipality: MunicipalityCode) -> list[CaseTally]:
    """What is left of erased cases, the youngest year first."""
    return DeskRepository(work.session, municipality).tallies()
