"""Queries about members and imports. Writing is by the thousand: a roster may have a hundred thousand rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, text, update
from sqlmodel import Session, col, select

from backoffice.rosters.mapping import Relation
from backoffice.rosters.models import ImportState, Member, RosterImport
from backoffice.rosters.ordering import Order, Place


@dataclass(frozen=True)
class Whose:
    """The organisation a question is about; the municipality leads every query."""

    municipality: str
    organisation: str


class RosterRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: RosterImport) -> None:
        self._session.add(row)
        self._session.flush()

    def imported(self, municipality: str, wanted: str) -> RosterImport | None:
        return self._session.get(RosterImport, (municipality, wanted), with_for_update=True)

    def tell(self, municipality: str, wanted: str, *, read: int) -> None:
        """How far a sheet has been read; nothing when that is over."""
        row = self.imported(municipality, wanted)
        if row is not None and row.state is ImportState.READING:
            row.read = read

    def imports(self, whose: Whose, *, limit: int) -> list[RosterImport]:
        mine = select(RosterImport).where(
            RosterImport.municipality_id == whose.municipality, RosterImport.organisation_id == whose.organisation
        )
        return list(self._session.exec(mine.order_by(col(RosterImport.id).desc()).limit(limit)))

    def known(self, whose: Whose, keys: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], Member]:
        """Members already there, by number, relation and folded name. Looked up by number alone: PostgreSQL answers a
        list of numbers from the index, and a list of three columns only by reading everything."""
        wanted = set(keys)
        numbers = {number for number, _relation, _name in wanted}
        found = self._session.exec(select(Member).where(*_of(whose), col(Member.number).in_(numbers)))
        by_key = {(row.number, row.relation.value, row.name_key): row for row in found}
        return {key: by_key[key] for key in wanted & by_key.keys()}

    def insert(self, rows: Sequence[dict[str, object]]) -> None:
        if rows:
            self._session.connection().execute(insert(Member), list(rows))

    def tell_planner(self) -> None:
        """A table that just grew a hundredfold: PostgreSQL would read all of it for every five hundred people until
        it looks by itself, a minute later. SQLite chooses by the index alone."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.connection().execute(text("ANALYZE member"))

    def seen(self, whose: Whose, ids: Sequence[str], by: str) -> None:
        """They stand in this file too, unchanged."""
        if ids:
            mine = (col(Member.municipality_id) == whose.municipality, col(Member.id).in_(ids))  # the primary key
            marked = update(Member).where(*mine).values(seen_in=by, left_at=None)
            self._session.connection().execute(marked)

    def mark_left(self, whose: Whose, *, not_in: str, at: datetime) -> int:
        """Those the whole roster no longer has; returns how many."""
        gone = update(Member).where(*_of(whose), col(Member.seen_in) != not_in, col(Member.left_at).is_(None))
        return self._session.connection().execute(gone.values(left_at=at)).rowcount

    def page(
        self, whose: Whose, key: str, *, order: Order, after: Place | None, limit: int,
        units: Sequence[str] | None = None,
    ) -> list[Member]:  # fmt: skip
        """Members present, of some 所属 or of all, whose search text holds the key."""
        fits = select(Member.id).where(*_of(whose), col(Member.left_at).is_(None))
        if units is not None:
            fits = fits.where(col(Member.unit_id).in_(units))
        if key:
            fits = fits.where(col(Member.search).contains(key, autoescape=True))
        if after:
            fits = fits.where(order.beyond(after))
        # In two steps: the index holds all that is searched, so the rows themselves are read for this page only.
        ids = fits.order_by(*order.columns()).limit(limit).subquery()
        found = select(Member).where(*_of(whose), col(Member.id).in_(select(ids.c.id)))
        return list(self._session.exec(found.order_by(*order.columns())))

    def counts(self, whose: Whose) -> dict[str, int]:
        """Members present, by relation."""
        grouped = select(Member.relation, func.count()).where(*_of(whose), col(Member.left_at).is_(None))
        return {
            Relation(relation).value: count
            for relation, count in self._session.exec(grouped.group_by(col(Member.relation)))
        }

    def call(self, whose: Whose, unit: str, name: str) -> None:
        """What a 所属 is called now, with everybody who is or was in it."""
        mine = (*_of(whose), col(Member.unit_id) == unit, col(Member.unit_name) != name)
        self._session.connection().execute(update(Member).where(*mine).values(unit_name=name))

    def in_units(self, whose: Whose, units: Sequence[str]) -> tuple[int, int]:
        """(present, left) of some 所属."""
        counted = select(col(Member.left_at).is_(None), func.count()).where(*_of(whose), col(Member.unit_id).in_(units))
        found = dict(self._session.exec(counted.group_by(col(Member.left_at).is_(None))).all())
        return found.get(True, 0), found.get(False, 0)

    def family(self, whose: Whose, number: str) -> list[Member]:
        same = select(Member).where(*_of(whose), Member.number == number, col(Member.left_at).is_(None))
        return list(self._session.exec(same.order_by(col(Member.relation).desc(), col(Member.name_key))))


def _of(whose: Whose) -> tuple[ColumnElement[bool], ...]:
    return (col(Member.municipality_id) == whose.municipality, col(Member.organisation_id) == whose.organisation)
