"""What stable codes say to people: one sentence each, marked for translation. Screens never show a code alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hardware.photo import Advice
from hardware.qr import QrHint
from hardware.status import DeviceKind, DeviceState, DeviceStatus
from kiosk.flow import Step
from kiosk.web.texts import N_
from schemas.card import CardVerdict, Revocation
from schemas.form_code import FormCodeKind
from schemas.intake import FormKind
from schemas.rules import Delivery, Method, Person
from schemas.visit import AttendantRole

STEPS: Mapping[Step, str] = {
    Step.CONSENT: N_("説明と同意"),
    Step.FORM: N_("申請書"),
    Step.CARD: N_("いまのカード"),
    Step.BIRTH: N_("生年月日"),
    Step.HOME: N_("お住まいの市区町村"),
    Step.PHOTO: N_("顔写真"),
    Step.ATTENDANT: N_("職員の確認"),
    Step.REVIEW: N_("内容の確認"),
    Step.SEALING: N_("保存"),
    Step.SEALED: N_("完了"),
}

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
    Advice.UNCOVER_FACE: N_("顔全体が見えるようにしてください"),
    Advice.CLOSE_MOUTH: N_("口を軽く閉じてください"),
    Advice.MORE_LIGHT: N_("暗いようです。明るいほうを向いてください"),
    Advice.LESS_LIGHT: N_("明るすぎます。強い光を避けてください"),
    Advice.EVEN_LIGHT: N_("顔に影があります。正面から光が当たるようにしてください"),
    Advice.NATURAL_COLOUR: N_("色のついた光を避けてください"),
    Advice.HOLD_STILL: N_("動かないでください"),
    Advice.LESS_NOISE: N_("もう少し明るい場所で撮りましょう"),
    Advice.PLAIN_BACKGROUND: N_("うしろに物や模様が写らないようにしてください"),
    Advice.HIGHER_RESOLUTION: N_("もう少し近づいてください"),
}
READY = N_("よい位置です。ボタンを押すと3秒後に撮影します")

HINTS: Mapping[QrHint, str] = {
    QrHint.NONE: N_("申請書のQRコードをカメラに向けてください"),
    QrHint.COME_CLOSER: N_("申請書をもう少しカメラに近づけてください"),
    QrHint.HOLD_STILL: N_("申請書を動かさないでください"),
    QrHint.TILT_FROM_LIGHT: N_("光が反射しています。申請書を少し傾けてください"),
    QrHint.ONE_CODE_ONLY: N_("QRコードは1つだけ見せてください"),
}
WRONG_CODES: Mapping[FormCodeKind, str] = {
    FormCodeKind.OPAQUE: N_("このQRコードからは番号を読み取れません。印刷された23桁の番号を入力してください"),
    FormCodeKind.SLIP: N_("これは受付票です。申請書のQRコードを見せてください"),
    FormCodeKind.MY_NUMBER: N_(
        "マイナンバーのQRコードのようです。マイナンバーは使いません。申請書のQRコードを見せてください"
    ),
    FormCodeKind.OTHER: N_("申請書のQRコードではありません。申請書の右下にあるQRコードを見せてください"),
}
FORMS: Mapping[FormKind, str] = {
    FormKind.QR: N_("QRコードで読み取り"),
    FormKind.TYPED: N_("番号を入力"),
    FormKind.SEALED_ENVELOPE: N_("封筒のまま提出(中は見ません)"),
    FormKind.NONE: N_("申請書なし(市役所で用意します)"),
}


@dataclass(frozen=True)
class Verdict:
    """`tone`: good, attention or stop – shown by icon and words, never by colour alone."""

    title: str
    text: str
    tone: str


VERDICTS: Mapping[CardVerdict, Verdict] = {
    CardVerdict.VALID: Verdict(N_("電子証明書は期限内です"), N_("カードのICチップを確かめました"), "good"),
    CardVerdict.EXPIRED: Verdict(
        N_("電子証明書の期限が切れています"), N_("更新についてはこのあと職員がご案内します"), "attention"
    ),
    CardVerdict.NOT_YET_VALID: Verdict(
        N_("電子証明書の有効期間がまだ始まっていません"), N_("このまま続けられます。職員が確認します"), "attention"
    ),
    CardVerdict.REVOKED: Verdict(
        N_("電子証明書は失効しています"), N_("このまま続けられます。職員がご案内します"), "attention"
    ),
    CardVerdict.UNTRUSTED: Verdict(
        N_("発行元を確かめられませんでした"),
        N_("このまま続けられます。有効かどうかは市役所で確認します"),
        "attention",
    ),
    CardVerdict.FORGED: Verdict(N_("カードの内容を確かめられませんでした"), N_("職員をお呼びください"), "stop"),
    CardVerdict.NOT_ISSUED: Verdict(
        N_("このカードには電子証明書がありません"), N_("このまま続けられます"), "attention"
    ),
    CardVerdict.LOCKED: Verdict(
        N_("暗証番号がロックされています"),
        N_("ここでは解除できません。解除はお住まいの市区町村の窓口で行います"),
        "attention",
    ),
    CardVerdict.WRONG_PIN: Verdict(
        N_("暗証番号が違います"), N_("もう一度入力するか、入力せずに進んでください"), "attention"
    ),
    CardVerdict.NOT_MY_NUMBER_CARD: Verdict(
        N_("マイナンバーカードではありません"), N_("マイナンバーカードを置いてください"), "stop"
    ),
    CardVerdict.REMOVED: Verdict(
        N_("読み取りの途中でカードが離れました"), N_("カードを置き直して、もう一度押してください"), "stop"
    ),
    CardVerdict.NO_CARD: Verdict(
        N_("カードが見つかりませんでした"), N_("カードを読み取り機の上に置いて、もう一度押してください"), "stop"
    ),
}
REVOCATIONS: Mapping[Revocation, str] = {
    Revocation.GOOD: N_("失効していないことを確認しました"),
    Revocation.REVOKED: N_("失効しています"),
    Revocation.UNCHECKED: N_("失効未確認(失効しているかどうかは、ここでは分かりません)"),
    Revocation.STALE: N_("失効未確認(手元の失効情報が古いため)"),
}

METHODS: Mapping[Method, str] = {
    Method.ONSITE_RECEPTION: N_("出張申請受付(ここで本人確認をしました)"),
    Method.RECEPTION_AT_APPLICATION: N_("申請時来庁方式(申請のときに本人確認をしました)"),
    Method.APPLICATION_SUPPORT: N_("申請サポート(本人確認は受け取りのときに行います)"),
}
DELIVERIES: Mapping[Delivery, str] = {
    Delivery.RESTRICTED_DELIVERY_MAIL: N_("ご自宅に本人限定受取郵便で届きます"),
    Delivery.SIMPLE_REGISTERED_MAIL: N_("ご自宅に簡易書留で届きます"),
    Delivery.RETURN_VISIT: N_("市の職員がもう一度うかがってお渡しします"),
    Delivery.COUNTER: N_("お住まいの市区町村の窓口で受け取ります"),
}
ERAS: Mapping[str, str] = {
    "令和": N_("令和"), "平成": N_("平成"), "昭和": N_("昭和"),
    "大正": N_("大正"), "明治": N_("明治"), "西暦": N_("西暦"),
}  # fmt: skip
"""The eras and the western calendar, as the form's field carries them."""
PERSONS: Mapping[Person, str] = {
    Person.APPLICANT: N_("申請者本人の書類"),
    Person.APPLICANT_UNDER_15: N_("お子さま(申請者)の書類"),
    Person.LEGAL_REPRESENTATIVE: N_("法定代理人の書類"),
}
ROLES: Mapping[AttendantRole, str] = {
    AttendantRole.STAFF: N_("市区町村の職員"),
    AttendantRole.CONTRACTOR: N_("委託事業者"),
    AttendantRole.HELPER: N_("会場の案内"),
}
CLASSES: Mapping[str, str] = {
    "A": N_("A 写真付きの公的な書類"),
    "B": N_("B その他の書類"),
    "T": N_("T 通知カードなど"),
}
CHECKS: Mapping[str, str] = {
    "original": N_("原本"),
    "in_date": N_("期限内"),
    "name_matches": N_("氏名が一致"),
    "birth_or_address_matches": N_("生年月日か住所が一致"),
    "photo_matches": N_("写真が本人"),
}

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
    "qr.library_missing": _INSTALL,
    "qr.scanner_unplugged": N_("QRコードの読み取り機のケーブルを差し直してください"),
    "photo.models_missing": N_("自動チェックはできません。職員が写真を見て判断してください"),
    "photo.library_missing": N_("自動チェックはできません。職員が写真を見て判断してください"),
    "card.checking": N_("カードを確かめています"),
    "card.service_missing": N_("カード読み取りのサービス(pcscd)を起動してください"),
    "card.reader_missing": N_("カード読み取り機のケーブルを差し直してください。カードの確認は省略できます"),
    "card.reader_busy": N_("カード読み取り機を使っているほかのプログラムを閉じてください"),
    "card.library_missing": _INSTALL,
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

