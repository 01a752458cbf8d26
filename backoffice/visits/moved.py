"""Taking back another time that staff just gave to a booking."""

from __future__ import annotations

from datetime import datetime

from backoffice.kit.errors import Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits import bookings
from backoffice.visits.models import Booking, BookingState
from backoffice.visits.release import in_ms
from backoffice.visits.views import BookingId, SlotId
from schemas.ids import MunicipalityCode, VisitId


def way_back(row: Booking, now: datetime) -> str:
    """The last part of an undo's address, made before a booking moves at this moment."""
    return f"moved/{row.slot_id}/{row.state.value}/{in_ms(now)}/undo"


def take_back(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, booking: BookingId, left: SlotId, *,
    was: BookingState, at_ms: int, actor: str,
) -> None:  # fmt: skip
    """The time it left, under the same number; who waited there waits again, in their old place. `Refused` when the
    time was given away, or the booking changed since. A second click changes nothing."""
    row, *_rest = bookings.placed(work, municipality, booking, visit=visit)
    if row.slot_id == left:
        return
    if row.state is not BookingState.BOOKED or row.stands_at is None or in_ms(row.stands_at) != at_ms:
        raise Refused("booking.changed_since", "この予約は、その後に変更されています。", status=409)
    bookings.move(work, municipality, booking, left, actor=actor, wait=was is BookingState.WAITING)
