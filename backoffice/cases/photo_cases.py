"""From decided cases to the photo report: measures from the sealed record, the verdict from the desk."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final, TypeVar

from backoffice.cases.photo_report import PhotoReport, Picture, Value, report
from backoffice.cases.repository import CaseRepository, Decided
from backoffice.cases.workflow import State
from backoffice.database import Database
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from schemas.intake import PhotoEvidence

Line = TypeVar("Line")
Place = tuple[datetime, str]
PHOTO: Final = "photo."
PORTION: Final = 500
HEADER: Final = (
    "group_kind", "group", "check", "unit", "minimum", "maximum", "accepted", "accepted_p05", "accepted_median",
    "accepted_p95", "returned", "returned_p05", "returned_median", "returned_p95", "enough", "separation",
    "separation_low", "separation_high", "candidate_side", "candidate_bound", "stopped", "stopped_low", "stopped_high",
)  # fmt: skip


Portion = Callable[[Place | None], list[Decided]]


def photo_report(work: UnitOfWork, municipality: str, *, since: datetime, until: datetime) -> PhotoReport:
    """The report over the cases decided in [since, until)."""
    repository = CaseRepository(work.session, municipality)
    return _report(lambda after: repository.decided_between(since, until, after=after, limit=PORTION))


def long_photo_report(database: Database, municipality: str, *, since: datetime, until: datetime) -> PhotoReport:
    """The same in many short transactions, for long periods: nobody waits for it."""

    def portion(after: Place | None) -> list[Decided]:
        with transaction(database) as work:
            repository = CaseRepository(work.session, municipality)
            return repository.decided_between(since, until, after=after, limit=PORTION)

    return _report(portion)


def _report(portion: Portion) -> PhotoReport:
    return report(picture for case in _everything(portion) if (picture := picture_of(case)) is not None)


def _everything(portion: Portion) -> Iterator[Decided]:
    after: Place | None = None
    while found := portion(after):
        yield from found
        after = found[-1].decided_at, found[-1].id


def picture_of(case: Decided) -> Picture | None:
    """The picture of a case; None when there is none, or its decision says nothing about the photo."""
    reasons = tuple(code for code in case.return_reasons.split() if code.startswith(PHOTO))
    if case.state is State.RETURNED and not reasons:
        return None
    written = json.loads(case.record).get("photo")
    if written is None:
        return None
    evidence = PhotoEvidence.model_validate(written)
    conditions = evidence.conditions
    groups = {
        "place": conditions.place, "lamp": conditions.lamp, "camera": conditions.camera, "engine": conditions.engine,
        "source": evidence.source.value, "device": case.device_id,
    }  # fmt: skip
    return Picture(
        returned=case.state is State.RETURNED,
        reasons=reasons,
        groups={kind: name for kind, name in groups.items() if name},
        values={
            check.name: Value(value, check.unit, _number(check.minimum), _number(check.maximum))
            for check in evidence.checks
            if not check.excused and (value := _number(check.value)) is not None
        },
    )


def _number(text: str | None) -> float | None:
    """A figure of the record; None for what is no finite number."""
    try:
        value = float(text) if text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def lines(found: PhotoReport) -> Iterator[list[str]]:
    """The checks as rows of a table, `HEADER` first: numbers with a point, empty where there is nothing to say."""
    yield list(HEADER)
    for line in found.checks:
        sides = [_cells(line.accepted, lambda s: (s.count, s.low, s.median, s.high), 4),
                 _cells(line.returned, lambda s: (s.count, s.low, s.median, s.high), 4)]  # fmt: skip
        yield [
            line.kind, line.group, line.check, line.unit, *_written((line.minimum, line.maximum)), *sides[0], *sides[1],
            "yes" if line.enough else "too few",
            *_cells(line.separation, lambda s: (s.value, s.low, s.high), 3),
            line.candidate.side if line.candidate else "",
            *_cells(line.candidate, lambda c: (c.bound, c.stopped.value, *c.stopped.interval), 4),
        ]  # fmt: skip


def _cells(value: Line | None, parts: Callable[[Line], Iterable[float | None]], count: int) -> list[str]:
    return [""] * count if value is None else _written(parts(value))


def _written(values: Iterable[float | None]) -> list[str]:
    return ["" if value is None else f"{value:.4g}" for value in values]
