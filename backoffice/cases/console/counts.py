"""Lists of counts: returns by reason over a period, the backlog by day, and what is left of erased cases."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from backoffice.cases import counts
from backoffice.cases.counts import Returns, Waiting
from backoffice.cases.finding import JST
from backoffice.cases.models import CaseTally
from backoffice.cases.reasons import return_reasons
from backoffice.cases.service import LATE
from backoffice.cases.workflow import State
from backoffice.kit.request_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.visits import service as visits
from backoffice.web.access import Signed, may
from backoffice.web.days import day_of
from backoffice.web.language import chosen, mark, texts
from backoffice.web.listing import Column, show
from backoffice.web.wordings import words_of
from schemas.rules import Delivery, Method

router = APIRouter(prefix="/cases")
DAYS: Final = 30
Day = Annotated[str, Query(max_length=10)]
KINDS: Final = {
    "state": mark("判断"), "method": mark("申請方式"), "delivery": mark("受け取り方法"),
    "reason": mark("差し戻しの理由"),
}  # fmt: skip


@router.get("/returns")
def returns(
    request: Request, work: Uow, signed: Annotated[Signed, may(Action.CASE_LIST)], since: Day = "", until: Day = ""
) -> Response:
    """Why applications went back; the last thirty days unless asked otherwise. Absurd days do not narrow."""
    today = work.now.astimezone(JST).date()
    last = day_of(until) or today
    first = day_of(since) or last - timedelta(days=DAYS - 1)
    first, last = min(first, last), max(first, last)
    known, language = return_reasons(), chosen(request)
    columns = (
        Column[Returns]("reason", mark("理由"), lambda line: known[line.code].name[language] if line.code in known
                        else line.code),
        Column[Returns]("cases", mark("件数"), lambda line: line.cases, right=True),
        Column[Returns]("share", mark("差し戻しのうち(%)"), lambda line: round(line.share, 1), right=True),
    )  # fmt: skip
    return show(
        request, work, signed, "cases/returns.html",
        rows=counts.returns(work, signed.municipality, _midnight(first), _midnight(last + timedelta(days=1))),
        columns=columns, name="returns", first=first, last=last, return_reasons=known,
        keep={"since": first.isoformat(), "until": last.isoformat()},
    )  # fmt: skip


@router.get("/backlog")
def backlog(request: Request, work: Uow, signed: Annotated[Signed, may(Action.CASE_LIST)]) -> Response:
    """What waits, by the day it was received."""
    columns = (
        Column[Waiting]("day", mark("受信日"), lambda line: line.day, fit=True),
        Column[Waiting]("age", mark("経過日数"), lambda line: line.age, right=True),
        Column[Waiting]("received", mark("確認待ち"), lambda line: line.received, right=True),
        Column[Waiting]("second_check", mark("二人目の確認待ち"), lambda line: line.second_check, right=True),
        Column[Waiting]("escalated", mark("責任者に相談中"), lambda line: line.escalated, right=True),
        Column[Waiting]("all", mark("合計"), lambda line: line.all, right=True),
    )
    return show(
        request, work, signed, "cases/backlog.html", rows=counts.backlog(work, signed.municipality), columns=columns,
        name="backlog", late=LATE.days,
    )  # fmt: skip


@router.get("/erased")
def erased(request: Request, work: Uow, signed: Annotated[Signed, may(Action.AUDIT_READ)]) -> Response:
    """How many cases there were, by year, visit and one property at a time, after all else is gone."""
    titles = {str(visit.id): visit.title for visit in visits.visits(work, signed.municipality)}
    say, language = texts(chosen(request)).ugettext, chosen(request)

    def worded(line: CaseTally) -> str:
        if line.kind == "reason":
            return return_reasons()[line.name].name[language] if line.name in return_reasons() else line.name
        return say(words_of(_OF_KIND[line.kind](line.name)))

    columns = (
        Column[CaseTally]("year", mark("年度"), lambda line: line.fiscal_year),
        Column[CaseTally]("visit", mark("訪問"), lambda line: titles.get(line.visit_id, line.visit_id[-8:])),
        Column[CaseTally]("kind", mark("項目"), lambda line: say(KINDS[line.kind])),
        Column[CaseTally]("name", mark("内容"), worded),
        Column[CaseTally]("cases", mark("件数"), lambda line: line.cases, right=True),
    )
    return show(
        request, work, signed, "cases/erased.html", rows=counts.kept(work, signed.municipality), columns=columns,
        name="erased", cells=[column.value for column in columns],
    )  # fmt: skip


_OF_KIND: Final = {"state": State, "method": Method, "delivery": Delivery}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JST)
