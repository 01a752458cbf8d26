"""demado-kiosk doctor: devices, enrolment, outbox, clock, line and disk, each with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from hardware import doctor as hardware_doctor
from hardware.advice import Words
from hardware.devices import open_devices
from kiosk.advice import advice
from kiosk.errors import KioskError, OutboxInUse, UplinkError
from kiosk.outbox import Level, Outbox
from kiosk.outbox.ram_key import ram_folder
from kiosk.settings import KioskSettings

_CLOCK_LIMIT = timedelta(minutes=2)
_CAMERA_WAIT = 4.0  # seconds for a first frame
_NOTHING = Words("", "")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `code` is stable; `advice` is empty when nothing is to be done."""

    check: str
    ok: bool
    code: str
    detail: str = ""
    advice: Words = _NOTHING


def _trouble(check: str, code: str, detail: str = "") -> Finding:
    return Finding(check, ok=False, code=code, detail=detail, advice=advice(code))


def examine(settings: KioskSettings) -> Iterator[Finding]:
    """Everything, one finding after the other; never raises for what it finds."""
    yield from _devices(settings)
    yield _parking(settings)
    try:
        outbox = _open(settings)
    except KioskError as error:
        yield _trouble("outbox", error.code, str(error))
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
        yield _trouble(check.__name__.strip("_"), error.code, str(error))


def _devices(settings: KioskSettings) -> Iterator[Finding]:
    devices = open_devices(settings.devices)
    try:
        for found in hardware_doctor.examine(devices, wait_s=_CAMERA_WAIT):
            status = found.status
            detail = " ".join(filter(None, (status.name, status.detail)))
            yield Finding(status.kind.value, found.fine, status.code, detail, found.advice)
    finally:
        devices.close()


def _parking(settings: KioskSettings) -> Finding:
    """Whether parked intakes survive a crash: their key needs a place in memory. To be run as the service's user."""
    memory = ram_folder(settings.parked_key_folder) if settings.keep_parked else None
    if memory is not None:
        return Finding("parking", True, "parking", f"key in {memory}")
    return _trouble("parking", "parking.no_memory" if settings.keep_parked else "parking.off")


def _enrolment(outbox: Outbox) -> Iterator[Finding]:
    identity = outbox.identity
    if identity is None:
        yield _trouble("enrolment", "device.erased" if outbox.ended else "device.not_enrolled")
    else:
        yield Finding("enrolment", True, "enrolled", f"{identity.device} at {identity.office_url}")


def _visit(outbox: Outbox) -> Iterator[Finding]:
    bundle = outbox.bundle
    if outbox.identity is None:
        return
    if bundle is None:
        yield _trouble("visit", "visit.none")
    else:
        yield Finding("visit", True, "visit", f"{bundle.visit} version {bundle.version}")


def _clock(outbox: Outbox) -> Iterator[Finding]:
    stamp = outbox.stamp()
    if stamp.uncertainty_ms is None:
        yield _trouble("clock", "clock.never_heard")
    elif abs(timedelta(milliseconds=stamp.offset_ms)) > _CLOCK_LIMIT:
        yield _trouble("clock", "clock.wrong", f"{-stamp.offset_ms / 1000:.1f} s beside the office's time")
    else:
        yield Finding("clock", True, "clock", f"offset {stamp.offset_ms} ms, uncertainty {stamp.uncertainty_ms} ms")


def _line(outbox: Outbox) -> Iterator[Finding]:
    if outbox.identity is None:
        return
    try:
        outbox.office_balance()
    except UplinkError as error:
        yield _trouble("line", error.code, str(error))
    else:
        yield Finding("line", True, "line")


def _gauges(outbox: Outbox) -> Iterator[Finding]:
    gauges = outbox.gauges()
    for alarm in gauges.alarms:
        yield _trouble("outbox", alarm.gauge, f"past the {alarm.level} limit")
    if not any(alarm.level is Level.HARD for alarm in gauges.alarms):
        free = gauges.disk_free_bytes // 2**20
        yield Finding("outbox", True, "outbox", f"{gauges.unsent} unsent, {gauges.refused} refused, {free} MiB free")
