"""People who left a roster long ago are erased from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, func, select

from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.rosters.models import Member


def due(work: UnitOfWork, municipality: str, *, before: datetime) -> int:
    return work.session.exec(select(func.count()).select_from(Member).where(*_left(municipality, before))).one()


def erase(work: UnitOfWork, municipality: str, *, before: datetime) -> int:
    """Returns how many were gone from the newest whole roster before this moment."""
    return int(work.session.exec(delete(Member).where(*_left(municipality, before))).rowcount)


def _left(municipality: str, before: datetime) -> tuple[ColumnElement[bool], ...]:
    return (col(Member.municipality_id) == municipality, col(Member.left_at) < before)
