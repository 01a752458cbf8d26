"""demado-kiosk doctor: devices, enrolment, outbox, clock, line and disk, each with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from hardware.devices import open_devices
from hardware.status import DeviceState
from kiosk.errors import KioskError, OutboxInUse, UplinkError
from kiosk.outbox import Level, Outbox
from kiosk.settings import KioskSettings

_CLOCK_LIMIT = timedelta(minutes=2)
_ADVICE = {
    "device.not_enrolled": "scan the enrolment code of the office's console: demado-kiosk enrol TICKET",
    "visit.none": "assign this device to a visit in the console, then connect it once",
    "clock.never_heard": "connect to the office once: records are stamped with an unknown uncertainty until then",
    "clock.wrong": "set the wall clock; records are not affected, they carry the office's time",
    "outbox.corrupt": "stop, copy the data folder, call support: sealed packets may still be saved",
    "disk": "make room on the disk, or export to a USB stick",
    "unsent": "connect to the office, or export to a USB stick",
    "oldest": "connect to the office, or export to a USB stick",
    "bundle": "connect to the office to get the newest visit bundle",
    "refused": "see the quarantine on the staff screen; ask the office about the reasons",
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `code` is stable; `advice` is empty when nothing is to be done."""

    check: str
    ok: bool
    code: str
    detail: str = ""

    @property
    def advice(self) -> str:
        return "" if self.ok else _ADVICE.get(self.code, "")


def examine(settings: KioskSettings) -> Iterator[Finding]:
    """Everything, one finding after the other; never raises for what it finds."""
    yield from _devices(settings)
    try:
        outbox = _open(settings)
    except KioskError as error:
        yield Finding("outbox", False, error.code, str(error))
        return
    try:
        for check in (_enrolment, _visit, _clock, _line, _gauges):
            yield from _caught(check, outbox)
    finally:
        outbox.close()


def _open(settings: KioskSettings) -> Outbox:
    try:
        return Outbox.open(settings.data, allow_plain_http=settings.development)
    except OutboxInUse:
        return Outbox.open(settings.data, readonly=True)


def _caught(check: Callable[[Outbox], Iterator[Finding]], outbox: Outbox) -> Iterator[Finding]:
    try:
        yield from check(outbox)
    except KioskError as error:
        yield Finding(check.__name__.strip("_"), False, error.code, str(error))


def _devices(settings: KioskSettings) -> Iterator[Finding]:
    devices = open_devices(settings.devices)
    try:
        for status in devices.statuses():
            fine = status.state in (DeviceState.READY, DeviceState.STARTING, DeviceState.OFF)
            yield Finding(status.kind.value, fine, status.code, " ".join(filter(None, (status.name, status.detail))))
    finally:
        devices.close()


def _enrolment(outbox: Outbox) -> Iterator[Finding]:
    identity = outbox.identity
    if identity is None:
        yield Finding("enrolment", False, "device.not_enrolled")
    else:
        yield Finding("enrolment", True, "enrolled", f"{identity.device} at {identity.office_url}")


def _visit(outbox: Outbox) -> Iterator[Finding]:
    bundle = outbox.bundle
    if outbox.identity is None:
        return
    if bundle is None:
        yield Finding("visit", False, "visit.none")
    else:
        yield Finding("visit", True, "visit", f"{bundle.visit} version {bundle.version}")


def _clock(outbox: Outbox) -> Iterator[Finding]:
    stamp = outbox.stamp()
    if stamp.uncertainty_ms is None:
        yield Finding("clock", False, "clock.never_heard")
    elif abs(timedelta(milliseconds=stamp.offset_ms)) > _CLOCK_LIMIT:
        yield Finding("clock", False, "clock.wrong", f"{-stamp.offset_ms / 1000:.1f} s beside the office's time")
    else:
        yield Finding("clock", True, "clock", f"offset {stamp.offset_ms} ms, uncertainty {stamp.uncertainty_ms} ms")


def _line(outbox: Outbox) -> Iterator[Finding]:
    if outbox.identity is None:
        return
    try:
        outbox.office_balance()
    except UplinkError as error:
        yield Finding("line", False, error.code, str(error))
    else:
        yield Finding("line", True, "line")


def _gauges(outbox: Outbox) -> Iterator[Finding]:
    gauges = outbox.gauges()
    for alarm in gauges.alarms:
        yield Finding("outbox", False, alarm.gauge, f"past the {alarm.level} limit")
    if not any(alarm.level is Level.HARD for alarm in gauges.alarms):
        free = gauges.disk_free_bytes // 2**20
        yield Finding("outbox", True, "outbox", f"{gauges.unsent} unsent, {gauges.refused} refused, {free} MiB free")
