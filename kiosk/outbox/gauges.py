"""The outbox's gauges and their limits: they warn long before they stop anything.

Only what would lose a record stops the intake: no room on the disk, or more unsent packets than a kiosk should ever
carry. Age – of the oldest packet, of the bundle – warns, louder at the hard limit, and stops nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kiosk.errors import OutboxFull
from kiosk.outbox.stubs import Counts

MIB = 1024 * 1024
_DAY = 86_400.0


class Level(StrEnum):
    SOFT = "soft"
    HARD = "hard"


@dataclass(frozen=True)
class Alarm:
    """A gauge past a limit. `gauge`: unsent, oldest, disk, bundle, refused."""

    gauge: str
    level: Level


@dataclass(frozen=True)
class CourierStatus:
    """`online`: None before the first try. `problem`: why the whole line stands still. `faults`: own errors caught."""

    online: bool | None = None
    last_contact: datetime | None = None
    problem: str | None = None
    faults: int = 0


@dataclass(frozen=True)
class Limits:
    """(soft, hard). A visit day is some 100–200 records of 300 KB; a venue may be a weekend without a line."""

    unsent: tuple[int, int] = (500, 5_000)
    oldest_seconds: tuple[float, float] = (3 * _DAY, 14 * _DAY)
    disk_bytes: tuple[int, int] = (2_048 * MIB, 256 * MIB)
    bundle_seconds: tuple[float, float] = (2 * _DAY, 14 * _DAY)


@dataclass(frozen=True)
class Gauges:
    """Ages in seconds, None when there is nothing to measure; the bundle's since the office last called it the newest.
    `online`: None before the first try. `problem`: the
    office's code when it will not talk to this device at all."""

    unsent: int
    oldest_seconds: float | None
    refused: int
    disk_free_bytes: int
    online: bool | None
    bundle_age_seconds: float | None
    last_contact: datetime | None
    problem: str | None = None
    alarms: tuple[Alarm, ...] = ()


def measure(
    counts: Counts | None,
    line: CourierStatus,
    *,
    checked: datetime | None,
    disk_free: int,
    now: datetime,
    limits: Limits,
) -> Gauges:
    """All gauges at this moment, with the alarms that are due. `checked`: when the bundle was last called newest."""
    gauges = Gauges(
        unsent=counts.unsent if counts else 0,
        oldest_seconds=_age(now, counts.oldest if counts else None),
        refused=counts.refused if counts else 0,
        disk_free_bytes=disk_free,
        online=line.online,
        bundle_age_seconds=_age(now, checked),
        last_contact=line.last_contact,
        problem=line.problem,
    )
    return replace(gauges, alarms=alarms(gauges, limits))


def require_room(disk_free: int, limits: Limits) -> None:
    """Raises `OutboxFull` at the hard limit, long before the disk itself says so."""
    if disk_free <= limits.disk_bytes[1]:
        raise OutboxFull("outbox.disk_low", "too little room on the disk: connect to the office or export")


def alarms(gauges: Gauges, limits: Limits) -> tuple[Alarm, ...]:
    """What is past its limit, in the order of urgency."""
    found = (
        _below("disk", gauges.disk_free_bytes, limits.disk_bytes),
        _above("unsent", gauges.unsent, limits.unsent),
        Alarm("refused", Level.SOFT) if gauges.refused else None,
        _above("oldest", gauges.oldest_seconds, limits.oldest_seconds),
        _above("bundle", gauges.bundle_age_seconds, limits.bundle_seconds),
    )
    return tuple(alarm for alarm in found if alarm)


def _above(gauge: str, value: float | None, limit: tuple[float, float]) -> Alarm | None:
    if value is None or value < limit[0]:
        return None
    return Alarm(gauge, Level.HARD if value >= limit[1] else Level.SOFT)


def _below(gauge: str, value: int, limit: tuple[int, int]) -> Alarm | None:
    if value > limit[0]:
        return None
    return Alarm(gauge, Level.HARD if value <= limit[1] else Level.SOFT)


def _age(now: datetime, then: datetime | None) -> float | None:
    return None if then is None else max(0.0, (now - then).total_seconds())
