"""From a printer setting to a printer."""

from __future__ import annotations

from hardware.absent import AbsentPrinter
from hardware.printer import SlipPrinter
from hardware.printer.cups import CupsPrinter
from hardware.printer.escpos import EscPosPrinter
from hardware.printer.pdf import PdfPrinter
from hardware.printer.simulated import SimulatedPrinter
from hardware.settings import DeviceSettings
from hardware.status import DeviceKind, DeviceState, DeviceStatus


def choose_printer(settings: DeviceSettings) -> SlipPrinter:
    """The printer the settings name; never raises."""
    kind, _, where = settings.printer.partition(":")
    if kind == "pdf":
        return PdfPrinter(settings.printer_folder)
    if kind == "escpos":
        return EscPosPrinter(where)
    if kind == "cups":
        return CupsPrinter(where)
    if kind == "simulated":
        return SimulatedPrinter(PdfPrinter(settings.printer_folder) if where == "pdf" else None)
    if kind in ("", "off"):
        return AbsentPrinter(DeviceStatus(DeviceKind.PRINTER, DeviceState.OFF, "printer.off"))
    unknown = DeviceStatus(DeviceKind.PRINTER, DeviceState.FAULT, "printer.setting_unknown", settings.printer)
    return AbsentPrinter(unknown)
