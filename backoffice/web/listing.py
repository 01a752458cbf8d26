"""What every list of the console can do, in one place: search, sort, page, CSV, XLSX, print, keys.

    return show(request, work, signed, "organisations/list.html", rows=found, columns=COLUMNS, name="organisations")

The template gets `list`: `list.rows` is the page; `parts.list_tools`, `parts.list_heads`, `parts.list_pages` draw the
rest. For lists that fit into memory; those of a million rows page by key and share only `exports.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar  # Any: what a column sorts by, and what templates get
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from backoffice.audit import service as audit
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.rosters.names import folded
from backoffice.web.access import Signed
from backoffice.web.exports import file_answer, kind_asked
from backoffice.web.formats import JST
from backoffice.web.language import chosen, texts
from backoffice.web.pages import forward, render
from backoffice.web.wordings import words_of
from schemas.ids import contains_my_number
from schemas.language import Language

PAGE: Final = 50
_FURTHEST: Final = 100_000
Row = TypeVar("Row")


class Words:
    """How values are written for a reader."""

    def __init__(self, language: Language) -> None:
        self.say: Callable[[str], str] = texts(language).ugettext

    def of(self, value: object) -> str:
        """Empty for None; names of our own values; days and moments (of Japan) in ISO form."""
        if value is None:
            return ""
        if isinstance(value, StrEnum):
            return self.say(words_of(value))
        if isinstance(value, datetime):
            return value.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S")
        return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Column(Generic[Row]):
    """`name`: marked Japanese. `value`: what is searched, exported and, where it has an order of its own, sorted by."""

    key: str
    name: str
    value: Callable[[Row], object]
    right: bool = False
    fit: bool = False


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """A list as asked for. `found`: after the search; `total`: before it."""

    rows: list[Row]
    found: int
    total: int
    columns: Sequence[Column[Row]]
    q: str
    sort: str
    down: bool
    page: int
    path: str
    keep: Mapping[str, str] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return max(1, -(-self.found // PAGE))

    def link(self, **changes: object) -> str:
        """This list's address with changes."""
        down = "yes" if self.down else ""
        given = {**self.keep, "q": self.q, "sort": self.sort, "down": down, "page": str(self.page), **changes}
        if given["page"] == "1":
            given.pop("page")
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{self.path}?{query}" if query else self.path

    def sorted_by(self, key: str) -> str:
        """The address sorted by a column; by the same one again: the other way round."""
        return self.link(sort=key, down="yes" if self.sort == key and not self.down else "", page=1)

    def order_of(self, key: str) -> str:
        """For `aria-sort`."""
        return "none" if self.sort != key else "descending" if self.down else "ascending"


def show(
    request: Request, work: UnitOfWork, signed: Signed, template: str, *, rows: Sequence[Row],
    columns: Sequence[Column[Row]], name: str, status: int = 200, keep: Mapping[str, str] | None = None,
    path: str = "",
    **context: Any,
) -> Response:  # fmt: skip
    """The list as a page, or with `as=csv`, `as=xlsx` as a file of all that was found. `keep`: further parameters;
    `path`: the list's own address when the page answers a form."""
    q = request.query_params.get("q", "")[:60].strip()
    if contains_my_number(q):
        return forward(request, request.url.path, notice="refused.my_number")
    words = Words(chosen(request))
    found = _sorted(_found(rows, columns, q, words), columns, request, words)
    if kind := kind_asked(request):
        audit.write(
            work, municipality=signed.municipality, actor=signed.staff, action="list.exported",
            subject=f"list:{name}", detail=f"{len(found)} rows",
        )  # fmt: skip
        return file_answer(kind, name, _lines(found, columns, words))
    page = min(_page(request), max(1, -(-len(found) // PAGE)))
    listed = Listed(
        rows=found[(page - 1) * PAGE : page * PAGE], found=len(found), total=len(rows), columns=columns, q=q,
        sort=_sort(request, columns), down=request.query_params.get("down") == "yes", page=page,
        path=path or request.url.path, keep=keep or {},
    )  # fmt: skip
    return render(request, template, status=status, list=listed, **context)


def _found(rows: Iterable[Row], columns: Sequence[Column[Row]], q: str, words: Words) -> list[Row]:
    """Rows in which every piece of the search stands somewhere, written with or without width, case, spaces."""
    pieces = [key for piece in q.split() if (key := folded(piece))]
    if not pieces:
        return list(rows)
    keys = ((row, " ".join(folded(words.of(column.value(row))) for column in columns)) for row in rows)
    return [row for row, key in keys if all(piece in key for piece in pieces)]


def _sorted(rows: list[Row], columns: Sequence[Column[Row]], request: Request, words: Words) -> list[Row]:
    """By the column asked for; the order the rows came in stays where values are the same."""
    wanted = _sort(request, columns)
    column = next((column for column in columns if column.key == wanted), None)
    if column is None:
        return rows
    value = column.value

    def key(row: Row) -> tuple[bool, Any]:
        found = value(row)
        ordered = isinstance(found, int | float | date | datetime)
        return found is None, 0 if found is None else found if ordered else folded(words.of(found))

    return sorted(rows, key=key, reverse=request.query_params.get("down") == "yes")


def _sort(request: Request, columns: Sequence[Column[Any]]) -> str:
    asked = request.query_params.get("sort", "")
    return asked if any(column.key == asked for column in columns) else ""


def _page(request: Request) -> int:
    asked = request.query_params.get("page", "")
    return min(_FURTHEST, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _lines(rows: Iterable[Row], columns: Sequence[Column[Row]], words: Words) -> Iterator[list[str]]:
    yield [words.say(column.name) for column in columns]
    for row in rows:
        yield [words.of(column.value(row)) for column in columns]
