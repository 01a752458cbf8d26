"""Which column means what, guessed from its heading, and one row as a person – or what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backoffice.rosters.names import folded, graphemes_fit
from backoffice.web.language import mark
from schemas.ids import contains_my_number


class Column(StrEnum):
    """What a roster may tell of a person. Birth months serve bookings without an account; days are never asked."""

    NUMBER = "number"
    NAME = "name"
    KANA = "kana"
    UNIT = "unit"
    RELATION = "relation"
    BIRTH_MONTH = "birth_month"
    FORMER_NAME = "former_name"
    ALIAS = "alias"


class Relation(StrEnum):
    """組合員 (the employee), 被扶養者 (family insured with them), その他."""

    MEMBER = "member"
    DEPENDANT = "dependant"
    OTHER = "other"


NAMES: Final[Mapping[Column, str]] = {
    Column.NUMBER: mark("職員番号"), Column.NAME: mark("氏名"), Column.KANA: mark("フリガナ"),
    Column.UNIT: mark("所属"), Column.RELATION: mark("区分"), Column.BIRTH_MONTH: mark("誕生月"),
    Column.FORMER_NAME: mark("旧氏"), Column.ALIAS: mark("通称"),
}  # fmt: skip
REQUIRED: Final = (Column.NUMBER, Column.NAME)
_HEADINGS: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.NUMBER: ("職員番号", "社員番号", "組合員番号", "職員コード", "番号", "id", "no", "employeenumber"),
    Column.NAME: ("氏名", "名前", "職員氏名", "姓名", "name", "fullname"),
    Column.KANA: ("フリガナ", "ふりがな", "カナ", "かな", "氏名カナ", "カナ氏名", "kana"),
    Column.UNIT: ("所属", "所属名", "部署", "署所", "課", "unit", "department"),
    Column.RELATION: ("区分", "続柄", "組合員区分", "本人家族区分", "relation"),
    Column.BIRTH_MONTH: ("誕生月", "生まれ月", "生年月日", "birthmonth", "birthday", "dateofbirth"),
    Column.FORMER_NAME: ("旧氏", "旧姓", "formername"),
    Column.ALIAS: ("通称", "通称名", "alias"),
}
_RELATIONS: Final[Mapping[str, Relation]] = {
    **dict.fromkeys(("", "組合員", "本人", "職員", "member"), Relation.MEMBER),
    **dict.fromkeys(
        ("被扶養者", "扶養", "家族", "配偶者", "妻", "夫", "子", "父", "母", "dependant", "dependent"),
        Relation.DEPENDANT,
    ),
    **dict.fromkeys(("その他", "会計年度任用職員", "派遣", "other"), Relation.OTHER),
}
_MY_NUMBER: Final = 12  # figures; a shorter cell holds none
_MONTH: Final = re.compile(r"(?:\D*\d{4}\D)?(\d{1,2})(?:月|\D\d{1,2}\D*)?", re.ASCII)
_WAREKI_MONTH: Final = re.compile(r"[MTSHR明大昭平令]\D{0,2}(?:\d{1,2}|元)\D(\d{1,2})\D\d{1,2}\D?", re.ASCII)
Columns = Mapping[Column, int]


@dataclass(frozen=True)
class Person:
    """One row of a roster, as it is kept."""

    number: str
    name: str
    kana: str = ""
    unit: str = ""
    relation: Relation = Relation.MEMBER
    birth_month: int | None = None
    former_name: str = ""
    alias: str = ""

    @property
    def search(self) -> str:
        """Every way to be found, in one key."""
        texts = (self.name, self.kana, self.former_name, self.alias, self.number)
        return " ".join(dict.fromkeys(key for key in map(folded, texts) if key))[:400]


class RowWrong(Exception):
    """`column` of the row cannot be taken; `code` says why."""

    def __init__(self, column: Column, code: str) -> None:
        super().__init__(f"{column}: {code}")
        self.column, self.code = column, code


WRONG: Final[Mapping[str, str]] = {
    "missing": mark("空欄です"),
    "my_number": mark("マイナンバー(12桁)のようです。取り込みません"),
    "too_long": mark("長すぎます"),
    "relation_unknown": mark("区分は、組合員・被扶養者・その他のどれかです"),
    "month_unreadable": mark("誕生月を読み取れません(1〜12)"),
    "twice": mark("同じ人がファイルに2回あります"),
}


def guessed(headings: Sequence[str]) -> dict[Column, int]:
    """The columns whose heading says what they are: exact headings first, then headings that begin like one."""
    plain = [re.sub(r"[\s_()()・.]", "", unicodedata.normalize("NFKC", heading)).casefold() for heading in headings]
    found: dict[Column, int] = {}
    for exactly in (True, False):
        for column, known in _HEADINGS.items():
            hits = [
                at
                for at, heading in enumerate(plain)
                if heading in known or (not exactly and heading.startswith(known))
            ]
            free = [at for at in hits if at not in found.values()]
            if column not in found and free:
                found[column] = free[0]
    return found


def person_of(row: Sequence[str], columns: Columns) -> Person:
    """The person a row tells of. Raises `RowWrong`."""

    told = {column: row[at].strip() for column, at in columns.items() if at < len(row)}

    def cell(column: Column) -> str:
        return told.get(column, "")

    for column, text in told.items():
        if len(text) >= _MY_NUMBER and contains_my_number(text):
            raise RowWrong(column, "my_number")
    for column in REQUIRED:
        if not cell(column):
            raise RowWrong(column, "missing")
    for column in (Column.NAME, Column.KANA, Column.FORMER_NAME, Column.ALIAS, Column.UNIT):
        if not graphemes_fit(cell(column), 80):
            raise RowWrong(column, "too_long")
    number = unicodedata.normalize("NFKC", cell(Column.NUMBER))
    if len(number) > 40:
        raise RowWrong(Column.NUMBER, "too_long")
    return Person(
        number, cell(Column.NAME), cell(Column.KANA), cell(Column.UNIT), _relation(cell(Column.RELATION)),
        _month(cell(Column.BIRTH_MONTH)), cell(Column.FORMER_NAME), cell(Column.ALIAS),
    )  # fmt: skip


def _relation(text: str) -> Relation:
    known = _RELATIONS.get(unicodedata.normalize("NFKC", text).casefold())
    if known is None:
        raise RowWrong(Column.RELATION, "relation_unknown")
    return known


def _month(text: str) -> int | None:
    """A month alone (4, 4月), or the month of a date (1990-04-01, 1990/4/1, H2.4.1); nothing else of it is kept."""
    plain = unicodedata.normalize("NFKC", text)
    if not plain:
        return None
    found = _MONTH.fullmatch(plain) or _WAREKI_MONTH.fullmatch(plain)
    if found is None or not 1 <= int(found[1]) <= 12:
        raise RowWrong(Column.BIRTH_MONTH, "month_unreadable")
    return int(found[1])
