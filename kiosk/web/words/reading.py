"""Words of what the cameras see: photo advice, hints for the form, wrong codes, ways to hand in a form."""

from __future__ import annotations

from collections.abc import Mapping

from hardware.photo import Advice
from hardware.qr import QrHint
from kiosk.web.texts import N_
from schemas.form_code import FormCodeKind
from schemas.intake import FormKind

ADVICE: Mapping[Advice, str] = {
    Advice.NO_FACE: N_("わくの中に顔を入れてください"),
    Advice.ONE_PERSON: N_("お一人だけで写ってください"),
    Advice.COME_CLOSER: N_("もう少し近づいてください"),
    Advice.MOVE_BACK: N_("もう少し離れてください"),
    Advice.CENTRE: N_("顔をわくの中央に合わせてください"),
    Advice.LOOK_STRAIGHT: N_("カメラをまっすぐ見てください"),
    Advice.CHIN_LEVEL: N_("あごの高さを合わせてください"),
    Advice.HEAD_UPRIGHT: N_("頭をまっすぐにしてください"),
    Advice.OPEN_EYES: N_("目を開けてください"),
    Advice.UNCOVER_EYES: N_("髪や眼鏡が目にかからないようにしてください"),
    Advice.AVOID_GLARE: N_("眼鏡に光が映っています。少し顔の向きを変えるか、眼鏡を外してください"),
    Advice.UNCOVER_FACE: N_("顔全体が見えるようにしてください"),
    Advice.UNCOVER_HEAD: N_("帽子や髪飾りを外してください"),
    Advice.CLOSE_MOUTH: N_("口を軽く閉じてください"),
    Advice.MORE_LIGHT: N_("暗いようです。明るいほうを向いてください"),
    Advice.LESS_LIGHT: N_("明るすぎます。強い光を避けてください"),
    Advice.EVEN_LIGHT: N_("顔に影があります。正面から光が当たるようにしてください"),
    Advice.NATURAL_COLOUR: N_("色のついた光を避けてください"),
    Advice.HOLD_STILL: N_("動かないでください"),
    Advice.LESS_NOISE: N_("もう少し明るい場所で撮りましょう"),
    Advice.PLAIN_BACKGROUND: N_("うしろに物や模様が写らないようにしてください"),
    Advice.HIGHER_RESOLUTION: N_("もう少し近づいてください"),
    Advice.LIVE_PERSON: N_("写真や画面ではなく、ご本人が写ってください"),
}
READY = N_("よい位置です。ボタンを押すと3秒後に撮影します")

HINTS: Mapping[QrHint, str] = {
    QrHint.NONE: N_("申請書のQRコードをカメラに向けてください"),
    QrHint.COME_CLOSER: N_("申請書をもう少しカメラに近づけてください"),
    QrHint.HOLD_STILL: N_("申請書を動かさないでください"),
    QrHint.TILT_FROM_LIGHT: N_("光が反射しています。申請書を少し傾けてください"),
    QrHint.ONE_CODE_ONLY: N_("QRコードは1つだけ見せてください"),
}
SHOW_BOOKING = N_("予約票のQRコードをカメラに向けてください")
WRONG_CODES: Mapping[FormCodeKind, str] = {
    FormCodeKind.OPAQUE: N_("このQRコードからは番号を読み取れません。印刷された23桁の番号を入力してください"),
    FormCodeKind.SLIP: N_("これは受付票です。申請書のQRコードを見せてください"),
    FormCodeKind.BOOKING: N_("これは予約票です。申請書のQRコードを見せてください"),
    FormCodeKind.MY_NUMBER: N_(
        "マイナンバーのQRコードのようです。マイナンバーは使いません。申請書のQRコードを見せてください"
    ),
    FormCodeKind.OTHER: N_("申請書のQRコードではありません。申請書の右下にあるQRコードを見せてください"),
}
FORMS: Mapping[FormKind, str] = {
    FormKind.QR: N_("QRコードで読み取り"),
    FormKind.TYPED: N_("番号を入力"),
    FormKind.SEALED_ENVELOPE: N_("封筒のまま提出(中は見ません)"),
    FormKind.HANDWRITTEN: N_("手書きの申請書(封筒に入れて提出。中は見ません)"),
    FormKind.NONE: N_("申請書なし(市役所で用意します)"),
}
