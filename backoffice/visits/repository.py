"""Queries about visits, places, slots, bookings and attendants, each within one municipality."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any, Final  # Any: a row of columns

from sqlalchemy import Row, Select
from sqlalchemy import select as rows
from sqlmodel import Session, SQLModel, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from backoffice.visits.models import (
    Attendant,
    Booking,
    BookingContact,
    BookingState,
    BookingTry,
    BundleIssue,
    Place,
    Slot,
    Visit,
    VisitPlan,
    VisitRules,
    VisitState,
    VisitTemplate,
)

STANDING: Final = (BookingState.BOOKED, BookingState.WAITING)
BOOKING_OF_CONTACT: Final = (col(Booking.municipality_id) == BookingContact.municipality_id) & (
    col(Booking.id) == BookingContact.booking_id
)


class VisitRepository:
    def __init__(self, session: Session, municipality: str) -> None:
        self._session = session
        self._municipality = municipality

    def add(self, rows: Sequence[SQLModel]) -> None:
        self._session.add_all(rows)
        self._session.flush()

    def visit(self, visit: str, *, lock: bool = False) -> Visit | None:
        return self._session.get(Visit, (self._municipality, visit), with_for_update=lock or None)

    def plan(self, visit: str, *, lock: bool = False) -> VisitPlan | None:
        return self._session.get(VisitPlan, (self._municipality, visit), with_for_update=lock or None)

    def plan_of_code(self, code: str) -> VisitPlan | None:
        found = select(VisitPlan).where(VisitPlan.municipality_id == self._municipality, VisitPlan.code == code)
        return self._session.exec(found).one_or_none()

    def rules(self) -> VisitRules | None:
        return self._session.get(VisitRules, self._municipality)

    def first_waiting(self, slot: str) -> Booking | None:
        found = select(Booking).where(
            Booking.municipality_id == self._municipality,
            Booking.slot_id == slot,
            Booking.state == BookingState.WAITING,
        )
        return self._session.exec(found.order_by(col(Booking.id)).limit(1)).one_or_none()

    def booking_of(self, visit: str, member: str) -> Booking | None:
        """The one that stands or waits of a person of the roster."""
        found = select(Booking).where(
            Booking.municipality_id == self._municipality,
            Booking.member_id == member,
            Booking.visit_id == visit,
            col(Booking.state).in_(STANDING),
        )
        return self._session.exec(found.limit(1)).one_or_none()

    def day_slots(self, place: str, day: date) -> list[Slot]:
        found = select(Slot).where(Slot.municipality_id == self._municipality, Slot.place_id == place, Slot.day == day)
        return list(self._session.exec(found))

    def any_booking(self, slots: Sequence[str]) -> bool:
        """Whether any booking, of whatever state, was made for one of these."""
        found = select(Booking.id).where(Booking.municipality_id == self._municipality, col(Booking.slot_id).in_(slots))
        return self._session.exec(found.limit(1)).first() is not None

    def remove(self, rows: Sequence[SQLModel]) -> None:
        for row in rows:
            self._session.delete(row)
        self._session.flush()

    def tries(self, *, since: datetime, account: str | None = None, address: str | None = None) -> int:
        """Failed tries to find oneself on the booking page."""
        found = select(func.count()).where(BookingTry.municipality_id == self._municipality, BookingTry.at >= since)
        if account is not None:
            found = found.where(BookingTry.account == account)
        if address is not None:
            found = found.where(BookingTry.address == address)
        return self._session.exec(found).one()

    def visits(self) -> list[Visit]:
        """Youngest first."""
        found = select(Visit).where(Visit.municipality_id == self._municipality)
        return list(self._session.exec(found.order_by(col(Visit.starts_on).desc(), col(Visit.id))))

    def place(self, place: str) -> Place | None:
        return self._session.get(Place, (self._municipality, place))

    def places(self, visit: str) -> list[Place]:
        found = select(Place).where(Place.municipality_id == self._municipality, Place.visit_id == visit)
        return list(self._session.exec(found.order_by(col(Place.position), col(Place.id))))

    def places_named(self, wanted: Collection[str]) -> list[Place]:
        found = select(Place).where(Place.municipality_id == self._municipality, col(Place.id).in_(wanted))
        return list(self._session.exec(found)) if wanted else []

    def slot(self, slot: str, *, lock: bool = False) -> Slot | None:
        return self._session.get(Slot, (self._municipality, slot), with_for_update=lock or None)

    def slots(self, visit: str) -> Sequence[Row[tuple[str, str, date, time, time, int, int]]]:
        """Of all places, by time: (id, place_id, day, begins, ends, capacity, walk_in). Rows: there are thousands."""
        columns = (Slot.id, Slot.place_id, Slot.day, Slot.begins, Slot.ends, Slot.capacity, Slot.walk_in)
        found = rows(*columns)  # type: ignore[call-overload]
        found = found.join(
            Place, (col(Place.municipality_id) == Slot.municipality_id) & (col(Place.id) == Slot.place_id)
        )
        found = found.where(col(Slot.municipality_id) == self._municipality, col(Place.visit_id) == visit)
        return self._rows(found.order_by(col(Slot.day), col(Slot.begins)))

    def bookings(self, visit: str) -> Sequence[Row[tuple[str, str, str, str, BookingState, datetime | None]]]:
        """All but the cancelled, by number: (id, slot_id, number, name, state, came_at)."""
        found = rows(  # type: ignore[call-overload]
            Booking.id, Booking.slot_id, Booking.number, Booking.name, Booking.state, Booking.came_at
        )
        found = found.where(
            col(Booking.municipality_id) == self._municipality,
            col(Booking.visit_id) == visit,
            col(Booking.state) != BookingState.CANCELLED,
        )
        return self._rows(found.order_by(col(Booking.number)))

    def booked_names(self, visit: str) -> Sequence[Row[tuple[str, str, str]]]:
        """Those that stand, by number: (slot_id, number, name)."""
        found = rows(Booking.slot_id, Booking.number, Booking.name)  # type: ignore[call-overload]
        found = found.where(
            col(Booking.municipality_id) == self._municipality,
            col(Booking.visit_id) == visit,
            col(Booking.state) == BookingState.BOOKED,
        )
        return self._rows(found.order_by(col(Booking.number), col(Booking.id)))

    def all_bookings(self, visit: str) -> list[tuple[Booking, Slot, Place]]:
        """Every booking of whatever state with its time and place, by number."""
        found = (
            select(Booking, Slot, Place)
            .join(Slot, (col(Slot.municipality_id) == Booking.municipality_id) & (col(Slot.id) == Booking.slot_id))
            .join(Place, (col(Place.municipality_id) == Slot.municipality_id) & (col(Place.id) == Slot.place_id))
            .where(Booking.municipality_id == self._municipality, Booking.visit_id == visit)
        )
        return list(self._session.exec(found.order_by(col(Booking.number))))

    def placed(self, booking: str) -> tuple[Booking, Slot, Place, Visit] | None:
        """A booking with its time, place and visit."""
        row = self._session.get(Booking, (self._municipality, booking))
        slot = self.slot(row.slot_id) if row else None
        place = self.place(slot.place_id) if slot else None
        visit = self.visit(place.visit_id) if place else None
        return (row, slot, place, visit) if row and slot and place and visit else None

    def contacts(self, visit: str) -> list[BookingContact]:
        """Of the bookings of a visit that stand or wait."""
        found = (
            select(BookingContact)
            .join(Booking, BOOKING_OF_CONTACT)
            .where(
                BookingContact.municipality_id == self._municipality,
                Booking.visit_id == visit,
                col(Booking.state).in_(STANDING),
            )
        )
        return list(self._session.exec(found))

    def contacts_before(self, day: date) -> list[BookingContact]:
        """Of every municipality, for days before this one."""
        found = (
            select(BookingContact)
            .join(Booking, BOOKING_OF_CONTACT)
            .join(Slot, (col(Slot.municipality_id) == Booking.municipality_id) & (col(Slot.id) == Booking.slot_id))
            .where(Slot.day < day)
        )
        return list(self._session.exec(found.limit(500)))

    def forget_contacts(self, bookings: Sequence[str]) -> None:
        for booking in bookings:
            contact = self._session.get(BookingContact, (self._municipality, booking))
            if contact is not None:
                self._session.delete(contact)
        self._session.flush()

    def slot_rows(self, visit: str) -> list[Slot]:
        """All slots of a visit, to change them."""
        found = select(Slot).join(
            Place, (col(Place.municipality_id) == Slot.municipality_id) & (col(Place.id) == Slot.place_id)
        )
        return list(
            self._session.exec(found.where(Slot.municipality_id == self._municipality, Place.visit_id == visit))
        )

    def templates(self) -> list[VisitTemplate]:
        """Those in use, by title."""
        found = select(VisitTemplate).where(
            VisitTemplate.municipality_id == self._municipality, col(VisitTemplate.ended_at).is_(None)
        )
        return list(self._session.exec(found.order_by(col(VisitTemplate.title), col(VisitTemplate.id))))

    def days_of_template(self, template: str) -> set[date]:
        """First days of its visits that stand."""
        found = self._of_template(template).where(col(Visit.state) != VisitState.CANCELLED)
        return {visit.starts_on for visit in self._session.exec(found)}

    def drafts_of_template(self, template: str, *, since: str) -> list[str]:
        """Visits drawn together with this one that nobody has changed and nobody has booked."""
        first = self.visit(since)
        if first is None:
            return []
        booked = select(Booking.visit_id).where(Booking.municipality_id == self._municipality)
        found = self._of_template(template).where(
            Visit.created_at == first.created_at,
            Visit.state == VisitState.TALKING,
            VisitPlan.version == 1,
            col(Visit.id).not_in(booked),
        )
        return [visit.id for visit in self._session.exec(found)]

    def _of_template(self, template: str) -> SelectOfScalar[Visit]:
        joined = select(Visit).join(
            VisitPlan, (col(VisitPlan.municipality_id) == Visit.municipality_id) & (col(VisitPlan.visit_id) == Visit.id)
        )
        return joined.where(Visit.municipality_id == self._municipality, VisitPlan.template_id == template)

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
