"""Names of a rule file's tables and single settings on the console."""

from __future__ import annotations

from typing import Final

from backoffice.web.language import mark

TABLES: Final = {
    "": mark("全体の設定"), "documents": mark("本人確認書類"), "combinations": mark("書類の組合せ"),
    "conditions": mark("郵送のための質問"), "barriers": mark("郵送できない事情"), "proofs": mark("代理を示す書類"),
    "things": mark("持ってくるもの"), "advices": mark("お知らせ"), "fees": mark("手数料"), "ages": mark("年齢"),
    "windows": mark("期間"), "validities": mark("有効期間"), "proxy_reasons": mark("代理受け取りの理由"),
    "special_photos": mark("写真の特別な事情"), "phones": mark("電話番号"), "texts": mark("文章"),
    "home_municipalities": mark("ほかの市区町村"),
}  # fmt: skip
SETTINGS: Final = {
    "method": mark("申請方式"), "delivery": mark("受け取り方法"), "other_deliveries": mark("ほかの受け取り方法"),
    "fallback_delivery": mark("本人確認できないときの受け取り方法"),
    "accepts_other_municipalities": mark("ほかの市区町村の人を受け付ける"),
    "representative_below_age": mark("法定代理人が要る年齢"), "photo_from_age": mark("写真が要る年齢"),
    "age_counts_on": mark("年齢を数える日"), "explained_names_count": mark("旧氏・通称の扱い"),
    "form": mark("交付申請書の扱い"), "photo": mark("写真の決まり"), "express": mark("特急発行"),
    "chip_attributes": mark("ICチップの氏名と生年月日を読む"),
    "office": mark("事務所の決まり(二人の確認・保存期間)"),
}  # fmt: skip
