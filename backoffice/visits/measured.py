"""How long one applicant really takes, from what kiosks recorded: the basis of how many fit into a slot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from statistics import median, quantiles
from typing import Final

from backoffice.cases.lengths import lengths
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.ids import MunicipalityCode

SINCE: Final = timedelta(days=180)
MOST: Final = 1_000
GLANCE: Final = 200
"""For a hint beside a field."""
FEWEST: Final = 20
"""With fewer a figure would be chance."""
_LONGEST: Final = timedelta(hours=1)  # a person who was parked is no measure


@dataclass(frozen=True)
class Measured:
    """`count` applicants; minutes half of them, and nine of ten, needed at most."""

    count: int
    half: float
    most: float

    @property
    def enough(self) -> bool:
        return self.count >= FEWEST

    @property
    def advised(self) -> int:
        """Whole minutes to plan with: what three of four stay within would idle, the middle is what seats fill by."""
        return max(1, ceil(self.half))


def step_times(work: UnitOfWork, municipality: MunicipalityCode, *, most: int = MOST) -> Measured | None:
    """From the first touch to the last confirmation, of the youngest; None when there are too few."""
    found = lengths(work, municipality, since=work.now - SINCE, limit=most)
    lasted = [length.total_seconds() / 60 for length in found if timedelta(0) < length <= _LONGEST]
    if len(lasted) < FEWEST:
        return None
    return Measured(len(lasted), median(lasted), quantiles(lasted, n=10)[8])
