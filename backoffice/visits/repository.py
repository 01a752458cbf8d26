"""Queries about visits, places, slots, bookings and attendants, each within one municipality."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any  # a row of columns

from sqlalchemy import Row, Select
from sqlalchemy import select as rows
from sqlmodel import Session, SQLModel, col, func, select

from backoffice.visits.models import Attendant, Booking, BookingState, BundleIssue, Place, Slot, Visit


class VisitRepository:
    def __init__(self, session: Session, municipality: str) -> None:
        self._session = session
        self._municipality = municipality

    def add(self, rows: Sequence[SQLModel]) -> None:
        self._session.add_all(rows)
        self._session.flush()

    def visit(self, visit: str) -> Visit | None:
        return self._session.get(Visit, (self._municipality, visit))

    def visits(self) -> list[Visit]:
        """Youngest first."""
        found = select(Visit).where(Visit.municipality_id == self._municipality)
        return list(self._session.exec(found.order_by(col(Visit.starts_on).desc(), col(Visit.id))))

    def place(self, place: str) -> Place | None:
        return self._session.get(Place, (self._municipality, place))

    def places(self, visit: str) -> list[Place]:
        found = select(Place).where(Place.municipality_id == self._municipality, Place.visit_id == visit)
        return list(self._session.exec(found.order_by(col(Place.position), col(Place.id))))

    def slot(self, slot: str, *, lock: bool = False) -> Slot | None:
        return self._session.get(Slot, (self._municipality, slot), with_for_update=lock or None)

    def slots(self, visit: str) -> Sequence[Row[tuple[str, str, date, time, time, int]]]:
        """Of all places, by time: (id, place_id, day, begins, ends, capacity). Rows, for there are thousands."""
        found = rows(Slot.id, Slot.place_id, Slot.day, Slot.begins, Slot.ends, Slot.capacity)  # type: ignore[call-overload]
        found = found.join(
            Place, (col(Place.municipality_id) == Slot.municipality_id) & (col(Place.id) == Slot.place_id)
        )
        found = found.where(col(Slot.municipality_id) == self._municipality, col(Place.visit_id) == visit)
        return self._rows(found.order_by(col(Slot.day), col(Slot.begins)))

    def bookings(self, visit: str) -> Sequence[Row[tuple[str, str, str, str]]]:
        """Those that stand, by number: (id, slot_id, number, name)."""
        found = rows(Booking.id, Booking.slot_id, Booking.number, Booking.name)  # type: ignore[call-overload]
        found = found.where(
            col(Booking.municipality_id) == self._municipality,
            col(Booking.visit_id) == visit,
            col(Booking.state) == BookingState.BOOKED,
        )
        return self._rows(found.order_by(col(Booking.number)))

    def _rows(self, found: Select[Any]) -> Sequence[Row[Any]]:
        self._session.flush()
        return self._session.connection().execute(found).all()

    def booked(self, slot: str) -> int:
        found = select(func.count()).where(
            Booking.municipality_id == self._municipality,
            Booking.slot_id == slot,
            Booking.state == BookingState.BOOKED,
        )
        return self._session.exec(found).one()

    def numbers_given(self, visit: str) -> int:
        """How many booking numbers a visit has given, cancelled ones too."""
        found = select(func.count()).where(Booking.municipality_id == self._municipality, Booking.visit_id == visit)
        return self._session.exec(found).one()

    def attendants(self) -> list[Attendant]:
        found = select(Attendant).where(
            Attendant.municipality_id == self._municipality, col(Attendant.active).is_(True)
        )
        return list(self._session.exec(found.order_by(col(Attendant.staff_id))))

    def attendant(self, staff: str) -> Attendant | None:
        return self._session.get(Attendant, (self._municipality, staff))

    def issue(self, device: str) -> BundleIssue | None:
        """The last bundle offered to a device, locked."""
        return self._session.get(BundleIssue, (self._municipality, device), with_for_update=True)
