"""Queries of the case desk, each within one municipality and along an index; pages by key, never by offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, literal, tuple_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select, update

from backoffice.cases.models import Case, CaseEvent
from backoffice.cases.ordering import Key, Sort, order, parts
from backoffice.cases.workflow import State
from backoffice.kit.columns import UtcDateTime
from backoffice.kit.rows import COUNTED
from schemas.intake import IntakeRecord
from schemas.rules import Method

TWINS = 20  # more than this many alike are not listed: then the form id is no key but a mistake


@dataclass(frozen=True)
class Filter:
    """What a list shows; None does not narrow. `counter` goes with `running`; `form` is a prefix of digits; `since` and
    `until` bound the receipt."""

    state: State | None = None
    counter: str | None = None
    running: int | None = None
    form: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    visit: str | None = None
    method: Method | None = None


@dataclass(frozen=True)
class Decided:
    """What the photo report reads of a decided case."""

    id: str
    decided_at: datetime
    state: State
    return_reasons: str
    device_id: str
    record: str


class CaseRepository:
    def __init__(self, session: Session, municipality: str) -> None:
        self._session = session
        self._municipality = municipality

    def get(self, case: str) -> Case | None:
        return self._session.get(Case, (self._municipality, case), populate_existing=True)

    def by_record(self, record: str) -> Case | None:
        found = select(Case).where(Case.municipality_id == self._municipality, Case.record_id == record)
        return self._session.exec(found).one_or_none()

    def twins(self, case: Case) -> list[Case]:
        """Other cases with its form id, or its slip number at its visit; oldest first. A family shares its number: its
        members are none of each other's."""
        own = [col(Case.municipality_id) == self._municipality, col(Case.id) != case.id]
        found: dict[str, Case] = {}
        if case.form_id is not None:
            alike = select(Case).where(*own, Case.form_id == case.form_id).order_by(col(Case.id)).limit(TWINS)
            found.update((row.id, row) for row in self._session.exec(alike))
        same_slip = select(Case).where(
            *own, Case.slip_running == case.slip_running, Case.slip == case.slip, Case.visit_id == case.visit_id
        )
        same = self._session.exec(same_slip.order_by(col(Case.id)).limit(TWINS))
        found.update((row.id, row) for row in same if _member(row) == _member(case))
        return sorted(found.values(), key=lambda row: (row.received_at, row.id))

    def forms(self, limit: int) -> list[str]:
        """Form ids received, the youngest first."""
        found = select(Case.form_id).where(Case.municipality_id == self._municipality, col(Case.form_id).is_not(None))
        return [form for form in self._session.exec(found.order_by(col(Case.received_at).desc()).limit(limit)) if form]

    def forms_mark(self) -> tuple[int, str | None]:
        """(cases with a form id, the youngest case): ids are time-ordered. Two queries that an index answers each."""
        count, youngest = select(func.count(col(Case.form_id))), select(func.max(col(Case.id)))
        mine = Case.municipality_id == self._municipality
        return self._session.exec(count.where(mine)).one(), self._session.exec(youngest.where(mine)).one()

    def add(self, row: Case | CaseEvent) -> None:
        self._session.add(row)
        self._session.flush()

    def change(self, case: Case, values: dict[str, Any], *, version: int) -> bool:
        """Write the values if the row still has this version; the version goes up. False: somebody was faster."""
        changed = (
            update(Case)
            .where(
                col(Case.municipality_id) == self._municipality,
                col(Case.id) == case.id,
                col(Case.version) == version,
            )
            .values(**values, version=version + 1)
        )
        return self._session.exec(changed).rowcount == 1

    def events(self, case: str) -> list[CaseEvent]:
        """A case's history, newest first."""
        found = select(CaseEvent).where(CaseEvent.municipality_id == self._municipality, CaseEvent.case_id == case)
        return list(self._session.exec(found.order_by(col(CaseEvent.version).desc())))

    def page(self, wanted: Filter, *, sort: Sort, oldest_first: bool, after: Key | None, limit: int) -> list[Case]:
        """One part of a list. The sealed record is left unread: no list shows it, and it is most of a row."""
        found = select(Case).options(defer(Case.record)).where(*self._conditions(wanted))  # type: ignore[arg-type]
        found = found.order_by(*order(sort, oldest_first=oldest_first))
        rows: list[Case] = []
        for part in parts(sort, oldest_first=oldest_first, after=after):
            if len(rows) < limit:
                rows += self._session.exec(found.where(*part.where).limit(limit - len(rows)))
        return rows

    def count(self, wanted: Filter) -> int:
        """How many there are, `COUNTED` at most."""
        return self._counted(self._conditions(wanted))

    def records(self, *, since: datetime, limit: int) -> list[str]:
        """Of the cases received since then, the youngest first."""
        found = select(Case.record).where(*self._conditions(Filter()), col(Case.received_at) >= since)
        return list(self._session.exec(found.order_by(col(Case.received_at).desc(), col(Case.id).desc()).limit(limit)))

    def newest(self) -> str:
        """The id of the case opened last: ids are in the order of opening, whenever the packet was received."""
        return self._session.exec(select(func.max(Case.id)).where(*self._conditions(Filter()))).one() or ""

    def opened_after(self, case: str) -> int:
        return self._counted([*self._conditions(Filter()), col(Case.id) > case])

    def _counted(self, conditions: list[ColumnElement[bool]]) -> int:
        some = select(Case.id).where(*conditions).limit(COUNTED).subquery()
        return self._session.exec(select(func.count()).select_from(some)).one()

    def decided(self, *, since: datetime) -> dict[State, int]:
        """How many cases were decided since then, by the state they now have."""
        counted = (
            select(Case.state, func.count())
            .where(Case.municipality_id == self._municipality, col(Case.decided_at) >= since)
            .group_by(col(Case.state))
        )
        return {State(state): number for state, number in self._session.exec(counted)}

    def decided_between(
        self, since: datetime, until: datetime, *, after: tuple[datetime, str] | None, limit: int
    ) -> list[Decided]:
        """Approved and returned cases in the order of their decision."""
        found = select(Case).where(
            col(Case.municipality_id) == self._municipality,
            col(Case.decided_at) >= since,
            col(Case.decided_at) < until,
            col(Case.state).in_([State.APPROVED, State.RETURNED]),
        )
        if after is not None:
            place = tuple_(col(Case.decided_at), col(Case.id))
            found = found.where(place > tuple_(literal(after[0], UtcDateTime()), literal(after[1])))
        rows = self._session.exec(found.order_by(col(Case.decided_at), col(Case.id)).limit(limit))
        return [
            Decided(row.id, row.decided_at, row.state, row.return_reasons, row.device_id, row.record)
            for row in rows
            if row.decided_at is not None
        ]

    def _conditions(self, wanted: Filter) -> list[ColumnElement[bool]]:
        conditions = [col(Case.municipality_id) == self._municipality]
        if wanted.state is not None:
            conditions.append(col(Case.state) == wanted.state)
        if wanted.visit is not None:
            conditions.append(col(Case.visit_id) == wanted.visit)
        if wanted.method is not None:
            conditions.append(col(Case.method) == wanted.method)
        if wanted.running is not None:
            conditions.append(col(Case.slip_running) == wanted.running)
        if wanted.counter is not None and wanted.running is not None:
            begun = f"{wanted.counter}-{wanted.running:04d}-"  # whole slips, so that the index finds them
            conditions.append(col(Case.slip).in_([f"{begun}{check}" for check in range(10)]))
        if wanted.form is not None:
            conditions.append(col(Case.form_id) >= wanted.form)
            conditions.append(col(Case.form_id) <= wanted.form.ljust(23, "9"))
        if wanted.since is not None:
            conditions.append(col(Case.received_at) >= wanted.since)
        if wanted.until is not None:
            conditions.append(col(Case.received_at) < wanted.until)
        return conditions


def _member(case: Case) -> int:
    """Which of a family: 1 for everybody who came alone, and once the record was deleted."""
    record = IntakeRecord.model_validate_json(case.record) if case.record else None
    return record.family.member if record and record.family else 1
