"""Queries of the audit log, each within one municipality."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, func, select

from backoffice.audit.models import AuditEntry, AuditHead

GENESIS = "0" * 64
_PORTION = 1000


class AuditSort(StrEnum):
    """What the list is ordered by: among equal ones, and by itself for `number`, by sequence, which is time too."""

    NUMBER = "number"
    ACTOR = "actor"
    ACTION = "action"
    SUBJECT = "subject"


@dataclass(frozen=True)
class Search:
    """What to look for; empty fields do not narrow. `subjects`: any of these, instead of `subject`; `beyond`: entries
    behind this sequence number (and `beyond_value` of the column it is ordered `by`), in the order asked for."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    subjects: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    beyond: int | None = None
    oldest_first: bool = False
    by: AuditSort = AuditSort.NUMBER
    beyond_value: str = ""

    def after(self, entry: AuditEntry) -> Search:
        """The same, from behind an entry on."""
        value = "" if self.by is AuditSort.NUMBER else str(getattr(entry, self.by.value))
        return replace(self, beyond=entry.sequence, beyond_value=value)


class AuditRepository:
    def __init__(self, session: Session, municipality: str) -> None:
        self._session = session
        self._municipality = municipality

    def locked_head(self) -> AuditHead:
        """The chain's head, locked until the transaction ends; made when the chain begins."""
        insert = sqlite.insert if self._session.get_bind().dialect.name == "sqlite" else postgresql.insert
        first = insert(AuditHead).values(municipality_id=self._municipality, sequence=0, hash=GENESIS)
        self._session.exec(first.on_conflict_do_nothing())
        head = select(AuditHead).where(AuditHead.municipality_id == self._municipality)
        return self._session.exec(head.with_for_update().execution_options(populate_existing=True)).one()

    def head(self) -> AuditHead | None:
        return self._session.get(AuditHead, self._municipality)

    def add(self, entry: AuditEntry) -> None:
        self._session.add(entry)

    def chain(self) -> Iterator[AuditEntry]:
        """All entries, oldest first, read in portions."""
        last = 0
        while True:
            portion = select(AuditEntry).where(
                AuditEntry.municipality_id == self._municipality, col(AuditEntry.sequence) > last
            )
            entries = self._session.exec(portion.order_by(col(AuditEntry.sequence)).limit(_PORTION)).all()
            yield from entries
            if len(entries) < _PORTION:
                return
            last = entries[-1].sequence

    def search(self, search: Search, *, limit: int) -> list[AuditEntry]:
        """Entries in their order, newest first unless asked otherwise."""
        found = select(AuditEntry).where(AuditEntry.municipality_id == self._municipality)
        for column, value in ((AuditEntry.actor, search.actor), (AuditEntry.action, search.action)):
            if value:
                found = found.where(col(column) == value)
        if subjects := search.subjects or (search.subject,) * bool(search.subject):
            found = found.where(col(AuditEntry.subject).in_(subjects))
        if search.since is not None:
            found = found.where(col(AuditEntry.at) >= search.since)
        if search.until is not None:
            found = found.where(col(AuditEntry.at) < search.until)
        if search.beyond is not None:
            found = found.where(_behind(search, search.beyond))
        ordered = [column if search.oldest_first else column.desc() for column in _columns(search.by)]
        return list(self._session.exec(found.order_by(*ordered).limit(limit)))

    def actions(self) -> list[str]:
        """The actions that occur, for the search form: one step in the index for each, not one for each entry."""
        first = select(func.min(AuditEntry.action).label("action")).where(
            AuditEntry.municipality_id == self._municipality
        )
        found = first.cte("found", recursive=True)
        further = (
            select(func.min(AuditEntry.action))
            .where(AuditEntry.municipality_id == self._municipality, col(AuditEntry.action) > found.c.action)
            .scalar_subquery()
        )
        found = found.union_all(select(further).where(found.c.action.is_not(None)))
        return [action for action in self._session.exec(select(found.c.action)) if action is not None]


def _columns(by: AuditSort) -> list[Any]:
    """An index of each, walked in both directions."""
    first: dict[AuditSort, Any] = {
        AuditSort.ACTOR: AuditEntry.actor, AuditSort.ACTION: AuditEntry.action, AuditSort.SUBJECT: AuditEntry.subject,
    }  # fmt: skip
    return [*([col(first[by])] if by in first else []), col(AuditEntry.sequence)]


def _behind(search: Search, sequence: int) -> ColumnElement[bool]:
    """As a row comparison, so that the database starts in the index at the place."""
    by_number = search.by is AuditSort.NUMBER
    here = tuple_(*_columns(search.by))
    place = (sequence,) if by_number else (search.beyond_value, sequence)
    return here > place if search.oldest_first else here < place
