"""The orders of the roster: each walks an index of its own in both directions, and pages begin at a key in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, String, tuple_, type_coerce
from sqlmodel import col

from backoffice.rosters.models import Member


class MemberSort(StrEnum):
    """What the roster is ordered by: its columns."""

    NUMBER = "number"
    NAME = "name"
    KANA = "kana"
    RELATION = "relation"
    UNIT = "unit"


_FIELDS: Final[Mapping[MemberSort, str]] = {
    MemberSort.NUMBER: "number", MemberSort.NAME: "name_key", MemberSort.KANA: "kana",
    MemberSort.RELATION: "relation", MemberSort.UNIT: "unit_name",
}  # fmt: skip
Place = tuple[str, str]


@dataclass(frozen=True)
class Order:
    """By a column, among equal ones by id; `down`: backwards."""

    by: MemberSort = MemberSort.NAME
    down: bool = False

    def columns(self) -> list[ColumnElement[Any]]:
        return [column.desc() if self.down else column for column in self._columns()]

    def beyond(self, place: Place) -> ColumnElement[bool]:
        """As a row comparison, so that the database starts in the index at the place."""
        here = tuple_(*self._columns())
        return here < place if self.down else here > place

    def place(self, member: Member) -> Place:
        return str(getattr(member, _FIELDS[self.by])), member.id

    def _columns(self) -> list[Any]:
        """As it stands in the database: a value of an address need not be a known one."""
        return [type_coerce(col(getattr(Member, _FIELDS[self.by])), String), col(Member.id)]
