"""What a person does about a device that does not work, by its status code, in Japanese and English."""

from __future__ import annotations

from typing import NamedTuple

from hardware.status import DeviceKind, DeviceState, DeviceStatus


class Words(NamedTuple):
    ja: str
    en: str


NOTHING = Words("", "")
_BY_CODE = {
    "camera.starting": Words("数秒待ってください", "wait some seconds"),
    "camera.unplugged": Words(
        "カメラのUSBケーブルを差し直し、設定のカメラ番号を確かめてください",
        "plug the camera's USB cable in again and check the camera's number in the settings",
    ),
    "camera.no_such_device": Words(
        "そのような機器はありません。設定のカメラのパスを確かめてください(下の一覧を参照)",
        "there is no such device: check the camera's path in the settings against the cameras listed",
    ),
    "camera.not_a_camera": Words(
        "設定のパスはカメラではありません。/dev/video… か /dev/v4l/by-id/… を指定してください",
        "the path in the settings is no camera: name /dev/video… or /dev/v4l/by-id/…",
    ),
    "camera.no_such_file": Words(
        "設定のファイルが見つかりません。カメラなら番号か /dev/… を指定してください",
        "the file in the settings is not there; for a camera give its number or /dev/…",
    ),
    "camera.no_answer": Words(
        "カメラのアドレス、電源、ネットワークを確かめてください",
        "check the camera's address, its power and the network",
    ),
    "camera.busy": Words(
        "カメラを使っているほかのプログラムを閉じてください", "close the other program that uses the camera"
    ),
    "camera.stalled": Words("カメラのUSBケーブルを差し直してください", "plug the camera's USB cable in again"),
    "camera.frozen": Words(
        "レンズのふたを開け、USBケーブルを差し直してください", "open the lens cover, then plug the USB cable in again"
    ),
    "camera.browser_silent": Words(
        "タブレットの画面を開き、カメラの使用を許可してください", "open the page on the tablet and allow its camera"
    ),
    "camera.not_a_video": Words("設定のファイルを確かめてください", "check the file named in the settings"),
    "camera.setting_unknown": Words("カメラの設定を確かめてください", "check the camera in the settings"),
    "camera.library_missing": Words(
        "libgl1 を入れ、uv sync --all-extras を実行してください", "install libgl1, then run uv sync --all-extras"
    ),
    "qr.library_missing": Words("uv sync --all-extras を実行してください", "run uv sync --all-extras"),
    "qr.scanner_unplugged": Words(
        "ハンドスキャナーのUSBケーブルを差し直してください", "plug the hand scanner's USB cable in again"
    ),
    "photo.models_missing": Words(
        "deploy/photo_models.py を実行してください。それまでは職員が写真を見て判断します",
        "run deploy/photo_models.py; until then staff judge the photo",
    ),
    "photo.library_missing": Words(
        "libgl1 を入れ、uv sync --all-extras を実行してください", "install libgl1, then run uv sync --all-extras"
    ),
    "card.library_missing": Words(
        "libpcsclite-dev と swig を入れ、uv sync --all-extras を実行してください",
        "install libpcsclite-dev and swig, then run uv sync --all-extras",
    ),
    "card.service_missing": Words("pcscd を起動してください", "start pcscd"),
    "card.reader_missing": Words(
        "カード読み取り機のUSBケーブルを差し直してください", "plug the card reader's USB cable in again"
    ),
    "card.reader_busy": Words(
        "カードを使っているほかのプログラムを閉じてください", "close the other program that uses the card"
    ),
    "printer.font_missing": Words("fonts-noto-cjk を入れてください", "install fonts-noto-cjk"),
    "printer.disk_full": Words("ディスクの空きを増やしてください", "make room on the disk"),
    "printer.folder_unwritable": Words(
        "受付票のフォルダーの場所と権限を確かめてください", "check the slips' folder: place and permissions"
    ),
    "printer.out_of_paper": Words("用紙を入れてください", "put paper in"),
    "printer.jam": Words("詰まった用紙を取り除いてください", "take the jammed paper out"),
    "printer.cover_open": Words("プリンターのふたを閉めてください", "close the printer's cover"),
    "printer.unplugged": Words(
        "プリンターの電源とケーブルを確かめてください",
        "check the printer's power and cable, and its name in the settings",
    ),
    "printer.not_allowed": Words(
        "利用者を lp グループに加えてください", "add the user to the group lp: usermod -aG lp USER"
    ),
    "printer.cups_missing": Words("cups-client を入れてください", "install cups-client"),
    "printer.queue_unknown": Words(
        "lpstat -p で名前を確かめ、設定を直してください", "look up the name with lpstat -p and correct the settings"
    ),
    "printer.queue_stopped": Words("cupsenable で再開してください", "resume the queue with cupsenable"),
    "printer.setting_unknown": Words("プリンターの設定を確かめてください", "check the printer in the settings"),
}
_BY_KIND = {
    DeviceKind.CAMERA: Words("ケーブルと設定を確かめてください", "check cable and settings"),
    DeviceKind.QR: Words("申請書の番号は入力できます", "the form's number can be typed"),
    DeviceKind.PHOTO: Words("職員が写真を見て判断してください", "staff look at the photo and decide"),
    DeviceKind.CARD: Words(
        "ケーブルを確かめてください。カードの確認は省略できます", "check the cable; the card check can be skipped"
    ),
    DeviceKind.PRINTER: Words("用紙とケーブルを確かめてください", "check paper and cable"),
}


def advice_for(status: DeviceStatus) -> Words:
    """What to do; empty for a device that works or was switched off."""
    if status.state in (DeviceState.READY, DeviceState.OFF):
        return NOTHING
    return _BY_CODE.get(status.code, _BY_KIND[status.kind])
