"""Who came with which booking: numbers only. The book is the venue's; the office sees doubles over all venues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from kiosk.flow import Context, Intake
from schemas.ids import VisitId


class BookingBook(Protocol):
    """Which bookings of a visit somebody has come with."""

    def note(self, visit: VisitId, number: str) -> None:
        """The record is sealed: the number is used. Never raises: a sealing is not undone."""

    def used(self, visit: VisitId, numbers: Iterable[str]) -> frozenset[str]:
        """Those of the numbers that were used, or are in somebody's hand at another kiosk of the venue."""


class LooseLeaf:
    """A book of one kiosk by itself, in memory."""

    def __init__(self) -> None:
        self._used: set[tuple[VisitId, str]] = set()

    def note(self, visit: VisitId, number: str) -> None:
        self._used.add((visit, number))

    def used(self, visit: VisitId, numbers: Iterable[str]) -> frozenset[str]:
        return frozenset(number for number in numbers if (visit, number) in self._used)


class Lists:
    """Not safe for threads by itself: the desk's lock is around it."""

    def __init__(self, book: BookingBook) -> None:
        self._book = book

    def came(self, context: Context | None, intake: Intake) -> None:
        """The intake is sealed: its booking is used."""
        booking = intake.came.booking if intake.came else None
        if context is not None and context.visit is not None and booking is not None:
            self._book.note(context.visit, booking.number)

    def seen_by(self, context: Context, parked: Iterable[Intake]) -> Context:
        """What the flow knows, with the numbers that were used in the venue or wait here."""
        waiting = {each.came.booking.number for each in parked if each.came is not None and each.came.booking}
        came = self._book.used(context.visit, context.bookings) if context.visit else frozenset()
        return replace(context, used=came | waiting)
