"""Queries about who came and who did not, within one municipality."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, time

from sqlmodel import Session, col, func, select

from backoffice.visits.models import Booking, BookingState, Slot, Visit, VisitState


class ArrivalRepository:
    def __init__(self, session: Session, municipality: str) -> None:
        self._session = session
        self._municipality = municipality

    def unseen(self, visit: str, numbers: Collection[str]) -> list[Booking]:
        """Of these numbers, the bookings whose people nobody has seen yet."""
        found = select(Booking).where(
            Booking.municipality_id == self._municipality,
            Booking.visit_id == visit,
            col(Booking.number).in_(numbers),
            col(Booking.came_at).is_(None),
        )
        return list(self._session.exec(found))

    def bookings_of_slot(self, slot: str) -> list[Booking]:
        """Of whatever state, as they stand now, by number."""
        found = select(Booking).where(Booking.municipality_id == self._municipality, Booking.slot_id == slot)
        found = found.order_by(col(Booking.number)).execution_options(populate_existing=True)
        return list(self._session.exec(found))

    def of_units(self, units: Collection[str]) -> int:
        """How many bookings name one of these 所属."""
        found = select(func.count()).where(
            Booking.municipality_id == self._municipality, col(Booking.unit_id).in_(units)
        )
        return self._session.exec(found).one()

    def not_come(self, first: date, last: date) -> list[tuple[Booking, date, time]]:
        """Of days of visits under way: booked, nobody has seen them, and nobody has taken a release back."""
        of_slot = (col(Slot.municipality_id) == Booking.municipality_id) & (col(Slot.id) == Booking.slot_id)
        of_visit = (col(Visit.municipality_id) == Booking.municipality_id) & (col(Visit.id) == Booking.visit_id)
        found = select(Booking, col(Slot.day), col(Slot.begins)).join(Slot, of_slot).join(Visit, of_visit)
        found = found.where(
            Slot.municipality_id == self._municipality,
            col(Slot.day).between(first, last),
            Booking.state == BookingState.BOOKED,
            col(Booking.came_at).is_(None),
            col(Booking.released_at).is_(None),
            col(Visit.state).in_((VisitState.CONFIRMED, VisitState.DAY)),
        )
        return list(self._session.exec(found.order_by(col(Slot.day), col(Slot.begins), col(Booking.number))))
