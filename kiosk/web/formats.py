"""Dates for people: the Japanese calendar and the western year, always both."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from schemas.dates import ERAS, to_wareki
from schemas.language import Language

JST = ZoneInfo("Asia/Tokyo")
_ROMAJI = {name: romaji for name, _letter, romaji, _start in ERAS}
_HANGUL = {"令和": "레이와", "平成": "헤이세이", "昭和": "쇼와", "大正": "다이쇼", "明治": "메이지"}
_BABEL = {
    Language.JA: "ja", Language.JA_EASY: "ja", Language.EN: "en", Language.ZH: "zh_Hans",
    Language.KO: "ko", Language.ES: "es", Language.PT: "pt",
}  # fmt: skip


def both_calendars(day: date, language: Language) -> str:
    """`平成2年4月1日(1990年)`; in other languages `April 1, 1990 (Heisei 2)`."""
    wareki = to_wareki(day)
    if language in (Language.JA, Language.JA_EASY):
        return f"{wareki}({day.year}年)"
    written = format_date(day, format="long", locale=_BABEL[language])
    if language is Language.ZH:
        return f"{written}（{wareki.era}{wareki.year}年）"
    if language is Language.KO:
        return f"{written}({_HANGUL[wareki.era]} {wareki.year}년)"
    return f"{written} ({_ROMAJI[wareki.era]} {wareki.year})"


def clock_of(moment: datetime) -> str:
    """Hours and minutes in Japan."""
    return f"{moment.astimezone(JST):%H:%M}"


def day_of(moment: datetime) -> date:
    return moment.astimezone(JST).date()
