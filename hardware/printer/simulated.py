"""A printer that keeps slips in memory; the dock lets it jam or run out of paper."""

from __future__ import annotations

import threading

from hardware.printer import Printed, Slip, SlipPrinter
from hardware.status import DeviceKind, DeviceState, DeviceStatus


class SimulatedPrinter:
    """A `SlipPrinter` for demo and tests. `slips`: what came out, oldest first, with its reference. `beside`: a printer
    that prints them too."""

    def __init__(self, beside: SlipPrinter | None = None) -> None:
        self._lock = threading.Lock()
        self._trouble: str | None = None
        self._beside = beside
        self.slips: list[tuple[str, Slip]] = []

    @property
    def trouble(self) -> str | None:
        with self._lock:
            return self._trouble

    def fail(self, code: str | None) -> None:
        """From now on every print fails with this code (`printer.jam`, `printer.out_of_paper`); None: works again."""
        with self._lock:
            self._trouble = code

    def print(self, slip: Slip, *, reference: str) -> Printed:
        status = self.status()
        if not status.usable:
            return Printed(False, status)
        with self._lock:
            self.slips.append((reference, slip))
        return self._beside.print(slip, reference=reference) if self._beside else Printed(True, status, reference)

    def status(self) -> DeviceStatus:
        trouble = self.trouble
        if trouble is None and self._beside is not None:
            return self._beside.status()
        state = DeviceState.READY if trouble is None else DeviceState.FAULT
        return DeviceStatus(DeviceKind.PRINTER, state, trouble or "printer.ready", "simulated printer")
