"""Words of the intake: steps, card verdicts, methods, documents, roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.flow import Step
from kiosk.web.texts import N_
from schemas.card import CardVerdict, Revocation
from schemas.rules import Certifier, Delivery, Method, Person
from schemas.visit import AttendantRole

STEPS: Mapping[Step, str] = {
    Step.CONSENT: N_("説明と同意"),
    Step.BOOKING: N_("予約"),
    Step.WHY: N_("来た理由"),
    Step.FORM: N_("申請書"),
    Step.CARD: N_("いまのカード"),
    Step.HOLDER: N_("カードの氏名"),
    Step.LICENCE: N_("マイナ免許証"),
    Step.BIRTH: N_("生年月日"),
    Step.HOME: N_("お住まいの市区町村"),
    Step.RESIDENCE: N_("国籍・在留資格"),
    Step.WHO: N_("来ている人"),
    Step.DOMICILE: N_("本籍"),
    Step.PROXY: N_("受け取る人"),
    Step.WISHES: N_("希望"),
    Step.CONTACT: N_("連絡先"),
    Step.PHOTO: N_("顔写真"),
    Step.ATTENDANT: N_("職員の確認"),
    Step.REVIEW: N_("内容の確認"),
    Step.SEALING: N_("保存"),
    Step.SEALED: N_("完了"),
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
NOT_HOME = N_("自宅に送られると困る(職員と相談)")
AS_OFFICE_DECIDES = N_("市区町村にまかせる")
ASK_STAFF = N_("受け取り方は、職員と相談して決めます")
DELIVERY_NAMES: Mapping[Delivery, str] = {
    Delivery.RESTRICTED_DELIVERY_MAIL: N_("自宅で(本人限定受取郵便)"),
    Delivery.SIMPLE_REGISTERED_MAIL: N_("自宅で(簡易書留)"),
    Delivery.RETURN_VISIT: N_("ここで(職員がもう一度来ます)"),
    Delivery.COUNTER: N_("市区町村の窓口で"),
}
ERAS: Mapping[str, str] = {
    "令和": N_("令和"), "平成": N_("平成"), "昭和": N_("昭和"),
    "大正": N_("大正"), "明治": N_("明治"), "西暦": N_("西暦"),
}  # fmt: skip
"""The eras and the western calendar, as the form's field carries them."""
LAST: Mapping[str, int] = {
    "year": 9999, "month": 12, "day": 31, "令和": 99, "平成": 31, "昭和": 64, "大正": 15, "明治": 45, "西暦": 9999,
}  # fmt: skip
"""The largest number a part of a date can have, by part or era: a key after which none can follow leads on."""
PERSONS: Mapping[Person, str] = {
    Person.APPLICANT: N_("申請者本人の書類"),
    Person.APPLICANT_UNDER_15: N_("お子さま(申請者)の書類"),
    Person.ADULT_WARD: N_("成年被後見人(申請者)の書類"),
    Person.LEGAL_REPRESENTATIVE: N_("法定代理人の書類"),
    Person.PROXY: N_("代理の方の書類"),
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
    "P": N_("P 代理の資格を示す書類"),
}
CHECKS: Mapping[str, str] = {
    "original": N_("原本"),
    "in_date": N_("期限内"),
    "name_matches": N_("氏名が一致"),
    "name_explained": N_("氏名の違いは説明済み(旧氏・通称など)"),
    "birth_matches": N_("生年月日が一致"),
    "address_matches": N_("住所が一致"),
    "photo_matches": N_("写真が本人"),
}
CERTIFIERS: Mapping[Certifier, str] = {
    Certifier.FACILITY_HEAD: N_("病院・施設の長"),
    Certifier.CARE_MANAGER: N_("ケアマネジャーと事業者の長"),
    Certifier.PUBLIC_SUPPORT: N_("公的支援機関の職員と長"),
    Certifier.LEGAL_REPRESENTATIVE: N_("法定代理人"),
}
"""Who signed a certified photo statement."""
