"""Names behind bookings of visits long past are erased; number, time and what became of it stay for the counts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select, update

from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits.models import Booking, Visit


def due(work: UnitOfWork, municipality: str, *, before: date) -> int:
    """How many bookings of visits that ended before this day still have a name."""
    return work.session.exec(select(func.count()).select_from(Booking).where(*_named(municipality, before))).one()


def erase(work: UnitOfWork, municipality: str, *, before: date) -> int:
    """Name and person of the roster; returns of how many."""
    erased = update(Booking).where(*_named(municipality, before)).values(name="", member_id=None)
    return int(work.session.exec(erased.execution_options(synchronize_session=False)).rowcount)


def _named(municipality: str, before: date) -> tuple[ColumnElement[bool], ...]:
    over = select(Visit.id).where(Visit.municipality_id == municipality, Visit.ends_on < before)
    return (
        col(Booking.municipality_id) == municipality,
        col(Booking.visit_id).in_(over),
        or_(col(Booking.name) != "", col(Booking.member_id).is_not(None)),
    )
