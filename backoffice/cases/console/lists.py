"""The list of cases: tabs by state, search, day, order, pages by key, new arrivals, export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from backoffice.audit import service as audit
from backoffice.cases import finding, notes, service, views
from backoffice.cases.console.export import rows
from backoffice.cases.finding import JST
from backoffice.cases.ordering import Sort
from backoffice.cases.repository import Filter
from backoffice.cases.workflow import OPEN, State
from backoffice.devices import service as devices
from backoffice.kit.request_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.visits import service as visits
from backoffice.web.access import Signed, may
from backoffice.web.days import day_of
from backoffice.web.exports import FileKind, file_answer
from backoffice.web.language import chosen, texts
from backoffice.web.pages import forward, render
from schemas.ids import contains_my_number
from schemas.rules import Method
from schemas.slip_code import LONGEST as SLIP_CODE_LONGEST

router = APIRouter(prefix="/cases")
Reader = Annotated[Signed, may(Action.CASE_LIST)]


@dataclass(frozen=True)
class Wanted:
    """What the address asks for. Values that mean nothing do not narrow; `matches` False: nothing can be found."""

    state: State | None
    q: str
    day: date | None
    today: bool
    visit: str
    method: Method | None
    sort: Sort
    oldest_first: bool
    filter: Filter
    matches: bool
    my_number: bool

    def address(self, **changes: str) -> str:
        """The query string of this list, with changes."""
        given = {
            "state": self.state.value if self.state else "all",
            "q": self.q,
            "day": "today" if self.today else self.day.isoformat() if self.day else "",
            "visit": self.visit,
            "method": self.method.value if self.method else "",
            "sort": "" if self.sort is Sort.RECEIVED else self.sort.value,
            "order": "oldest" if self.oldest_first else "newest",
            **changes,
        }
        return urlencode({name: value for name, value in given.items() if value})

    def sorted_by(self, key: str) -> str:
        """The query string ordered by a column; by the same one again: the other way round."""
        up = self.oldest_first if self.sort != key else not self.oldest_first
        return self.address(sort="" if key == Sort.RECEIVED else key, order="oldest" if up else "newest")

    def order_of(self, key: str) -> str:
        """For `aria-sort`."""
        return "none" if self.sort != key else "ascending" if self.oldest_first else "descending"


def _wanted(
    work: Uow,
    state: Annotated[str, Query(max_length=20)] = "",
    q: Annotated[str, Query(max_length=SLIP_CODE_LONGEST)] = "",
    day: Annotated[str, Query(max_length=20)] = "",
    sort: Annotated[str, Query(max_length=10)] = "",
    order: Annotated[str, Query(max_length=10)] = "",
    visit: Annotated[str, Query(max_length=40)] = "",
    method: Annotated[str, Query(max_length=40)] = "",
) -> Wanted:
    """`day=today` moves with the calendar, for saved views."""
    chosen_state = State(state) if state in list(State) else None if state == "all" or q else State.RECEIVED
    chosen_day = work.now.astimezone(JST).date() if day == "today" else day_of(day)
    chosen_visit = visit if re.fullmatch(r"[0-9a-f-]{36}", visit) else ""
    chosen_method = Method(method) if method in list(Method) else None
    chosen_sort = Sort(sort) if sort in list(Sort) else Sort.RECEIVED
    oldest_first = order == "oldest" if order else chosen_state in OPEN or chosen_sort is not Sort.RECEIVED
    narrowed = Filter(state=chosen_state, visit=chosen_visit or None, method=chosen_method)
    narrowed = finding.on_day(chosen_day, narrowed)
    my_number = finding.slip_code(q) is None and contains_my_number(q)
    found = None if my_number else finding.search(q, narrowed)
    return Wanted(
        chosen_state, q, chosen_day, day == "today", chosen_visit, chosen_method, chosen_sort, oldest_first,
        found or narrowed, matches=found is not None, my_number=my_number,
    )  # fmt: skip


TheWanted = Annotated[Wanted, Depends(_wanted)]


@router.get("")
def cases(request: Request, work: Uow, signed: Reader, wanted: TheWanted, after: str = "") -> Response:
    if wanted.my_number:  # away from an address that holds one
        return forward(request, f"/cases?{wanted.address(q='')}", notice="refused.my_number")
    begin = finding.read_key(after)
    code = finding.slip_code(wanted.q)
    giver = devices.gave_out(work, signed.municipality, code) if code else None
    page = service.Page([], None)
    if wanted.matches and (giver or not code):  # a forged slip finds nobody
        page = service.page(
            work, signed.municipality, wanted.filter, sort=wanted.sort, oldest_first=wanted.oldest_first, after=begin
        )
    planned = visits.visits(work, signed.municipality)
    return render(
        request,
        "cases/list.html",
        wanted=wanted,
        sorts=list(Sort),
        code=code,
        giver=giver,
        titles={visit.id: visit.title for visit in planned},
        page=page,
        begin=begin,
        further=finding.write_key(page.further) if page.further else None,
        waiting=service.waiting(work, signed.municipality),
        states=list(State),
        newest=service.newest(work, signed.municipality),
        visits=planned,
        methods=list(Method),
        views=views.of(work, signed.municipality, by=signed.staff),
        here=views.plain(wanted.address()),
        drafts=notes.unfinished(work, signed.municipality, by=signed.staff) if signed.may(Action.CASE_DECIDE) else [],
    )


@router.get("/arrivals")
def arrivals(
    request: Request, work: Uow, signed: Reader, since: Annotated[str, Query(pattern="^[0-9a-f-]{0,36}$")]
) -> Response:
    """How many cases were opened since the list was shown; htmx asks every few seconds."""
    count = service.opened_after(work, signed.municipality, since)
    if not count:
        return Response(status_code=204)
    return render(request, "cases/arrivals.html", count=count, since=since)


@router.get("/export.{kind}")
def export(
    request: Request, kind: FileKind, work: Uow, signed: Annotated[Signed, may(Action.CASE_EXPORT)], wanted: TheWanted
) -> Response:
    """The whole list as a file, read in small portions while it is sent."""
    audit.write(
        work, municipality=signed.municipality, actor=signed.staff, action="case.exported",
        subject=f"municipality:{signed.municipality}", detail=f"state {wanted.state or 'all'}, day {wanted.day or '-'}",
    )  # fmt: skip
    language = chosen(request)
    lines: Iterator[list[str]] = iter(())
    if wanted.matches:
        lines = rows(
            request.app.state.database, signed.municipality, wanted.filter, sort=wanted.sort,
            oldest_first=wanted.oldest_first, translate=texts(language).ugettext, language=language,
        )  # fmt: skip
    return file_answer(kind, "cases", lines)
