"""demado-kiosk doctor: devices, enrolment, outbox, clock, line and disk, each with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from hardware import doctor as hardware_doctor
from hardware.advice import Words
from hardware.devices import open_devices
from kiosk.errors import KioskError, OutboxInUse, UplinkError
from kiosk.outbox import Level, Outbox
from kiosk.settings import KioskSettings

_CLOCK_LIMIT = timedelta(minutes=2)
_CAMERA_WAIT = 4.0  # seconds for a first frame
_NOTHING = Words("", "")
_CONNECT = Words("市区町村の回線に一度つないでください。", "Connect to the office once.")
_UNLOAD = Words(
    "回線につなぐか、USBメモリーへ書き出してください（demado-kiosk export）。",
    "Connect to the office, or export to a USB stick (demado-kiosk export).",
)
_ADVICE = {
    "device.not_enrolled": Words(
        "管理画面の端末登録コードを読み取ってください（demado-kiosk enrol）。",
        "Scan the enrolment code of the office's console (demado-kiosk enrol TICKET).",
    ),
    "device.erased": Words(
        "市区町村がこの端末の登録を終了し、データは消去されました。使うには登録し直してください。",
        "The office revoked this device and its data was destroyed. Enrol it anew to use it.",
    ),
    "visit.none": Words(
        "管理画面でこの端末を訪問に割り当て、一度回線につないでください。",
        "Assign this device to a visit in the console, then connect it once.",
    ),
    "clock.never_heard": _CONNECT,
    "clock.wrong": Words(
        "端末の時計を合わせてください。受付記録は市区町村の時刻で記録されています。",
        "Set the wall clock. Records are not affected: they carry the office's time.",
    ),
    "outbox.corrupt": Words(
        "使用をやめ、データフォルダーを複製して、保守担当へ連絡してください。",
        "Stop, copy the data folder, call support: sealed packets may still be saved.",
    ),
    "disk": _UNLOAD,
    "unsent": _UNLOAD,
    "oldest": _UNLOAD,
    "bundle": _CONNECT,
    "refused": Words(
        "職員画面の「受け取られなかったもの」で理由を確かめ、市区町村へ連絡してください。",
        "See the quarantine on the staff screen and ask the office about the reasons.",
    ),
    "uplink.unreachable": Words("回線を確かめてください。受付は続けられます。", "Check the line. Intake can go on."),
    "uplink.not_the_office": Words(
        "別の装置（ログイン画面など）が応答しています。回線を確かめてください。",
        "Something else answers, such as a network's sign-in page. Check the line.",
    ),
    "device.unknown": Words("市区町村へ連絡してください。", "Call the office: it does not know this device."),
    "device.revoked": Words("市区町村へ連絡してください。", "Call the office: this device has been revoked."),
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `code` is stable; `advice` is empty when nothing is to be done."""

    check: str
    ok: bool
    code: str
    detail: str = ""
    advice: Words = _NOTHING


def _trouble(check: str, code: str, detail: str = "") -> Finding:
    return Finding(check, ok=False, code=code, detail=detail, advice=_ADVICE.get(code, _NOTHING))


def examine(settings: KioskSettings) -> Iterator[Finding]:
    """Everything, one finding after the other; never raises for what it finds."""
    yield from _devices(settings)
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
