"""Every fault of the matrix: its name, what it needs, how often it is tried beside the others."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from tests.backoffice import postgres
from tests.faults import faults_identity as identity
from tests.faults import faults_line as line
from tests.faults import faults_machine as machine
from tests.faults import faults_power as power
from tests.faults import faults_stores as stores
from tests.faults.run import Run


@dataclass(frozen=True)
class Fault:
    """`weight`: runs in proportion to the others. `fresh`: a world of its own for every run. `group`: which tests try
    it together. `root`: mounts something."""

    name: str
    act: Callable[[Run], None]
    group: str
    weight: int = 1
    fresh: bool = False
    root: bool = False
    postgres: bool = False

    @property
    def sociable(self) -> bool:
        """Leaves a world as it found it: another fault may follow in it."""
        return not (self.fresh or self.root or self.postgres)

    @property
    def about(self) -> str:
        return " ".join((self.act.__doc__ or "").split())

    def impossible(self) -> str | None:
        """Why it cannot be tried here."""
        if self.root and os.getuid() != 0:
            return "needs root (mounts a small file system)"
        return postgres.unusable() if self.postgres else None


FAULTS: tuple[Fault, ...] = (
    Fault("kiosk-killed", machine.kiosk_killed, "machine", 2),
    Fault("kiosk-killed-while-parked", machine.kiosk_killed_while_parked, "machine"),
    Fault("office-killed", machine.office_killed, "machine", 2),
    Fault("both-killed", machine.both_killed, "machine", 2),
    Fault("kiosk-killed-at-point", machine.kiosk_killed_at_point, "machine", 4),
    Fault("office-killed-at-point", machine.office_killed_at_point, "machine", 5),
    Fault("kiosk-killed-on-the-line", machine.kiosk_killed_on_the_line, "machine", 2),
    Fault("office-killed-on-the-line", machine.office_killed_on_the_line, "machine", 2),
    Fault("kiosk-power-cut", power.kiosk_power_cut, "power", root=True),
    Fault("office-power-cut", power.office_power_cut, "power", root=True),
    Fault("line-cut-in-request", line.cut_request, "line", 2),
    Fault("line-cut-in-answer", line.cut_answer, "line", 2),
    Fault("line-loses-answer", line.lost_answer, "line"),
    Fault("line-slow", line.slow, "line"),
    Fault("line-repeats", line.doubled, "line"),
    Fault("line-reorders", line.reordered, "line"),
    Fault("line-shortens", line.shortened, "line"),
    Fault("line-500-before-commit", line.error_before, "line"),
    Fault("line-500-after-commit", line.error_after, "line"),
    Fault("line-forges-answer", line.forged, "line", 2),
    Fault("line-everything-at-once", line.all_at_once, "line", 2),
    Fault("kiosk-disk-full", stores.kiosk_disk_full, "stores", fresh=True, root=True),
    Fault("kiosk-file-limit", stores.kiosk_file_limit, "stores"),
    Fault("office-disk-full", stores.office_disk_full, "stores"),
    Fault("office-database-locked", stores.office_database_locked, "stores"),
    Fault("office-database-stopped", stores.office_database_stopped, "stores", postgres=True),
    Fault("office-blobs-read-only", stores.blobs_refuse, "stores"),
    Fault("clock-jumps", identity.clock_jumps, "identity", 2),
    Fault("device-cloned", identity.device_cloned, "identity", fresh=True),
    Fault("request-replayed", identity.replayed, "identity"),
    Fault("usb-cut-at-every-block", identity.stick_cut, "identity"),
)


def shares(runs: int, faults: tuple[Fault, ...] = FAULTS) -> dict[str, int]:
    """How many of `runs` each fault gets; at least one."""
    whole = sum(fault.weight for fault in faults)
    given = {fault.name: max(1, runs * fault.weight // whole) for fault in faults}
    left = runs - sum(given.values())
    for fault in sorted(faults, key=lambda fault: -fault.weight):
        if left <= 0:
            break
        given[fault.name] += 1
        left -= 1
    return given
