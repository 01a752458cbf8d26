"""Japanese names of the values that screens show; templates write `{{ value|worded }}`.

Honest words only: a certificate within its dates whose revocation nobody asked about is 有効期間内・失効未確認.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from backoffice.cases.models import PhotoOrigin
from backoffice.cases.ordering import Sort
from backoffice.cases.reasons import ReasonKind
from backoffice.cases.workflow import Override, State, Step
from backoffice.devices.service import DeviceState
from backoffice.mail.models import MailFailure, MailKind, MailState
from backoffice.organisations.models import Kind, Partner
from backoffice.rosters.mapping import Relation
from backoffice.rosters.models import ImportState
from backoffice.rules.desk import Standing
from backoffice.staff.authorisation import Role
from backoffice.visits.models import BookingState
from backoffice.visits.service import VisitState
from backoffice.web.language import mark
from schemas.answers import Licence
from schemas.card import CardVerdict, Revocation
from schemas.circumstances import Domicile
from schemas.intake import FormKind
from schemas.language import Language
from schemas.rules import (
    Certifier,
    Delivery,
    Guardianship,
    Method,
    NumberPaper,
    OldCard,
    Person,
    Purpose,
    Representative,
    Residence,
    SecondPerson,
)
from schemas.visit import AttendantRole

_TABLES: Final[dict[type[StrEnum], dict[str, str]]] = {
    Role: {
        "administrator": mark("管理者"), "lead": mark("受付責任者"), "staff": mark("職員"),
        "contractor": mark("委託事業者"), "helper": mark("会場の案内係"), "personnel": mark("所属・人事担当"),
        "auditor": mark("監査担当"),
    },
    State: {
        "received": mark("確認待ち"), "second_check": mark("二人目の確認待ち"), "approved": mark("承認"),
        "returned": mark("差し戻し"), "escalated": mark("責任者に相談中"), "duplicate": mark("重複"),
    },
    Step: {
        "received": mark("受け付けました"), "approved_first": mark("一人目が承認しました"),
        "approved": mark("承認しました"), "returned": mark("申請者へ差し戻しました"),
        "reopened": mark("確認待ちに戻しました"), "undone": mark("操作を取り消しました"),
        "escalated": mark("責任者に相談しました"), "duplicate": mark("重複した申請としました"),
        "photo_recropped": mark("写真の枠を切り直しました"), "photo_restored": mark("写真を届いたときの枠に戻しました"),
        "photo_replaced": mark("本人が新しい写真を出しました"),
    },
    Override: {
        "photo_confirmed": mark("自動判定で不可の写真を、職員が確認して採用"),
        "photo_excused": mark("特別な事情により、写真の一部の検査を外して採用"),
        "photo_recropped": mark("写真の枠を事務所で切り直し(端末の検査はやり直せません)"),
        "decision": mark("会場で、ルールと違う扱いに職員が決定"),
        "fork": mark("同じ通し番号の申請が二つ届いています。二重の申請でないか確かめてください。"),
    },
    Sort: {
        "received": mark("受信日時"), "visit": mark("訪問"), "state": mark("状態"), "method": mark("申請方式"),
        "slip": mark("受付番号"), "form": mark("申請書ID"), "card": mark("カードの確認"),
    },
    ReasonKind: {
        "photo": mark("写真"), "form": mark("交付申請書"), "identity": mark("本人確認"), "other": mark("その他"),
    },
    Method: {
        "onsite_reception": mark("出張申請受付"), "reception_at_application": mark("申請時来庁"),
        "application_support": mark("申請サポート"),
    },
    Delivery: {
        "restricted_delivery_mail": mark("本人限定受取郵便"), "simple_registered_mail": mark("簡易書留"),
        "return_visit": mark("再訪問して手渡し"), "counter": mark("窓口で受け取り"),
    },
    Person: {
        "applicant": mark("本人"), "applicant_under_15": mark("本人(15歳未満)"),
        "adult_ward": mark("本人(成年被後見人)"), "legal_representative": mark("法定代理人"),
        "proxy": mark("任意代理人"),
    },
    Certifier: {
        "facility_head": mark("病院・施設の長"), "care_manager": mark("ケアマネジャーと事業者の長"),
        "public_support": mark("公的支援機関の職員と長"), "legal_representative": mark("法定代理人"),
    },
    Purpose: {
        "first": mark("新規"), "renewal": mark("更新"), "space_full": mark("追記欄満欄"),
        "lost": mark("紛失による再交付"), "damaged": mark("破損による再交付"),
        "certificate_only": mark("電子証明書の確認"),
    },
    Licence: {
        "not_asked": mark("尋ねていない"), "none": mark("使っていない"), "on_card": mark("使っている"),
    },
    Residence: {
        "japanese": mark("日本国籍"), "permanent": mark("永住者"), "highly_skilled_2": mark("高度専門職2号"),
        "special_permanent": mark("特別永住者"), "limited": mark("在留期間あり"),
    },
    Domicile: {
        "not_asked": mark("尋ねていない"), "here": mark("この市区町村"), "elsewhere": mark("ほかの市区町村"),
        "unknown": mark("本人はわからない"),
    },
    Guardianship: {
        "none": mark("後見なし"), "adult_ward": mark("成年被後見人"), "curatelage": mark("被保佐人"),
        "assistance": mark("被補助人"), "voluntary": mark("任意後見"),
    },
    Representative: {
        "none": mark("本人のみ"), "parent": mark("親権者"), "minor_guardian": mark("未成年後見人"),
        "adult_guardian": mark("成年後見人"), "curator": mark("保佐人"), "assistant": mark("補助人"),
        "voluntary_guardian": mark("任意後見人"), "proxy": mark("代理人"),
    },
    NumberPaper: {
        "unknown": mark("確認していない"), "never_had": mark("持っていない"), "handed_in": mark("返納を受けた"),
        "notice_shown": mark("個人番号通知書を確認"), "kept": mark("本人が保管"), "lost": mark("紛失"),
    },
    OldCard: {
        "unknown": mark("確認していない"), "none": mark("持っていない"), "handed_in": mark("返納を受けた"),
        "kept": mark("本人が保管"), "lost": mark("紛失"),
    },
    FormKind: {
        "qr": mark("QRコードを読み取り"), "typed": mark("手入力(2回一致)"),
        "sealed_envelope": mark("封をした申請書(読み取らない)"),
        "handwritten": mark("手書きの申請書(封をして受け取り、読み取らない)"), "none": mark("申請書なし"),
    },
    CardVerdict: {
        "valid": mark("有効期間内"), "expired": mark("有効期限切れ"), "not_yet_valid": mark("有効期間の開始前"),
        "revoked": mark("失効"), "untrusted": mark("発行元を確認できない"), "forged": mark("偽造の疑い"),
        "not_issued": mark("電子証明書なし"), "locked": mark("暗証番号ロック中"), "wrong_pin": mark("暗証番号の相違"),
        "not_my_number_card": mark("マイナンバーカードではない"), "removed": mark("途中で離された"),
        "no_card": mark("カードなし"),
    },
    DeviceState: {"active": mark("利用中"), "revoked": mark("失効"), "lost": mark("紛失")},
    VisitState: {
        "requested": mark("依頼あり"), "talking": mark("調整中"), "confirmed": mark("確定"), "day": mark("当日"),
        "closed": mark("終了"), "cancelled": mark("中止"),
    },
    PhotoOrigin: {"packet": mark("端末から届いた写真"), "crop": mark("枠を切り直した写真")},
    Standing: {
        "pending": mark("二人目の確認待ち"), "planned": mark("予定"), "in_force": mark("有効"), "over": mark("終了"),
        "withdrawn": mark("取り下げ"),
    },
    SecondPerson: {
        "photo_confirmed": mark("自動判定で不可の写真を採用した申請の承認"),
        "photo_excused": mark("写真の検査を外した申請の承認"),
        "decision": mark("会場でルールと違う扱いに決めた申請の承認"), "rules": mark("決まりを有効にすること"),
    },
    MailState: {
        "queued": mark("送信待ち"), "sending": mark("送信中"), "sent": mark("送信しました"),
        "failed": mark("送れませんでした"),
        "unsure": mark("送れたか分かりません"), "withdrawn": mark("取りやめ"),
    },
    MailFailure: {
        "away": mark("メールサーバーにつながりません"),
        "no_tls": mark("メールサーバーが、暗号化した通信かサインインに対応していません"),
        "certificate": mark("メールサーバーの証明書を確かめられません"),
        "login": mark("メールサーバーが、送信用の利用者名かパスワードを受け付けません"),
        "answered": mark("メールサーバーが断りました"), "no_answer": mark("本文を送ったあと、答えがありません"),
        "stopped": mark("送信の途中で止まりました"),
    },
    MailKind: {
        "confirmation": mark("予約の確認"), "reminder": mark("前日のお知らせ"), "changed": mark("変更のお知らせ"),
        "cancelled": mark("取り消しのお知らせ"),
    },
    BookingState: {
        "booked": mark("予約"), "waiting": mark("順番待ち"), "cancelled": mark("取り消し"), "no_show": mark("来場なし"),
    },
    AttendantRole: {"staff": mark("職員"), "contractor": mark("委託事業者"), "helper": mark("会場の案内係")},
    Kind: {
        "fire_service": mark("消防本部"), "public_office": mark("官公庁"), "company": mark("企業"),
        "facility": mark("施設"), "school": mark("学校"), "neighbourhood": mark("町内会など"), "other": mark("その他"),
    },
    Partner: {
        "candidate": mark("候補"), "talking": mark("調整中"), "agreed": mark("確定"), "done": mark("済"),
    },
    Relation: {"member": mark("組合員"), "dependant": mark("被扶養者"), "other": mark("その他")},
    ImportState: {
        "preview": mark("確認中"), "queued": mark("順番待ち"), "running": mark("取り込み中"),
        "done": mark("取り込み済み"), "discarded": mark("取り込まず消去"),
        "reading": mark("読み取り中"), "refused": mark("読み取れず"),
    },
    Revocation: {
        "good": mark("失効していない"), "revoked": mark("失効"), "unchecked": mark("失効未確認"),
        "stale": mark("失効情報が古い"),
    },
    Language: {
        "ja": mark("日本語"), "ja-x-easy": mark("やさしい日本語"), "en": mark("英語"), 
        "zh-Hans": mark("中国語(簡体字)"), "ko": mark("韓国語"), "es": mark("スペイン語"), "pt": mark("ポルトガル語"),
    },
}  # fmt: skip

# Names of the kiosk's photo checks and advice; one that is not here is shown as it came.
PHOTO_CHECKS: Final = {
    "face_present": mark("顔の検出"), "single_face": mark("ほかの人の顔"), "resolution": mark("切り取りの幅"),
    "in_frame": mark("枠からのはみ出し"), "head_whole": mark("頭の上の余白"), "yaw": mark("左右の向き"),
    "pitch": mark("上下の向き"), "roll": mark("左右の傾き"), "eyes_open": mark("目の開き"),
    "each_eye_open": mark("片目ずつの開き"), "eyes_visible": mark("目の見え方"), "mouth_visible": mark("口元の覆い"),
    "mouth_closed": mark("口の開き"), "teeth_hidden": mark("歯の見え方"), "face_dark": mark("顔の暗い部分"),
    "face_bright": mark("顔の白とび"), "even_light": mark("左右の明るさの差"), "colour": mark("顔の色"),
    "sharpness": mark("鮮明さ"), "steadiness": mark("手ぶれ"), "noise": mark("ざらつき"), "light": mark("背景の明るさ"),
    "glare": mark("背景の白とび"), "background": mark("背景の均一さ"), "background_objects": mark("背景の物"),
    "background_edges": mark("背景の模様"), "shadow": mark("背景の影"),
    "lens_colour": mark("レンズの色"), "gaze": mark("視線"), "glasses_glare": mark("眼鏡の反射"),
    "mouth_dark": mark("口の中の暗さ"), "colour_cast": mark("光の色かぶり"), "held_picture": mark("紙や画面の縁"),
    "screen_grid": mark("画面の縞"), "headwear": mark("頭にかぶった物"), "lens_distance": mark("レンズまでの距離"),
    "face_light": mark("顔の明るさ"), "even_brow": mark("額と頬の明るさの差"), "eye_detail": mark("目の写り方"),
    "purple_tint": mark("赤紫の色かぶり"), "eye_whites": mark("白目の見え方"), "eye_strands": mark("目にかかる髪"),
}  # fmt: skip
ADVICE: Final = {
    "no_face": mark("顔が見つからない"), "one_person": mark("一人だけ写る"), "come_closer": mark("近づく"),
    "move_back": mark("離れる"), "centre": mark("中央に寄る"), "look_straight": mark("正面を向く"),
    "chin_level": mark("あごを水平に"), "head_upright": mark("頭をまっすぐに"), "open_eyes": mark("目を開ける"),
    "uncover_eyes": mark("目を隠さない"), "uncover_face": mark("顔を隠さない"), "close_mouth": mark("口を閉じる"),
    "more_light": mark("もっと明るく"), "less_light": mark("少し暗く"), "even_light": mark("光を均一に"),
    "natural_colour": mark("自然な色に"), "hold_still": mark("動かない"), "less_noise": mark("ざらつきを減らす"),
    "plain_background": mark("無地の背景"), "higher_resolution": mark("解像度を上げる"),
    "avoid_glare": mark("眼鏡の反射を避ける"), "uncover_head": mark("帽子などを取る"),
    "live_person": mark("本人が写る"),
}  # fmt: skip


def words_of(value: StrEnum) -> str:
    """The Japanese name of a value."""
    return _TABLES[type(value)][value.value]


def missing() -> list[str]:
    """Members without a name; a test wants none."""
    return [f"{kind.__name__}.{member}" for kind, table in _TABLES.items() for member in kind if member not in table]
