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
_GROUPS: Final = frozenset({MemberSort.RELATION, MemberSort.UNIT})
Place = tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """By a column, among equal ones by id, in units and relations by name; `down`: backwards."""

    by: MemberSort = MemberSort.NAME
    down: bool = False

    def columns(self) -> list[ColumnElement[Any]]:
        return [column.desc() if self.down else column for column in self._columns()]

    def beyond(self, place: Place) -> ColumnElement[bool]:
        """As a row comparison, so that the database starts in the index at the place."""
        here = tuple_(*self._columns())
        return here < place if self.down else here > place

    def place(self, member: Member) -> Place:
        return (*(str(getattr(member, name)) for name in self._names()), member.id)

    def read(self, text: str) -> Place | None:
        """A place out of an address: only its first part may have spaces in it. None for any other text."""
        pieces = tuple(text.rsplit(" ", len(self._names())))
        return pieces if len(pieces) == len(self._names()) + 1 and pieces[-1] else None

    def _names(self) -> tuple[str, ...]:
        return (_FIELDS[self.by], "name_key") if self.by in _GROUPS else (_FIELDS[self.by],)

    def _columns(self) -> list[Any]:
        """As they stand in the database: a value of an address need not be a known one."""
        return [*(type_coerce(col(getattr(Member, name)), String) for name in self._names()), col(Member.id)]
