"""Who came, as far as the office can know it: a sealed record names its booking, and kiosks tell whom their venue has
seen. Both come late where a venue has no line, so either takes back that somebody was counted as not come.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from backoffice.audit import service as audit
from backoffice.devices.service import EnrolledDevice
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits.arrival_rows import ArrivalRepository
from backoffice.visits.models import Booking, BookingState
from backoffice.visits.repository import VisitRepository
from schemas.ids import VisitId
from schemas.intake import IntakeRecord


def heard(work: UnitOfWork, device: EnrolledDevice, visit: VisitId, numbers: Collection[str]) -> None:
    """A kiosk says that these have come to the visit it is sent to, or still works for since it was sent elsewhere."""
    if visit in (device.visit, device.report.attends if device.report else None):
        _came(work, device.municipality, visit, numbers, at=work.now, actor=f"device:{device.id}")


def sealed(work: UnitOfWork, record: IntakeRecord) -> None:
    """A record was opened that somebody with a booking made."""
    if record.booking is not None:
        at, actor = record.confirmed.corrected(), f"device:{record.device}"
        _came(work, record.municipality, record.visit, [record.booking.number], at=at, actor=actor)


def _came(
    work: UnitOfWork, municipality: str, visit: str, numbers: Collection[str], *, at: datetime, actor: str
) -> None:
    """Note it once. Who was counted as not come has a place again, also where it was given away meanwhile: they are
    here, and the slot's figure is a plan."""
    rows = ArrivalRepository(work.session, municipality)
    if not rows.unseen(visit, numbers):
        return
    VisitRepository(work.session, municipality).visit(visit, lock=True)
    for row in rows.unseen(visit, numbers):
        work.session.refresh(row)
        row.came_at = at
        if row.state is BookingState.NO_SHOW:
            row.state = BookingState.BOOKED
            _write(work, row, actor)


def _write(work: UnitOfWork, row: Booking, actor: str) -> None:
    audit.write(work, municipality=row.municipality_id, actor=actor, action="booking.came", subject=f"booking:{row.id}")
