"""How moments, dates and figures are written on the console: Japan's time, 和暦 beside the western year."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time

from backoffice.kit.rows import COUNTED
from schemas.dates import ERAS, to_wareki
from schemas.errors import IdentifierInvalid
from schemas.language import Language

JST: Final = ZoneInfo("Asia/Tokyo")
_MOMENT = {Language.JA: "y年M月d日(E) HH:mm", Language.EN: "d MMM y, HH:mm"}
_SHORT = {Language.JA: "M/d(E) HH:mm", Language.EN: "d MMM HH:mm"}
_DAY = {Language.JA: "y年M月d日", Language.EN: "d MMM y"}


def _locale(language: Language) -> str:
    return language.split("-")[0]


def moment(at: datetime, language: Language) -> str:
    """`2026年7月10日(金) 09:30`"""
    return format_datetime(at, _MOMENT.get(language, _MOMENT[Language.JA]), tzinfo=JST, locale=_locale(language))


def short_moment(at: datetime, language: Language) -> str:
    """`7/10(金) 09:30`, for lists"""
    return format_datetime(at, _SHORT.get(language, _SHORT[Language.JA]), tzinfo=JST, locale=_locale(language))


def today(at: datetime, language: Language) -> str:
    """`2026年7月10日(令和8年)金曜日`: the day of a moment in Japan"""
    local = at.astimezone(JST).date()
    weekday = format_date(local, "EEEE", locale=_locale(language))
    return f"{weekday}, {day(local, language)}" if language is Language.EN else f"{day(local, language)} {weekday}"


def clock(at: datetime, language: Language) -> str:
    """`09:30:15`"""
    return format_time(at, "HH:mm:ss", tzinfo=JST, locale=_locale(language))


@lru_cache(maxsize=4096)  # lists of visits name the same days again and again
def day(value: date, language: Language) -> str:
    """`1988年4月12日(昭和63年)`, in English `12 Apr 1988 (Showa 63)`"""
    written = format_date(value, _DAY.get(language, _DAY[Language.JA]), locale=_locale(language))
    try:
        era = to_wareki(value)
    except IdentifierInvalid:
        return written
    if language is Language.EN:
        romaji = next(romaji for name, _letter, romaji, _start in ERAS if name == era.era)
        return f"{written} ({romaji} {era.year})"
    return f"{written}({era.era}{'元' if era.year == 1 else era.year}年)"


def weekday(value: date, language: Language) -> str:
    """`14日(火)`, `Tue 14`"""
    return format_date(value, "EEE d" if language is Language.EN else "d日(E)", locale=_locale(language))


def span(length: timedelta) -> str:
    """`+00:01:30`, with sign, hours, minutes, seconds"""
    seconds = round(abs(length.total_seconds()))
    sign = "-" if length < timedelta(0) else "+"
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def counted(number: int) -> str:
    """`9,876`; from ten thousand on `10,000+`: lists count no further."""
    return f"{number:,}" if number < COUNTED else f"{COUNTED:,}+"


def browser(agent: str) -> str:
    """`Chrome – Windows` out of a User-Agent line; the line itself when it says neither."""
    names = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (
        ("Windows", "Windows"), ("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Mac OS", "Mac"),
        ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    )  # fmt: skip
    name = next((name for mark, name in names if mark in agent), "")
    system = next((system for mark, system in systems if mark in agent), "")
    return " – ".join(part for part in (name, system) if part) or agent or "?"
