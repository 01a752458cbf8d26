"""Words of the photo booth: what a person confirms, where a picture came from, why a picture is not taken."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.web.texts import N_
from schemas.intake import PhotoPoint, PhotoSource

POINTS: Mapping[PhotoPoint, str] = {
    PhotoPoint.NO_HAT: N_("帽子・ヘアバンドがない"),
    PhotoPoint.NO_GLARE: N_("眼鏡が光らず、目にかかっていない"),
    PhotoPoint.NO_HANDS: N_("手や物が写っていない"),
    PhotoPoint.EYES_FREE: N_("髪が目にかかっていない"),
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
