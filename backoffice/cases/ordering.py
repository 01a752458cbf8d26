"""The orders of the case list: each walks an index of its own, and pages begin at a key in it, never at an offset.

Besides the moment of receipt a list is ordered by visit (in the order they were planned), state, method or slip number;
among equal ones by receipt. Both directions walk the same index.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

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


@dataclass(frozen=True)
class Key:
    """A place in a list: the next page begins after it. `value`: of the column the list is ordered by, if another."""

    received_at: datetime
    id: str
    value: str = ""


def key_of(case: Case, sort: Sort) -> Key:
    values = {Sort.VISIT: case.visit_id, Sort.STATE: case.state, Sort.METHOD: case.method, Sort.SLIP: case.slip}
    return Key(case.received_at, case.id, str(values.get(sort, "")))


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
    }
    first = [type_coerce(col(by[sort]), String)] if sort in by else []
    return [*first, col(Case.received_at), col(Case.id)]
