"""Trustworthy offline time: a monotonic clock and the last moment the office signed for (DESIGN: "Time").

What the office signs carries its time, and what it signs cannot have existed before this device made the packet or
the key in it. So a receipt's `received_at` lies between the monotonic moments of first sending and of the answer; the
middle is the estimate, half the distance the uncertainty, and it grows with the drift of the crystal. The wall clock
is annotated, never believed: ±1 year, 1970, summer time and leap smears change `offset_ms` and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from schemas.stamp import Stamp

JST = ZoneInfo("Asia/Tokyo")
# PC crystals are specified to ±50 ppm at room temperature; twice that, 8.6 s a day.
DRIFT = 100e-6


def boottime() -> float:
    """Seconds since boot, sleep included (Linux CLOCK_BOOTTIME); no wall clock moves it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_id() -> str:
    """Which boot this is: monotonic readings of another boot mean nothing."""
    return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Anchor:
    """At `monotonic` seconds of boot `boot`, the office's clock said `office`, give or take `uncertainty` seconds."""

    office: datetime
    monotonic: float
    uncertainty: float
    boot: str


class OfficeClock:
    """The office's time as well as this device can know it. Thread-safe: the anchor is replaced whole."""

    def __init__(self, wall: Callable[[], datetime], monotonic: Callable[[], float], *, boot: str) -> None:
        self._wall = wall
        self.monotonic = monotonic
        self._boot = boot
        self._anchor: Anchor | None = None
        self._opened = monotonic()
        self._hint: timedelta | None = None

    @property
    def anchor(self) -> Anchor | None:
        return self._anchor

    def recall(self, anchor: Anchor | None) -> None:
        """Take what an earlier process wrote down; what was heard since then is not given up for it."""
        self._anchor = self._anchor or anchor

    def heard(self, office: datetime, *, not_before: float, not_after: float) -> bool:
        """Take a signed moment known to lie between two monotonic readings. True when it says more than we knew."""
        self._hint = None
        middle, half = (not_before + not_after) / 2, (not_after - not_before) / 2
        known = self._uncertainty()
        if known is not None and known <= half and self._agrees(office, middle, known + half):
            return False
        self._anchor = Anchor(office.astimezone(UTC), middle, half, self._boot)
        return True

    def hint(self, office: datetime) -> None:
        """An unsigned moment (HTTP `Date`) from an office that found our dates wrong: dates requests until the office
        signs for a moment again, never a record."""
        self._hint = office - self._boot_epoch()

    def now(self) -> datetime:
        """The best estimate, UTC: the office's time, or the wall clock, but never before what the office signed."""
        estimate = self._estimate(self.monotonic())
        if estimate is not None:
            return estimate
        wall = self._wall().astimezone(UTC)
        if self._anchor is None:
            return wall
        return max(wall, self._anchor.office + timedelta(seconds=self.monotonic() - self._opened))

    def request_time(self) -> datetime:
        """What to date a request with, so that an office with a strict window accepts it."""
        if self._hint is not None:
            return self._boot_epoch() + self._hint
        return self.now()

    def stamp(self) -> Stamp:
        wall, now = self._wall().astimezone(UTC), self.now()
        uncertainty = self._uncertainty()
        return Stamp(
            at=wall,
            offset_ms=round((now - wall) / timedelta(milliseconds=1)),
            uncertainty_ms=None if uncertainty is None else round(uncertainty * 1000),
        )

    def today(self) -> date:
        return self.now().astimezone(JST).date()

    def _boot_epoch(self) -> datetime:
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=self.monotonic())

    def _estimate(self, monotonic: float) -> datetime | None:
        anchor = self._anchor
        if anchor is None or anchor.boot != self._boot:
            return None
        return anchor.office + timedelta(seconds=monotonic - anchor.monotonic)

    def _uncertainty(self) -> float | None:
        anchor = self._anchor
        if anchor is None or anchor.boot != self._boot:
            return None
        return anchor.uncertainty + max(0.0, self.monotonic() - anchor.monotonic) * DRIFT

    def _agrees(self, office: datetime, monotonic: float, tolerance: float) -> bool:
        estimate = self._estimate(monotonic)
        return estimate is not None and abs((office - estimate).total_seconds()) <= tolerance
