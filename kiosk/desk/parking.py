"""Intakes that left the screen and wait for their person: called out to a fire, looking for a document, gone silent.

In memory only, for some hours at most; staff bring them back by slip number.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.desk.errors import DeskRefused
from kiosk.desk.shots import Shot
from kiosk.flow import Intake, Step
from schemas.ids import SlipNumber

AT_MOST = 50


@dataclass(frozen=True)
class Parked:
    """What staff see of a parked intake. `since`: monotonic seconds. `hidden`: not to be shown to the waiting room."""

    slip: SlipNumber
    step: Step
    since: float
    hidden: bool = False


@dataclass(frozen=True)
class Bay:
    """A parked intake with the pictures of which none was kept yet, and the one that was chosen."""

    intake: Intake
    since: float
    shots: tuple[Shot, ...] = ()
    chosen: int = 0


class ParkingLot:
    """Not safe for threads by itself: the desk's lock is around it."""

    def __init__(self, *, for_seconds: float) -> None:
        self._for_seconds = for_seconds
        self._bays: dict[SlipNumber, Bay] = {}

    def put(self, bay: Bay) -> None:
        """Park; when the lot is full the one who has waited longest goes."""
        if len(self._bays) >= AT_MOST:
            del self._bays[next(iter(self._bays))]
        self._bays[bay.intake.slip] = bay

    def take(self, slip: SlipNumber) -> Bay:
        """Drive out. Raises `DeskRefused` for a number that is not here."""
        if slip not in self._bays:
            raise DeskRefused("desk.not_parked")
        return self._bays.pop(slip)

    def bays(self) -> tuple[Bay, ...]:
        return tuple(self._bays.values())

    def shown(self) -> tuple[Parked, ...]:
        return tuple(
            Parked(slip, bay.intake.step, bay.since, bay.intake.address_hidden) for slip, bay in self._bays.items()
        )

    def expire(self, now: float) -> bool:
        """Forget who has waited too long. True when somebody was forgotten."""
        late = [slip for slip, bay in self._bays.items() if now - bay.since >= self._for_seconds]
        for slip in late:
            del self._bays[slip]
        return bool(late)

    def clear(self) -> None:
        self._bays.clear()
