"""What a device says of its machine when it asks for a bundle: version, battery, disk; None for what it cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from backoffice.devices.models import Device

LOW_BATTERY: Final = 20  # per cent, unplugged: some half an hour of a tablet that lasts the eight hours asked for
LOW_DISK: Final = 5  # per cent


@dataclass(frozen=True)
class Vitals:
    """`battery`: per cent, `mains`: plugged in, `disk_free` and `disk_total`: bytes."""

    running: str | None = None
    battery: int | None = None
    mains: bool | None = None
    disk_free: int | None = None
    disk_total: int | None = None

    @property
    def disk(self) -> int | None:
        """How full the disk is, per cent."""
        if not self.disk_total or self.disk_free is None:
            return None
        return min(100, max(0, round(100 - 100 * self.disk_free / self.disk_total)))

    @property
    def battery_low(self) -> bool:
        return self.battery is not None and self.battery < LOW_BATTERY and self.mains is not True

    @property
    def disk_low(self) -> bool:
        return self.disk is not None and self.disk > 100 - LOW_DISK


def of(row: Device) -> Vitals:
    return Vitals(row.running, row.battery, row.mains, row.disk_free, row.disk_total)


def note(row: Device, told: Vitals) -> None:
    row.running, row.battery, row.mains = told.running, told.battery, told.mains
    row.disk_free, row.disk_total = told.disk_free, told.disk_total
