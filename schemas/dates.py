"""Dates of the domain: 和暦, age, birthdays, all on plain `date` values.

Sources: 元号 start days are law; age is reached at the end of the day before the birthday (年齢計算ニ関スル法律),
which on dates means: on the birthday one has the new age. 29 February counts as 1 March in other years here;
offices differ, so the choice has one place.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap
from dataclasses import dataclass
from datetime import date

from schemas.errors import IdentifierInvalid

ERAS: tuple[tuple[str, str, str, date], ...] = (
    ("令和", "R", "Reiwa", date(2019, 5, 1)),
    ("平成", "H", "Heisei", date(1989, 1, 8)),
    ("昭和", "S", "Showa", date(1926, 12, 25)),
    ("大正", "T", "Taisho", date(1912, 7, 30)),
    ("明治", "M", "Meiji", date(1868, 1, 25)),
)
_WAREKI = re.compile(r"(令和|平成|昭和|大正|明治|[RHSTM])(元|\d{1,2})[年./-]?(\d{1,2})[月./-]?(\d{1,2})日?")
_WESTERN = re.compile(r"(\d{4})[年./-]?(\d{1,2})[月./-]?(\d{1,2})日?")


@dataclass(frozen=True)
class Wareki:
    """A date in the Japanese calendar; `year` 1 is written 元年."""

    era: str
    year: int
    month: int
    day: int

    def __str__(self) -> str:
        year = "元" if self.year == 1 else str(self.year)
        return f"{self.era}{year}年{self.month}月{self.day}日"


def to_wareki(day: date) -> Wareki:
    """The Japanese calendar date of a day from 1868-01-25 on; `IdentifierInvalid` before that."""
    for name, _letter, _romaji, start in ERAS:
        if day >= start:
            return Wareki(name, day.year - start.year + 1, day.month, day.day)
    raise IdentifierInvalid("date.before_meiji", "no era before 明治")


def from_wareki(era: str, year: int, month: int, day: int) -> date:
    """The date of an era year. An era year past the era's end (平成32年) is accepted as people write it."""
    for name, letter, _romaji, start in ERAS:
        if era in (name, letter):
            found = _day(start.year + year - 1, month, day)
            if year < 1 or found < start:
                raise IdentifierInvalid("date.before_era", f"{era} had not begun")
            return found
    raise IdentifierInvalid("date.unknown_era", "unknown era")


def parse_date(text: str) -> date:
    """A date written as 1990-04-01, 1990年4月1日, 19900401, 平成2年4月1日, H2.4.1, full-width or not."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if found := _WAREKI.fullmatch(plain):
        year = 1 if found[2] == "元" else int(found[2])
        return from_wareki(found[1], year, int(found[3]), int(found[4]))
    if found := _WESTERN.fullmatch(plain):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    raise IdentifierInvalid("date.unreadable", "not a date")


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise IdentifierInvalid("date.impossible", str(error)) from error


def birthday_in(year: int, born: date) -> date:
    """The birthday in a year; 29 February counts as 1 March when the year has none."""
    if (born.month, born.day) == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return born.replace(year=year)


def age_on(born: date, day: date) -> int:
    """Full years on a day. Raises `IdentifierInvalid` for a birth date after that day."""
    if born > day:
        raise IdentifierInvalid("date.in_future", "born after the given day")
    return day.year - born.year - (day < birthday_in(day.year, born))


def nth_birthday_after(issued: date, born: date, n: int) -> date:
    """The n-th birthday strictly after the day of issue: the validity rule of card and certificates."""
    first = issued.year if birthday_in(issued.year, born) > issued else issued.year + 1
    return birthday_in(first + n - 1, born)
