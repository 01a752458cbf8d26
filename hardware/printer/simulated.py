"""A printer that keeps slips in memory; the dock lets it jam or run out of paper."""

from __future__ import annotations

import threading

from hardware.printer import Printed, Slip
from hardware.status import DeviceKind, DeviceState, DeviceStatus


class SimulatedPrinter:
    """A `SlipPrinter` for demo and tests. `slips`: what came out, oldest first, with its reference."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trouble: str | None = None
        self.slips: list[tuple[str, Slip]] = []

    def fail(self, code: str | None) -> None:
        """From now on every print fails with this code (`printer.jam`, `printer.out_of_paper`); None: works again."""
        with self._lock:
            self._trouble = code

    def print(self, slip: Slip, *, reference: str) -> Printed:
        status = self.status()
        if status.usable:
            with self._lock:
                self.slips.append((reference, slip))
        return Printed(status.usable, status, reference if status.usable else "")

    def status(self) -> DeviceStatus:
        with self._lock:
            trouble = self._trouble
        state = DeviceState.READY if trouble is None else DeviceState.FAULT
        return DeviceStatus(DeviceKind.PRINTER, state, trouble or "printer.ready", "simulated printer")
