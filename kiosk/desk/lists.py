"""Who came with which booking to this kiosk: numbers only, in memory. The office sees doubles over all kiosks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kiosk.flow import Context, Intake
from schemas.ids import VisitId


class Lists:
    """Not safe for threads by itself: the desk's lock is around it."""

    def __init__(self) -> None:
        self._came: set[tuple[VisitId | None, str]] = set()

    def came(self, context: Context | None, intake: Intake) -> None:
        """The intake is sealed: its booking is used."""
        booking = intake.came.booking if intake.came else None
        if context is not None and booking is not None:
            self._came.add((context.visit, booking.number))

    def seen_by(self, context: Context, parked: Iterable[Intake]) -> Context:
        """What the flow knows, with the numbers that were used here or wait here."""
        waiting = {each.came.booking.number for each in parked if each.came is not None and each.came.booking}
        came = {number for visit, number in self._came if visit == context.visit}
        return replace(context, used=frozenset(came | waiting))
