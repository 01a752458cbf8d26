"""The sentences of the reasons and notices that every rule set has. All others stand in the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemas.language import Wording
from schemas.rules.terms import Person


def _w(ja: str, en: str) -> Wording:
    return Wording(ja=ja, en=en)


REASONS: Final[Mapping[str, Wording]] = {
    "residence.here": _w("この市区町村にお住まいです", "Lives in this municipality"),
    "residence.elsewhere_accepted": _w(
        "ほかの市区町村にお住まいです(受け付けできます)", "Lives in another municipality (accepted here)"
    ),
    "residence.elsewhere": _w(
        "ほかの市区町村にお住まいのため、申請のお手伝いをします。受け取りはお住まいの市区町村の窓口です",
        "Lives in another municipality: we help with the application; the card is collected there",
    ),
    "residence.elsewhere_no_post": _w(
        "お住まいの市区町村が郵送に対応していないため、受け取りはお住まいの市区町村の窓口です",
        "The home municipality does not post cards: the card is collected at its counter",
    ),
    "identity.no_checker": _w(
        "本人確認ができる市区町村の職員がいません", "No municipal staff here who may check identity"
    ),
    "presence.applicant_absent": _w(
        "ご本人がいらっしゃらないため、本人確認は受け取りのときに行います",
        "The applicant is not present, so identity is checked when the card is collected",
    ),
    "presence.representative_absent": _w(
        "法定代理人がいっしょにいらっしゃらないため、本人確認は受け取りのときに行います",
        "The legal representative is not present, so identity is checked when the card is collected",
    ),
    "presence.support_only": _w(
        "ここでは申請のお手伝いをします。本人確認は受け取りのときに行います",
        "We help with the application here; identity is checked when the card is collected",
    ),
    "delivery.wish_counter": _w("ご希望により、窓口で受け取ります", "Collected at the counter, as wished"),
    "delivery.ask_staff": _w(
        "受け取り方は、職員がご相談のうえ決めます", "Staff will settle with you how you receive the card"
    ),
    "proxy.reason_accepted": _w(
        "代理の方が受け取れる理由にあたります", "The reason allows someone else to collect the card"
    ),
    "proxy.reason_missing": _w(
        "代理の方が受け取れる理由の確認が必要です", "A reason that allows someone else to collect is needed"
    ),
    "express.eligible": _w("特急発行(原則1週間)の対象です", "Entitled to express issue (one week in principle)"),
    "form.not_accepted": _w("この申請書は、ここでは受け付けできません", "This application form cannot be taken here"),
}
INCOMPLETE: Final[Mapping[Person, Wording]] = {
    Person.APPLICANT: _w("本人確認書類が足りません", "Identity documents are incomplete"),
    Person.APPLICANT_UNDER_15: _w(
        "お子さまの本人確認書類が足りません", "The child's identity documents are incomplete"
    ),
    Person.ADULT_WARD: _w(
        "成年被後見人ご本人の本人確認書類が足りません", "The adult ward's identity documents are incomplete"
    ),
    Person.LEGAL_REPRESENTATIVE: _w(
        "法定代理人の本人確認書類が足りません", "The legal representative's identity documents are incomplete"
    ),
    Person.PROXY: _w("代理の方の本人確認書類が足りません", "The proxy's identity documents are incomplete"),
}
NOTICES: Final[Mapping[str, Wording]] = {
    "rules.not_in_force": _w(
        "この受付ルールは、まだ(または、もう)使われない日付のものです", "These rules do not hold on this day"
    ),
    "delivery.wish_not_offered": _w(
        "ご希望の受け取り方は、ここでは選べません", "The delivery you wish is not offered here"
    ),
    "express.not_here": _w(
        "特急発行の対象です。ここでは受け付けていないため、市区町村の窓口で申請してください",
        "You are entitled to express issue. It is not taken here: please apply at the municipal counter",
    ),
    "express.too_late": _w(
        "特急発行の期限を過ぎているため、通常の発行になります",
        "The time limit for express issue has passed; the card is issued the usual way",
    ),
    "express.not_entitled": _w(
        "特急発行の対象ではないため、通常の発行になります",
        "Not entitled to express issue; the card is issued the usual way",
    ),
    "form.correct_by_hand": _w(
        "引っ越し前の申請書です。二重線で直してお使いください",
        "The form is from before your move: please strike through and correct by hand",
    ),
    "form.may_be_used": _w(
        "引っ越し前の申請書も、そのまま使えます", "The form from before your move may be used as it is"
    ),
    "form.reissue": _w(
        "引っ越し前の申請書は使えません。新しい申請書をお渡しします(無料)",
        "The form from before your move cannot be used. A new one is given free of charge",
    ),
    "form.none": _w(
        "申請書がない方には、住民票のある市区町村で無料で再発行します",
        "Without a form: the home municipality gives a new one free of charge",
    ),
    "photo.none_needed": _w("この年齢の方のカードには、顔写真が入りません", "The card carries no photo at this age"),
    "certificate.no_signature": _w(
        "署名用電子証明書は、原則として発行されません", "No signature certificate is issued, as a rule"
    ),
}