REFUSALS: dict[str, str] = {
    "flow.out_of_step": N_("画面が切り替わっていました。もう一度お試しください"),
    "flow.closed": N_("すでに確定しています"),
    "flow.step_open": N_("この画面の入力がまだ終わっていません"),
    "flow.nothing_before": N_("最初の画面です"),
    "consent.notice_changed": N_("説明が新しくなりました。もう一度お読みください"),
    "form_id.my_number": N_("12桁の番号はマイナンバーです。ここには入力しないでください。申請書IDは23桁です"),
    "text.my_number": N_("マイナンバー(12桁)は入力しないでください。どこにも保存していません"),
    "form_id.not_digits": N_("申請書IDは数字だけです"),
    "form_id.length": N_("申請書IDは23桁です。桁数が合いません"),
    "form_id.twice_different": N_("2回の入力が違います。もう一度、用紙を見ながら入力してください"),
    "form.kind_unknown": N_("申請書の渡し方を選んでください"),
    "birth.in_future": N_("これから先の日付です。生年月日をもう一度入力してください"),
    "birth.too_long_ago": N_("生年月日をもう一度確かめてください"),
    "date.unreadable": N_("生年月日を年・月・日で入力してください"),
    "date.impossible": N_("その日付はありません。もう一度確かめてください"),
    "date.before_era": N_("その元号にない年です。元号を確かめてください"),
    "date.past_era": N_("その元号にない年です。元号を確かめてください"),
    "date.before_meiji": N_("生年月日をもう一度確かめてください"),
    "date.unknown_era": N_("元号か西暦を選んでください"),
    "home.unknown": N_("一覧にない市区町村です。もう一度選んでください"),
    "photo.under_way": N_("撮影中です"),
    "photo.no_picture": N_("カメラの映像がありません。職員をお呼びください"),
    "photo.no_file": N_("この写真は使えません。もう一度撮影してください"),
    "photo.nothing_taken": N_("先に撮影してください"),
    "photo.not_accepted": N_("この写真をそのまま使うには、職員の確認が必要です"),
    "card.reading": N_("カードを読んでいます。少しお待ちください"),
    "card.nothing_read": N_("先にカードを読み取ってください"),
    "pin.form": N_("暗証番号は4桁の数字です"),
    "pin.not_now": N_("いまは暗証番号を確かめられません"),
    "pin.last_try": N_("次にまちがえるとロックされます。続けるには確認の欄を選んでください"),
    "review.incomplete": N_("まだ終わっていないところがあります"),
    "review.not_changeable": N_("ここは変更できません"),
    "attendant.too_early": N_("生年月日とお住まいの市区町村が入力されてから記録できます"),
    "attendant.not_municipal_staff": N_("本人確認を記録できるのは市区町村の職員だけです"),
    "attendant.helper": N_("案内の方は受付を完了できません。職員に引き継いでください"),
    "attendant.not_signed_in": N_("サインインしてください"),
    "sign_in.wrong": N_("PINが違います"),
    "sign_in.locked": N_("続けてまちがえたため、しばらくサインインできません。数分後にお試しください"),
    "document.unknown": N_("このルールにない書類です"),
    "document.other_person": N_("この方には必要のない書類です"),
    "document.twice": N_("同じ書類が2回あります"),
    "answer.unknown": N_("この方には尋ねない質問です"),
    "desk.busy": N_("いま別の方が使っています"),
    "desk.nobody_here": N_("いま受付中の方はいません"),
    "desk.not_parked": N_("その番号の中断した受付はありません"),
    "desk.sealing": N_("保存しています。少しお待ちください"),
    "desk.not_sealed": N_("まだ保存されていません"),
    "slip.unknown": N_("その番号の受付票はありません"),
    "slip_number.invalid": N_("受付番号の形が違います。受付票の番号を確かめてください"),
    "slip_number.check_digit": N_("受付番号がまちがっています。受付票の番号を確かめてください"),
    "outbox.disk_low": N_("保存する場所が足りません。内容は消えていません。職員をお呼びください"),
    "outbox.disk_full": N_("保存する場所が足りません。内容は消えていません。職員をお呼びください"),
    "outbox.too_many_unsent": N_("保存する場所が足りません。内容は消えていません。職員をお呼びください"),
    "outbox.fault": N_("保存できませんでした。内容は消えていません。もう一度押すか、職員をお呼びください"),
    "request.csrf": N_("画面が古くなっていました。もう一度お試しください"),
    "request.malformed": N_("入力を読み取れませんでした。もう一度お試しください"),
}
REFUSALS |= {f"form_code.{kind}": text for kind, text in WRONG_CODES.items()}
_REFUSED = N_("いまはできません。職員をお呼びください")


