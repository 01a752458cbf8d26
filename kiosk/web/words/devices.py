"""Words of devices, of a kiosk that cannot serve, and of warnings to the staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hardware.status import DeviceKind, DeviceState, DeviceStatus
from kiosk.web.texts import N_

DEVICES: Mapping[DeviceKind, str] = {
    DeviceKind.CAMERA: N_("カメラ"),
    DeviceKind.QR: N_("QRコード読み取り"),
    DeviceKind.PHOTO: N_("写真の自動チェック"),
    DeviceKind.CARD: N_("カード読み取り機"),
    DeviceKind.PRINTER: N_("受付票プリンター"),
}
FORM_CAMERA = N_("申請書用カメラ")
DEVICE_STATES: Mapping[DeviceState, str] = {
    DeviceState.READY: N_("使えます"),
    DeviceState.STARTING: N_("準備中"),
    DeviceState.OFF: N_("使わない設定"),
    DeviceState.MISSING: N_("つながっていません"),
    DeviceState.BUSY: N_("使用中"),
    DeviceState.FAULT: N_("故障の可能性"),
}
_REPLUG_CAMERA = N_("カメラのケーブルを差し直してください。申請書の番号は入力できます")
_INSTALL = N_("必要なプログラムが入っていません。管理者に連絡してください")
_SETTINGS = N_("設定を確かめてください。管理者に連絡してください")
_DEVICE_ACTIONS: Mapping[str, str] = {
    "camera.starting": N_("少しお待ちください"),
    "camera.stopped": N_("キオスクを再起動してください"),
    "camera.unplugged": _REPLUG_CAMERA,
    "camera.stalled": _REPLUG_CAMERA,
    "camera.frozen": _REPLUG_CAMERA,
    "camera.busy": N_("カメラを使っているほかのプログラムを閉じてください"),
    "camera.browser_silent": N_("タブレットのカメラの画面を開いてください"),
    "camera.library_missing": _INSTALL,
    "camera.setting_unknown": _SETTINGS,
    "camera.not_a_video": _SETTINGS,
    "camera.no_such_device": _SETTINGS,
    "camera.not_a_camera": _SETTINGS,
    "camera.no_such_file": _SETTINGS,
    "camera.no_answer": _SETTINGS,
    "qr.library_missing": _INSTALL,
    "qr.scanner_unplugged": N_("QRコードの読み取り機のケーブルを差し直してください"),
    "photo.models_missing": N_("自動チェックはできません。職員が写真を見て判断してください"),
    "photo.library_missing": N_("自動チェックはできません。職員が写真を見て判断してください"),
    "card.checking": N_("カードを確かめています"),
    "card.service_missing": N_("カード読み取りのサービス(pcscd)を起動してください"),
    "card.reader_missing": N_("カード読み取り機のケーブルを差し直してください。カードの確認は省略できます"),
    "card.reader_busy": N_("カード読み取り機を使っているほかのプログラムを閉じてください"),
    "card.library_missing": _INSTALL,
    "card.setting_unknown": _SETTINGS,
    "printer.unplugged": N_("プリンターのケーブルと電源を確かめてください"),
    "printer.out_of_paper": N_("用紙を入れてください"),
    "printer.cover_open": N_("プリンターのふたを閉めてください"),
    "printer.jam": N_("つまった用紙を取りのぞいてください"),
    "printer.disk_full": N_("保存場所の残りがありません。管理者に連絡してください"),
    "printer.setting_unknown": _SETTINGS,
    "printer.queue_unknown": _SETTINGS,
}
_DEVICE_DEFAULTS: Mapping[DeviceKind, str] = {
    DeviceKind.CAMERA: N_("ケーブルを確かめてください。申請書の番号は入力できます"),
    DeviceKind.QR: N_("申請書の番号を入力してください"),
    DeviceKind.PHOTO: N_("職員が写真を見て判断してください"),
    DeviceKind.CARD: N_("ケーブルを確かめてください。カードの確認は省略できます"),
    DeviceKind.PRINTER: N_("用紙とケーブルを確かめてください。番号は画面で控えてもらえます"),
}


@dataclass(frozen=True)
class Trouble:
    """Why the kiosk cannot serve, or what is wrong while it does: a sentence, what staff do. `about`: which device."""

    code: str
    text: str
    action: str
    about: str = ""


TROUBLES: Mapping[str, tuple[str, str]] = {
    "device.not_enrolled": (
        N_("このキオスクは、まだ市役所に登録されていません"),
        N_("市役所の管理画面で登録コードを発行し、このキオスクを登録してください"),
    ),
    "device.revoked": (
        N_("このキオスクは使えなくなりました"),
        N_("市役所がこのキオスクの登録を終了しました。残っている申請は消さずに、市役所に連絡してください"),
    ),
    "device.erased": (
        N_("このキオスクのデータは消去されました"),
        N_(
            "市役所がこのキオスクの登録を終了したため、データを消去しました。申請はすべて市役所にあります。もう一度使うには、新しい登録コードで登録してください"
        ),
    ),
    "visit.none": (
        N_("今日の出張受付の情報が、まだ届いていません"),
        N_("キオスクを一度ネットワークにつなぎ、市役所の管理画面で訪問が割り当てられているか確かめてください"),
    ),
    "outbox.full": (
        N_("申請を安全に保存する場所が足りません"),
        N_("キオスクをネットワークにつないで送信するか、USBメモリに書き出してください"),
    ),
}

ALARMS: Mapping[str, str] = {
    "disk": N_("保存場所の残りが少なくなっています。ネットワークにつないで送信してください"),
    "unsent": N_("未送信の申請が多くなっています。ネットワークにつないで送信してください"),
    "refused": N_("市役所が受け取らなかった申請があります。内容はこのキオスクに残っています。市役所に連絡してください"),
    "oldest": N_("長いあいだ送信できていない申請があります。ネットワークにつなぐか、USBメモリに書き出してください"),
    "bundle": N_("訪問の情報が古くなっています。ネットワークにつないで更新してください"),
}


_ALARM_CODES: Mapping[str, str] = {
    "disk": "outbox.disk_low", "unsent": "outbox.many_unsent", "refused": "outbox.refused",
    "oldest": "outbox.long_unsent", "bundle": "visit.old",
}  # fmt: skip
CLOCKS: Mapping[str, tuple[str, str]] = {
    "clock.never_heard": (
        N_("起動してから、まだ市役所の時刻を確かめていません"),
        N_("ネットワークにつないでください。つながるまでは、日付が正しいか見てください"),
    ),
    "clock.wrong": (
        N_("端末の時計がずれています。受付には市役所の時刻を使っています"),
        N_("受付は続けられます。管理者に端末の時計を合わせてもらってください"),
    ),
    "clock.impossible": (
        N_("端末の日付が正しくありません"),
        N_("ネットワークにつなぐか、管理者に端末の日付を合わせてもらってください"),
    ),
}
TO_STAFF = N_("職員の方へ")


def alarm(gauge: str) -> Trouble:
    """A gauge past its limit; its sentence says what to do, too."""
    return Trouble(_ALARM_CODES.get(gauge, f"outbox.{gauge}"), ALARMS[gauge], "")


def clock_trouble(code: str) -> Trouble:
    return Trouble(code, *CLOCKS[code])


def named_devices(statuses: Iterable[DeviceStatus]) -> tuple[tuple[DeviceStatus, str], ...]:
    """Each with its name; a second camera is the one for forms."""
    shown: list[tuple[DeviceStatus, str]] = []
    for status in statuses:
        again = any(status.kind is other.kind for other, _ in shown)
        shown.append((status, FORM_CAMERA if again and status.kind is DeviceKind.CAMERA else DEVICES[status.kind]))
    return tuple(shown)


def device_action(status: DeviceStatus) -> str | None:
    """What to do about a device; None when it works."""
    if status.usable or status.state is DeviceState.OFF:
        return None
    return _DEVICE_ACTIONS.get(status.code, _DEVICE_DEFAULTS[status.kind])


def trouble(code: str) -> Trouble:
    text, action = TROUBLES.get(code, (N_("いま受付ができません"), N_("職員がキオスクの状態を確かめてください")))
    return Trouble(code, text, action)
