"""Words of the photo booth: what a person confirms, where a picture came from, why a picture is not taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.flow import Position
from kiosk.web.texts import N_
from schemas.intake import PhotoPoint, PhotoSource

POINTS: Mapping[PhotoPoint, str] = {
    PhotoPoint.NO_HAT: N_("帽子・ヘアバンドがない"),
    PhotoPoint.NO_GLARE: N_("眼鏡が光らず、目にかかっていない"),
    PhotoPoint.NO_HANDS: N_("手や物が写っていない"),
    PhotoPoint.EYES_FREE: N_("髪が目にかかっていない"),
}


@dataclass(frozen=True)
class Pose:
    """A position: its name, what to do, and the special reason that staff may have to approve for it."""

    name: str
    hints: tuple[str, ...]
    reason: str = ""


_BARE = N_("帽子・マスク・サングラスをはずす")
POSITIONS: Mapping[Position, Pose] = {
    Position.SEATED: Pose(N_("いすにすわって"), (_BARE, N_("正面を向いて、口を閉じる"))),
    Position.WHEELCHAIR: Pose(
        N_("車いすのまま"),
        (N_("カメラの正面に止めて、背をのばす"), _BARE, N_("高さが合わないときは、職員を呼ぶ")),
        "wheelchair",
    ),
    Position.CHILD: Pose(
        N_("赤ちゃん・小さい子ども"),
        (
            N_("うしろから支え、顔だけをわくに入れる"),
            N_("支える人の顔は、写らないようにする"),
            N_("口が開く、じっとできないときは、職員を呼ぶ"),
        ),
        "infant",
    ),
    Position.LYING: Pose(
        N_("横になったまま"),
        (
            N_("職員を呼びました。タブレットのカメラで、上から撮ります"),
            N_("頭の下に、白か薄い色の布をしく"),
            N_("手伝う人は、写らないようにする"),
        ),
        "posture",
    ),
}
SOURCES: Mapping[PhotoSource, str] = {
    PhotoSource.CAMERA: N_("キオスクのカメラ"),
    PhotoSource.TABLET: N_("タブレットのカメラ"),
    PhotoSource.FILE: N_("持ち込みの写真"),
}
TAKES_ITSELF = N_("よい位置です。そのまま動かないでください")
PHOTO_REFUSALS: Mapping[str, str] = {
    "photo.too_old": N_("撮影から日がたちすぎた写真は使えません。新しく撮影してください"),
    "photo.date_in_future": N_("撮影日がこれから先の日付です。撮影日を確かめてください"),
    "photo.date_missing": N_("写真の撮影日を入れてください"),
    "photo.points_open": N_("写真を大きく見て、すべての項目を確かめてください"),
    "photo.reason_changed": N_("特別な事情の登録が変わりました。もう一度撮影してください"),
    "photo.reason_unknown": N_("その事情は一覧にありません"),
    "photo.not_needed": N_("この方の申請に顔写真はいりません"),
    "photo.tablet_late": N_("いまは写真の画面ではありません"),
    "image.empty": N_("写真のファイルが空です。もう一度選んでください"),
    "image.not_an_image": N_("写真として読めないファイルです。JPEGかPNGの写真を選んでください"),
    "image.heic_unsupported": N_("HEIC形式の写真は、ここでは読めません。JPEGで保存した写真を選んでください"),
    "image.truncated": N_("写真のファイルが壊れているか、途中で切れています"),
    "image.too_large": N_("写真が大きすぎます。別の写真を選んでください"),
    "image.file_too_large": N_("写真のファイルが大きすぎます。20MBまでの写真を選んでください"),
    "image.animated": N_("動く画像は使えません。1枚の写真を選んでください"),
    "image.mode_unsupported": N_("この形式の写真は使えません。JPEGかPNGの写真を選んでください"),
}