@dataclass(frozen=True)
class Trouble:
    """Why the kiosk cannot serve: what it says to applicants, and what staff do."""

    code: str
    text: str
    action: str


TROUBLES: Mapping[str, tuple[str, str]] = {
    "device.not_enrolled": (
        N_("このキオスクは、まだ市役所に登録されていません"),
        N_("市役所の管理画面で登録コードを発行し、このキオスクを登録してください"),
    ),
    "device.revoked": (
        N_("このキオスクは使えなくなりました"),
        N_("市役所がこのキオスクの登録を終了しました。残っている申請は消さずに、市役所に連絡してください"),
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
    "oldest": N_("長いあいだ送信できていない申請があります"),
    "bundle": N_("訪問の情報が古くなっています。ネットワークにつないで更新してください"),
}


def refusal(code: str) -> str:
    """The sentence for a refusal's code."""
    if code in REFUSALS:
        return REFUSALS[code]
    area = code.partition(".")[0]
    return REFUSALS["outbox.fault"] if area == "outbox" else _REFUSED


def device_action(status: DeviceStatus) -> str | None:
    """What to do about a device; None when it works."""
    if status.usable or status.state is DeviceState.OFF:
        return None
    return _DEVICE_ACTIONS.get(status.code, _DEVICE_DEFAULTS[status.kind])


def trouble(code: str) -> Trouble:
    text, action = TROUBLES.get(code, (N_("いま受付ができません"), N_("職員がキオスクの状態を確かめてください")))
    return Trouble(code, text, action)
