"""Words of the optional questions and of what staff note beside the documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.web.texts import N_
from schemas.answers import Licence
from schemas.circumstances import Domicile
from schemas.rules import NumberPaper, OldCard, Purpose, Residence


@dataclass(frozen=True)
class Tile:
    """A big choice: word of the form, title, one line, picture."""

    word: str
    title: str
    text: str
    icon: str


WHY: tuple[Tile, ...] = (
    Tile("first", N_("はじめて作る"), N_("カードをまだ持っていない方"), "card"),
    Tile("renewal", N_("更新する"), N_("カードや電子証明書の期限が近い方"), "restart"),
    Tile("lost", N_("なくした"), N_("もう一度作る方"), "search"),
    Tile("damaged", N_("こわれた"), N_("読めない・割れた方"), "alert"),
    Tile("moved", N_("引っ越した"), N_("申請書の住所が前のままの方"), "home"),
    Tile("certificate_only", N_("確かめたい"), N_("電子証明書が使えるか知りたい方"), "shield"),
)
SPACE_FULL = N_("カードの追記欄がいっぱいになった")
PURPOSES: Mapping[Purpose, str] = {
    Purpose.FIRST: N_("はじめて作る"),
    Purpose.RENEWAL: N_("更新する"),
    Purpose.SPACE_FULL: N_("追記欄がいっぱい"),
    Purpose.LOST: N_("なくした"),
    Purpose.DAMAGED: N_("こわれた"),
    Purpose.CERTIFICATE_ONLY: N_("電子証明書を確かめる"),
}
LICENCES: Mapping[Licence, str] = {
    Licence.NOT_ASKED: N_("確認していない"),
    Licence.NONE: N_("使っていない"),
    Licence.ON_CARD: N_("使っている"),
}
RESIDENCES: Mapping[Residence, str] = {
    Residence.JAPANESE: N_("日本国籍"),
    Residence.PERMANENT: N_("永住者"),
    Residence.HIGHLY_SKILLED_2: N_("高度専門職2号"),
    Residence.SPECIAL_PERMANENT: N_("特別永住者"),
    Residence.LIMITED: N_("在留期間がある"),
}
WHO: Mapping[str, Tile] = {
    tile.word: tile
    for tile in (
        Tile("alone", N_("本人が来ている"), N_("ふつうはこちらです。"), "person"),
        Tile("parent", N_("親と来ている(いっしょに住んでいる)"), N_("住民票が同じ世帯の親です。"), "home"),
        Tile("parent_apart", N_("親と来ている(別に住んでいる)"), N_("親とわかる書類を職員が確認します。"), "person"),
        Tile("minor_guardian", N_("未成年後見人と来ている"), N_("資格がわかる書類を職員が確認します。"), "shield"),
        Tile(
            "child_alone",
            N_("子どもだけで来ている"),
            N_("申請はできます。受け取りのときに保護者と来てください。"),
            "alert",
        ),
        Tile("adult_guardian", N_("成年後見人と来ている"), N_("登記事項証明書を職員が確認します。"), "shield"),
        Tile("curator", N_("保佐人と来ている"), N_("申請は本人がします。"), "shield"),
        Tile("assistant", N_("補助人と来ている"), N_("申請は本人がします。"), "shield"),
        Tile("voluntary_guardian", N_("任意後見人と来ている"), N_("申請は本人がします。"), "shield"),
        Tile("proxy", N_("代理の人だけが来ている"), N_("郵送はできません。職員がご案内します。"), "alert"),
    )
}
DOMICILES: Mapping[Domicile, str] = {
    Domicile.NOT_ASKED: N_("確認していない"),
    Domicile.HERE: N_("この市区町村にある"),
    Domicile.ELSEWHERE: N_("ほかの市区町村にある"),
    Domicile.UNKNOWN: N_("わからない"),
}
NUMBER_PAPERS: Mapping[NumberPaper, str] = {
    NumberPaper.UNKNOWN: N_("確認していない"),
    NumberPaper.NEVER_HAD: N_("持っていない"),
    NumberPaper.HANDED_IN: N_("受け取った"),
    NumberPaper.NOTICE_SHOWN: N_("個人番号通知書を見た"),
    NumberPaper.KEPT: N_("本人が持っている"),
    NumberPaper.LOST: N_("なくした"),
}
OLD_CARDS: Mapping[OldCard, str] = {
    OldCard.UNKNOWN: N_("確認していない"),
    OldCard.NONE: N_("持っていない"),
    OldCard.HANDED_IN: N_("受け取った"),
    OldCard.KEPT: N_("本人が持っている"),
    OldCard.LOST: N_("なくした"),
}
ANSWER_REFUSALS: Mapping[str, str] = {
    "why.unknown": N_("来た理由を選んでください"),
    "who.unknown": N_("来ている人を選んでください"),
    "residence.unknown": N_("国籍や在留資格を選んでください"),
    "booking.family": N_("ご家族は、同じ受付番号で続けます。予約票はいりません"),
    "booking.other_visit": N_("別の訪問の予約票です。予約なしで進めます。わからないときは、職員を呼んでください"),
    "booking.unknown": N_("その予約番号は見つかりません。番号を確かめるか、予約なしで進んでください"),
    "booking.other_day": N_("別の日の予約です。予約なしで進めます。職員に言うと、きょうの受付にできます"),
    "booking.used": N_("その予約番号は、もう受付に使われています。予約なしで進めます。職員に番号を見せてください"),
    "printed.unlikely": N_("カードの期限ではない日付です。生年月日の横の「まで有効」の日付を入れてください"),
    "domicile.unknown": N_("本籍のある市区町村を選んでください"),
    "proxy.reason_unknown": N_("受け取れない理由を選んでください"),
    "express.unknown": N_("急ぐ理由を選んでください"),
    "express.no_day": N_("その日付を入力してください"),
    "express.in_future": N_("まだ来ていない日付です。日付を確かめてください"),
    "express.hidden": N_("特急発行のカードは郵便で届くため、いまの受け取り方では選べません"),
    "family.over": N_("前の方の画面が終わっています。最初から始めてください"),
    "family.too_many": N_("1つの番号で続けられるのは20人までです。新しい番号で始めてください"),
    "wishes.delivery_unknown": N_("その受け取り方は選べません"),
    "contact.phone": N_("電話番号を0から始まる10桁か11桁で入力してください"),
    "contact.mail": N_("メールアドレスの形が違います。@の前と後を確かめてください"),
    "papers.invalid": N_("用紙の番号は英数字だけです。暗証番号は書かないでください"),
    "papers.no_pin_request": N_(
        "顔認証マイナンバーカードに、暗証番号設定依頼書はいりません。用紙を返して、番号を消してください"
    ),
    "override.second_person": N_("もう1人の市区町村の職員のPINが必要です"),
    "override.same": N_("選んだ受け取り方は、いまの判定と同じです"),
    "override.no_documents": N_("本人確認書類を見ないで、郵送にはできません"),
    "override.no_reason": N_("理由を書いてください"),
}
