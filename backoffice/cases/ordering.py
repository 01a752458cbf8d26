"""The orders of the case list: each walks an index of its own, and pages begin at a key in it, never at an offset.

Besides the moment of receipt a list is ordered by visit (in the order they were planned), state, method, slip number,
form id or card; among equal ones by receipt. Both directions walk the same index. Cases without a form id, or whose
card nobody looked at, stand together: behind the others going up, before them going down. They are a part of their own,
because no row comparison finds a NULL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, String, literal, tuple_, type_coerce
from sqlmodel import col

from backoffice.cases.models import Case
from backoffice.kit.columns import UtcDateTime


class Sort(StrEnum):
    """What a list is ordered by."""

    RECEIVED = "received"
    VISIT = "visit"
    STATE = "state"
    METHOD = "method"
    SLIP = "slip"
    FORM = "form"
    CARD = "card"


_MAYBE_NONE: Final[Mapping[Sort, Any]] = {Sort.FORM: Case.form_id, Sort.CARD: Case.card_verdict}


@dataclass(frozen=True)
class Key:
    """A place in a list: the next page begins after it. `value`: of the column the list is ordered by, if another."""

    received_at: datetime
    id: str
    value: str = ""


def key_of(case: Case, sort: Sort) -> Key:
    values = {
        Sort.VISIT: case.visit_id, Sort.STATE: case.state, Sort.METHOD: case.method, Sort.SLIP: case.slip,
        Sort.FORM: case.form_id, Sort.CARD: case.card_verdict,
    }  # fmt: skip
    return Key(case.received_at, case.id, str(values.get(sort) or ""))


@dataclass(frozen=True)
class Part:
    """A part of a list: what is in it, and from where on."""

    where: tuple[ColumnElement[bool], ...] = ()


def parts(sort: Sort, *, oldest_first: bool, after: Key | None) -> list[Part]:
    """What a list consists of, one after the other, from a place on."""
    if sort not in _MAYBE_NONE:
        begins = beyond(after, sort, oldest_first=oldest_first) if after is not None else None
        return [Part((begins,) if begins is not None else ())]
    column = col(_MAYBE_NONE[sort])
    valued, none = Part((column.is_not(None),)), Part((column.is_(None),))
    if after is None:
        return [valued, none] if oldest_first else [none, valued]
    if after.value:
        begins = beyond(after, sort, oldest_first=oldest_first)
        rest = Part((*valued.where, begins)) if begins is not None else valued
        return [rest, none] if oldest_first else [rest]
    begins = beyond(after, Sort.RECEIVED, oldest_first=oldest_first)
    rest = Part((*none.where, begins)) if begins is not None else none
    return [rest] if oldest_first else [rest, valued]


def order(sort: Sort, *, oldest_first: bool) -> list[ColumnElement[Any]]:
    return [column if oldest_first else column.desc() for column in _columns(sort)]


def beyond(key: Key, sort: Sort, *, oldest_first: bool) -> ColumnElement[bool] | None:
    """As a row comparison, so that the database starts in the index at the place instead of reading up to it. None when
    the place belongs to a list in another order."""
    if bool(key.value) is (sort is Sort.RECEIVED):
        return None
    place = tuple_(*_columns(sort))
    value = [literal(key.value, String)] if key.value else []
    after = tuple_(*value, literal(key.received_at, UtcDateTime()), literal(key.id))
    return place > after if oldest_first else place < after


def _columns(sort: Sort) -> list[Any]:
    """The columns of the index, as they stand in the database: a value of an address need not be a known one."""
    by: dict[Sort, Any] = {
        Sort.VISIT: Case.visit_id,
        Sort.STATE: Case.state,
        Sort.METHOD: Case.method,
        Sort.SLIP: Case.slip,
        **_MAYBE_NONE,
    }
    first = [type_coerce(col(by[sort]), String)] if sort in by else []
    return [*first, col(Case.received_at), col(Case.id)]
