"""This kiosk in one word for the board: numbers, steps and troubles, nothing of the person."""

from __future__ import annotations

from collections.abc import Iterable

from hardware.status import DeviceState
from kiosk.desk import Parked
from kiosk.flow import Intake
from kiosk.outbox import Identity
from kiosk.web.counter import Counter
from kiosk.web.hall.bookings import VenueBook, mark_of
from kiosk.web.hall.papers import Tally
from kiosk.web.hall.wire import DoneSlip, KioskState, ParkedSlip
from kiosk.web.whose_turn import waiting_for
from schemas.ids import SlipNumber
from schemas.visit import VisitBundle

_TROUBLES = frozenset({DeviceState.MISSING, DeviceState.FAULT})
DONE_SHOWN = 12


def own_state(
    counter: Counter,
    identity: Identity,
    bundle: VisitBundle,
    *,
    tally: Tally,
    bookings: VenueBook,
    held: bool,
    lost: Iterable[SlipNumber],
) -> KioskState:
    desk = counter.desk
    intake, now = desk.intake, desk.now()
    parked = desk.parked()
    counts = counter.outbox.balance(bundle.visit)
    here = {bay.slip for bay in parked} | ({intake.slip} if intake else set())
    return KioskState(
        device=identity.device,
        counter=identity.counter,
        name=identity.name,
        trouble=counter.trouble(),
        slip=intake.slip if intake else None,
        booking=_booking(intake),
        hidden=intake is not None and intake.address_hidden,
        step=intake.step.value if intake else "idle",
        waiting_for=waiting_for(desk),
        attended=intake is not None and intake.attended is not None,
        help=desk.help_wanted,
        held=held,
        parked=tuple(_parked(bay, now, desk.timing.parked) for bay in parked),
        done=_done(counter, tally, bundle),
        lost=tuple(slip for slip in lost if slip not in here),
        troubles=tuple(status.code for status in desk.devices.statuses() if status.state in _TROUBLES),
        captured=counts.captured,
        unsent=counts.captured - counts.received - counts.refused,
        papers=tally.by_paper(bundle.visit),
        people=tally.sheet(bundle.visit).people,
        used=bookings.marks(bundle.visit),
        in_hand=tuple(mark_of(bundle.visit, number) for number in desk.bookings_in_hand()),
    )


def _parked(bay: Parked, now: float, stays: float) -> ParkedSlip:
    waited = now - bay.since
    minutes, left = max(0, int(waited // 60)), max(0, int((stays + bay.more - waited) // 60))
    return ParkedSlip(slip=bay.slip, step=bay.step.value, minutes=minutes, left=left, hidden=bay.hidden, kept=bay.kept)


def _booking(intake: Intake | None) -> str:
    booking = intake.came.booking if intake and intake.came else None
    return booking.number if booking else ""


def _done(counter: Counter, tally: Tally, bundle: VisitBundle) -> tuple[DoneSlip, ...]:
    sheet = tally.sheet(bundle.visit)
    shown = []
    for farewell in counter.slips()[:DONE_SHOWN]:
        printed = counter.printed(farewell.slip)
        shown.append(
            DoneSlip(
                slip=farewell.slip,
                sent=counter.sent(farewell),
                refused=counter.refused(farewell),
                printed=printed.ok if printed else None,
                people=sheet.people.get(farewell.slip, 1),
                gifts=sheet.gifts(farewell.slip),
            )
        )
    return tuple(shown)
