"""`demado-hardware doctor`: what is plugged in, what works, what to do – one JSON line a device."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hardware.advice import Words, advice_for
from hardware.command import print_line
from hardware.devices import Devices, open_devices
from hardware.settings import DeviceSettings
from hardware.status import DeviceKind, DeviceState, DeviceStatus

DESCRIPTION = """\
One JSON line a device: {"kind","role","state","code","name","detail","advice":{"ja","en"}}; `role` tells cameras apart:
photo, form, or both. A table on stderr for a terminal.
Exit code 0 only when every device that is wanted (not `off`) is ready."""
_ROLES = {"": "", "photo": "(photo)", "form": "(form)", "both": "(photo, form)"}
_MARKS = {DeviceState.READY: "✓", DeviceState.OFF: "–"}


@dataclass(frozen=True)
class Finding:
    """One device and what to do about it; `advice` is empty when nothing is to be done. `role`: which camera it is."""

    status: DeviceStatus
    advice: Words
    role: str = ""

    @property
    def fine(self) -> bool:
        return self.status.state in (DeviceState.READY, DeviceState.OFF)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.formatter_class = DESCRIPTION, argparse.RawDescriptionHelpFormatter
    for name, default in (
        ("camera", "0"),
        ("form-camera", ""),
        ("card", "pcsc"),
        ("card-reader", ""),
        ("printer", "pdf"),
    ):
        parser.add_argument(
            f"--{name}", default=default, metavar="SETTING", help=f"as in the settings; now {default!r}"
        )
    parser.add_argument("--qr-scanner", default="", metavar="PORT", help="serial port of a hand scanner")
    parser.add_argument("--printer-folder", type=Path, default=Path("slips"), metavar="DIR", help="for the printer pdf")
    parser.add_argument(
        "--wait", type=float, default=6.0, metavar="S", help="seconds to wait for a camera's first frame"
    )


def run(arguments: argparse.Namespace) -> int:
    devices = open_devices(_settings(arguments))
    try:
        findings = list(examine(devices, wait_s=max(0.0, min(arguments.wait, 600.0))))
    finally:
        devices.close()
    for finding in findings:
        print_line(_line(finding))
    if sys.stderr is not None and sys.stderr.isatty():
        print("\n".join(table(findings)), file=sys.stderr)
    return 0 if all(finding.fine for finding in findings) else 1


def examine(devices: Devices, *, wait_s: float) -> Iterator[Finding]:
    """Start the cameras, give them time for a first frame, then ask every device."""
    devices.start()
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline and _waiting(devices):
        time.sleep(0.05)
    roles = iter(("both",) if devices.form_camera is devices.camera else ("photo", "form"))
    for status in devices.statuses():
        role = next(roles, "") if status.kind is DeviceKind.CAMERA else ""
        yield Finding(status, advice_for(status), role)


def table(findings: list[Finding]) -> Iterator[str]:
    """The findings for a person."""
    for finding in findings:
        status = finding.status
        mark = _MARKS.get(status.state, "✗")
        kind = f"{status.kind} {_ROLES[finding.role]}".rstrip()
        yield f"{mark} {kind:<20} {status.state:<9} {status.code:<26} {status.name}"
        words = (status.detail,) if finding.fine else (finding.advice.ja, finding.advice.en, status.detail)
        yield from (f"    {line}" for line in words if line)


def _waiting(devices: Devices) -> bool:
    return any(status.state is DeviceState.STARTING for status in devices.statuses())


def _settings(arguments: argparse.Namespace) -> DeviceSettings:
    return DeviceSettings(
        camera=arguments.camera,
        form_camera=arguments.form_camera,
        card=arguments.card,
        card_reader=arguments.card_reader,
        printer=arguments.printer,
        printer_folder=arguments.printer_folder,
        qr_scanner=arguments.qr_scanner,
    )


def _line(finding: Finding) -> dict[str, object]:
    status = finding.status
    return {
        "kind": status.kind.value,
        "role": finding.role,
        "state": status.state.value,
        "code": status.code,
        "name": status.name,
        "detail": status.detail,
        "advice": {"ja": finding.advice.ja, "en": finding.advice.en},
    }
