"""Trustworthy offline time: what the device believed, and by how much it may be wrong.

A kiosk keeps a monotonic clock and the last time the office signed for; a wrong wall clock never blocks an
intake and is never believed. The office reads `at + offset_ms`, give or take `uncertainty_ms`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import AwareDatetime

from schemas.canonical import Wire


class Stamp(Wire):
    """A moment. `at`: the device's wall clock in UTC. `offset_ms`: add it to get the office's time.

    `uncertainty_ms` is None when the device has never heard the office since its monotonic clock began.
    """

    at: AwareDatetime
    offset_ms: int = 0
    uncertainty_ms: int | None = None

    def corrected(self) -> datetime:
        """The best estimate of the true time, UTC."""
        return self.at + timedelta(milliseconds=self.offset_ms)
