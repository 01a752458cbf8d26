"""Dates for people: the Japanese calendar and the western year, always both."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from kiosk.web.furigana import Furigana
from schemas.dates import ERAS, Wareki, to_wareki
from schemas.language import Language

JST = ZoneInfo("Asia/Tokyo")
_ROMAJI = {name: romaji for name, _letter, romaji, _start in ERAS}
_HANGUL = {"令和": "레이와", "平成": "헤이세이", "昭和": "쇼와", "大正": "다이쇼", "明治": "메이지"}
_KANA = {"令和": "れいわ", "平成": "へいせい", "昭和": "しょうわ", "大正": "たいしょう", "明治": "めいじ"}
_DAYS = {
    1: "ついたち", 2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか", 8: "ようか",
    9: "ここのか", 10: "とおか", 14: "じゅうよっか", 20: "はつか", 24: "にじゅうよっか",
}  # fmt: skip
_BABEL = {
    Language.JA: "ja", Language.JA_EASY: "ja", Language.EN: "en", Language.ZH: "zh_Hans",
    Language.KO: "ko", Language.ES: "es", Language.PT: "pt",
}  # fmt: skip


def both_calendars(day: date, language: Language) -> str:
    """`平成2年4月1日(1990年)`; in other languages `April 1, 1990 (Heisei 2)`."""
    wareki = to_wareki(day)
    if language is Language.JA:
        return f"{wareki}({day.year}年)"
    if language is Language.JA_EASY:
        return _with_readings(wareki, day.year)
    written = format_date(day, format="long", locale=_BABEL[language])
    if language is Language.ZH:
        return f"{written}（{wareki.era}{wareki.year}年）"
    if language is Language.KO:
        return f"{written}({_HANGUL[wareki.era]} {wareki.year}년)"
    return f"{written} ({_ROMAJI[wareki.era]} {wareki.year})"


def _with_readings(day: Wareki, western: int) -> Furigana:
    """As in Japanese; the days that are not read ~にち have their own reading."""
    year = "{元年|がんねん}" if day.year == 1 else f"{day.year}{{年|ねん}}"
    days = f"{{{day.day}日|{_DAYS[day.day]}}}" if day.day in _DAYS else f"{day.day}{{日|にち}}"
    return Furigana(f"{{{day.era}|{_KANA[day.era]}}}{year}{day.month}{{月|がつ}}{days}({western}{{年|ねん}})")


def clock_of(moment: datetime) -> str:
    """Hours and minutes in Japan."""
    return f"{moment.astimezone(JST):%H:%M}"


def day_of(moment: datetime) -> date:
    return moment.astimezone(JST).date()
