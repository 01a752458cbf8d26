"""Visits by their days: what a month, a week or today holds. Each query walks an index from its first day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, time, timedelta
from typing import Any, Final  # Any: columns of several tables

from sqlalchemy import Row, Select
from sqlalchemy import select as rows
from sqlmodel import Session, col, func, select

from backoffice.visits.models import Place, Slot, Visit, VisitState

LONGEST: Final = timedelta(days=100)


class CalendarRepository:
    def __init__(self, session: Session, municipality: str) -> None:
        self._session = session
        self._municipality = municipality

    def days_between(
        self, first: date, last: date
    ) -> Sequence[Row[tuple[str, str, VisitState, str, date, str, time, time]]]:
        """What is open from day to day: (id, title, state, name of the place, day, place, first, last)."""
        bounds = func.min(Slot.begins).label("first"), func.max(Slot.ends).label("last")
        columns: Any = (Visit.id, Visit.title, Visit.state, Place.name, Slot.day, col(Place.id).label("place"))
        found: Select[Any] = rows(*columns, *bounds).select_from(Slot)
        found = found.join(
            Place, (col(Place.municipality_id) == Slot.municipality_id) & (col(Place.id) == Slot.place_id)
        )
        found = found.join(
            Visit, (col(Visit.municipality_id) == Place.municipality_id) & (col(Visit.id) == Place.visit_id)
        )
        mine = (col(Slot.municipality_id) == self._municipality, col(Slot.day) >= first, col(Slot.day) <= last)
        found = found.where(*mine, col(Visit.state) != VisitState.CANCELLED)
        found = found.group_by(*columns).order_by(col(Slot.day), bounds[0], col(Place.id))
        return self._session.connection().execute(found).all()

    def without_hours(self, first: date, last: date) -> list[Visit]:
        """Visits that fall into these days and have no hours yet, cancelled and closed ones left out; begun at most
        `LONGEST` before."""
        place_of = (col(Place.municipality_id) == Visit.municipality_id) & (col(Place.visit_id) == Visit.id)
        slot_of = (col(Slot.municipality_id) == Place.municipality_id) & (col(Slot.place_id) == Place.id)
        opened = select(Slot.id).join(Place, slot_of).where(place_of).exists()
        found = select(Visit).where(
            Visit.municipality_id == self._municipality,
            Visit.starts_on >= first - LONGEST,
            Visit.starts_on <= last,
            Visit.ends_on >= first,
            col(Visit.state).not_in([VisitState.CANCELLED, VisitState.CLOSED]),
            ~opened,
        )
        return list(self._session.exec(found.order_by(col(Visit.starts_on), col(Visit.id))))

    def running(self, day: date, *, also: Collection[str]) -> list[Visit]:
        """Of that day, not cancelled, begun at most `LONGEST` before; and those with these ids; youngest first."""
        own = Visit.municipality_id == self._municipality
        begun = col(Visit.starts_on).between(day - LONGEST, day)
        standing = col(Visit.state) != VisitState.CANCELLED
        found = list(self._session.exec(select(Visit).where(own, begun, Visit.ends_on >= day, standing)))
        others = set(also) - {row.id for row in found}
        if others:
            found += self._session.exec(select(Visit).where(own, col(Visit.id).in_(others)))
        return sorted(found, key=lambda row: (-row.starts_on.toordinal(), row.id))
