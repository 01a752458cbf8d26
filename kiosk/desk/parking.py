"""Intakes that left the screen and wait for their person: called out to a fire, looking for a document, gone silent.

For some hours at most and within one visit; staff bring them back by slip number. What is parked stands in the garage
too, so that a crash of the service takes nobody's answers; it leaves the garage whenever it leaves the lot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from kiosk.desk.errors import DeskRefused
from kiosk.desk.shots import Shot
from kiosk.flow import Context, Intake, Step
from schemas.ids import SlipNumber, VisitId

log = structlog.get_logger(__name__)
AT_MOST = 50


@dataclass(frozen=True)
class Parked:
    """What staff see of a parked intake. `since`: monotonic seconds, `more`: beyond the usual wait. `hidden`: not to be
    shown to the waiting room. `kept`: it outlives a crash of the service."""

    slip: SlipNumber
    step: Step
    since: float
    hidden: bool = False
    kept: bool = True
    more: float = 0.0


@dataclass(frozen=True)
class Bay:
    """A parked intake with the pictures of which none was kept yet, and the one that was chosen. `visit`: during which
    it was parked. `more`: seconds it may stay beyond the usual, as staff have said."""

    intake: Intake
    since: float
    shots: tuple[Shot, ...] = ()
    chosen: int = 0
    visit: VisitId | None = None
    more: float = 0.0


class Garage(Protocol):
    """Where parked intakes survive the service: bytes by slip number, unreadable after a power cut."""

    def contents(self) -> Mapping[SlipNumber, bytes]:
        """What a service before this one left."""

    def holds(self, slip: SlipNumber) -> bool: ...

    def put(self, slip: SlipNumber, content: bytes) -> bool:
        """False when it could not be kept."""

    def drop(self, slip: SlipNumber) -> None: ...


class Written(BaseModel):
    """A bay as it stands in the garage; one written by another version of the program is not read."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64",
                              ser_json_inf_nan="constants", hide_input_in_errors=True, defer_build=True)  # fmt: skip

    version: Literal[1] = 1
    bay: Bay


class ParkingLot:
    """Not safe for threads by itself: the desk's lock is around it. `garage` None: in memory only."""

    def __init__(self, *, for_seconds: float, garage: Garage | None = None) -> None:
        self._for_seconds, self._garage = for_seconds, garage
        self._bays: dict[SlipNumber, Bay] = {}

    def restore(self, now: float, context: Callable[[], Context | None]) -> None:
        """Take back who was parked when the service before this one ended, as far as they may stay."""
        if self._garage is None:
            return
        found = []
        for slip, content in self._garage.contents().items():
            bay = _read(content)
            if bay is None or bay.intake.slip != slip:
                self._garage.drop(slip)
            else:
                found.append(bay)
        for bay in sorted(found, key=lambda bay: bay.since):
            self._bays[bay.intake.slip] = replace(bay, since=min(bay.since, now))
            log.info("parked intake is back", slip=bay.intake.slip)
        self.tidy(now, context)

    def put(self, bay: Bay) -> None:
        """Park; when the lot is full the one who has waited longest goes."""
        if len(self._bays) >= AT_MOST:
            self._leave(next(iter(self._bays)))
        self._stand(bay)

    def take(self, slip: SlipNumber) -> Bay:
        """Drive out. Raises `DeskRefused` for a number that is not here."""
        if slip not in self._bays:
            raise DeskRefused("desk.not_parked")
        return self._leave(slip)

    def prolong(self, slip: SlipNumber, now: float) -> None:
        """May stay as long again from now. Raises `DeskRefused` for a number that is not here."""
        if slip not in self._bays:
            raise DeskRefused("desk.not_parked")
        bay = self._bays[slip]
        self._stand(replace(bay, more=max(bay.more, now - bay.since)))
        log.info("parked intake prolonged", slip=slip)

    def written(self, slip: SlipNumber) -> bytes:
        """A bay for another kiosk; it stays. Raises `DeskRefused` for a number that is not here."""
        if slip not in self._bays:
            raise DeskRefused("desk.not_parked")
        return Written(bay=self._bays[slip]).model_dump_json().encode()

    def bays(self) -> tuple[Bay, ...]:
        return tuple(self._bays.values())

    def shown(self) -> tuple[Parked, ...]:
        return tuple(
            Parked(slip, bay.intake.step, bay.since, bay.intake.address_hidden, self._is_kept(slip), bay.more)
            for slip, bay in self._bays.items()
        )

    def tidy(self, now: float, context: Callable[[], Context | None]) -> bool:
        """Nobody stays longer than the limit, nor past the end of their visit. True when somebody was forgotten."""
        if not self._bays:
            return False
        here = context()
        gone = tuple(slip for slip, bay in self._bays.items() if here is None or not self._may_stay(bay, now, here))
        for slip in gone:
            self._leave(slip)
        return bool(gone)

    def leave_garage_closed(self) -> None:
        """The service ends: what stands in the garage waits there."""
        self._bays.clear()

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────

    def _stand(self, bay: Bay) -> None:
        self._bays[bay.intake.slip] = bay
        if self._garage is not None:
            self._garage.put(bay.intake.slip, Written(bay=bay).model_dump_json().encode())

    def _is_kept(self, slip: SlipNumber) -> bool:
        return self._garage is not None and self._garage.holds(slip)

    def _may_stay(self, bay: Bay, now: float, here: Context) -> bool:
        return bay.visit == here.visit and now - bay.since < self._for_seconds + bay.more

    def _leave(self, slip: SlipNumber) -> Bay:
        if self._garage is not None:
            self._garage.drop(slip)
        return self._bays.pop(slip)


def read_bay(content: bytes, here: Context | None) -> Bay:
    """A bay of another kiosk. Raises `DeskRefused` for one that is none, or of another visit."""
    bay = _read(content)
    if bay is None or here is None or bay.visit != here.visit:
        raise DeskRefused("desk.not_parked")
    return bay


def _read(content: bytes) -> Bay | None:
    try:
        return Written.model_validate_json(content).bay
    except ValidationError:
        log.warning("parked intake of another version")
        return None
