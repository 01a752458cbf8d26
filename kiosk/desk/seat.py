"""Who sits at the kiosk: the intake or its farewell, who is parked, the call for staff, how long it was not touched."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from kiosk.desk.farewell import Farewell
from kiosk.desk.parking import Garage, Parked, ParkingLot
from kiosk.desk.timing import Timing
from kiosk.flow import Intake, Step
from schemas.ids import SlipNumber


class Seat:
    """What screens may ask at any time, from any thread. `first_version`: see `Desk`."""

    def __init__(
        self, *, monotonic: Callable[[], float], timing: Timing, first_version: int, garage: Garage | None
    ) -> None:
        self.timing = timing
        self._monotonic = monotonic
        self._lock = threading.RLock()
        self._intake: Intake | None = None
        self._farewell: Farewell | None = None
        self._family: Intake | None = None
        self._parked = ParkingLot(for_seconds=timing.parked, garage=garage)
        self._help = False
        self._touched = monotonic()
        self._version = first_version

    @property
    def version(self) -> int:
        """Counts up whenever a screen must be drawn anew."""
        with self._lock:
            return self._version

    @property
    def intake(self) -> Intake | None:
        with self._lock:
            return self._intake

    @property
    def farewell(self) -> Farewell | None:
        with self._lock:
            return self._farewell

    @property
    def family(self) -> Intake | None:
        """What the next member of the family need not say again, while the last screen stands."""
        with self._lock:
            return self._family

    @property
    def help_wanted(self) -> bool:
        with self._lock:
            return self._help

    def parked(self) -> tuple[Parked, ...]:
        with self._lock:
            return self._parked.shown()

    def bookings_in_hand(self) -> tuple[str, ...]:
        """Numbers of those who are here or parked with a booking."""
        with self._lock:
            here = (self._intake, *(bay.intake for bay in self._parked.bays()))
        return tuple(each.came.booking.number for each in here if each and each.came and each.came.booking)

    def hand_over(self, slip: SlipNumber) -> bytes:
        """A parked intake as another kiosk's `take_over` wants it; it stays parked. Raises `DeskRefused`."""
        with self._lock:
            return self._parked.written(slip)

    def prolong(self, slip: SlipNumber) -> None:
        """Whoever is parked may stay as long again from now. Raises `DeskRefused` for a number that is not here."""
        with self._lock:
            self._parked.prolong(slip, self._monotonic())
        self._change()

    def discard(self, slip: SlipNumber) -> None:
        """Forget a parked intake. Raises `DeskRefused` for a number that is not here."""
        with self._lock:
            self._parked.take(slip)
        self._change()

    def now(self) -> float:
        return self._monotonic()

    def silence_left(self) -> float | None:
        """Seconds until the screen is cleared; None while nothing on it must go."""
        with self._lock:
            if self._intake is None or self._intake.step in (Step.ATTENDANT, Step.SEALING):
                return None
            return max(0.0, self._touched + self.timing.leave - self._monotonic())

    def dismiss(self) -> None:
        """The last screen was read."""
        with self._lock:
            self._farewell = self._family = None
        self._change()

    def touch(self) -> None:
        """The person is still there; the last screen stays for somebody who is reading it, too."""
        with self._lock:
            self._touched = self._monotonic()
            if self._farewell is not None:
                self._farewell = replace(self._farewell, ends_at=self._touched + self.timing.farewell)

    def call_staff(self, *, wanted: bool = True) -> None:
        """Pages hear of it with the moment; they are not drawn anew, for somebody may be typing."""
        with self._lock:
            self._help = wanted
            self.touch()

    def redraw(self) -> None:
        """Screens must be drawn anew for a reason outside the desk."""
        self._change()

    def _change(self) -> None:
        with self._lock:
            self._version += 1
