"""Visits that come again: templates, drawing drafts from them, taking fresh drafts back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.visits import template_hours, templates
from backoffice.visits.bookings import local_now
from backoffice.visits.models import VisitTemplate
from backoffice.visits.templates import Rhythm, TemplateId
from backoffice.web.access import Signed, may
from backoffice.web.language import mark
from backoffice.web.listing import Column, show
from backoffice.web.pages import forward, render
from schemas.ids import VisitId

router = APIRouter(prefix="/visits")
Planner = Annotated[Signed, may(Action.VISIT_MANAGE)]
Line = tuple[VisitTemplate, str]
WEEKDAY_NAMES: Final = (
    mark("月曜日"), mark("火曜日"), mark("水曜日"), mark("木曜日"), mark("金曜日"), mark("土曜日"), mark("日曜日")
)  # fmt: skip
COLUMNS: Final = (
    Column[Line]("title", mark("訪問"), lambda line: line[0].title),
    Column[Line]("organisation", mark("団体"), lambda line: line[1]),
    Column[Line]("weekday", mark("曜日"), lambda line: line[0].weekday),
    Column[Line]("days", mark("日数"), lambda line: line[0].days, right=True),
    Column[Line]("places", mark("会場"), lambda line: "、".join(name for name, _english in line[0].places)),
    Column[Line]("hours", mark("初日の時刻"), lambda line: _first_day(line[0])),
)


@router.get("/templates")
def listed(request: Request, work: Uow, signed: Planner) -> Response:
    return show(
        request, work, signed, "visits/templates.html", rows=templates.templates(work, signed.municipality),
        columns=COLUMNS, name="templates", weekdays=WEEKDAY_NAMES, first_day=_first_day,
    )  # fmt: skip


@router.post("/{visit}/template")
def make(
    request: Request, work: Uow, signed: Planner, visit: VisitId, weekday: Annotated[int, Form(ge=0, le=6)],
    weeks: Annotated[list[int], Form(max_length=5)] = [],  # noqa: B006
) -> Response:  # fmt: skip
    """After this visit. `weeks`: which of a month, none for every week."""
    rhythm = Rhythm(weekday, tuple(sorted({week for week in weeks if 1 <= week <= 5})))
    made = templates.of_visit(work, signed.municipality, visit, rhythm, actor=str(signed.staff))
    return forward(request, f"/visits/templates/{made}", notice="saved")


@router.get("/templates/{template}")
def one(request: Request, work: Uow, signed: Planner, template: TemplateId) -> HTMLResponse:
    return _one(request, work, signed, template)


@router.post("/templates/{template}/draw")
def draw(
    request: Request, work: Uow, signed: Planner, template: TemplateId,
    first: Annotated[str, Form(max_length=10)] = "", last: Annotated[str, Form(max_length=10)] = "",
) -> Response:  # fmt: skip
    """Drafts for a period; the notice takes them back."""
    try:
        period = _date("first", first), _date("last", last)
        made = templates.draw(work, signed.municipality, template, *period, actor=str(signed.staff))
    except Refused as error:
        return _one(request, work, signed, template, error=error, typed=(first, last))
    undo = f"/visits/templates/{template}/drawn/{made[0]}/undo"
    return forward(request, "/visits", notice="visit.drawn", subject=str(len(made)), undo=undo)


@router.post("/templates/{template}/drawn/{since}/undo")
def undo(request: Request, work: Uow, signed: Planner, template: TemplateId, since: VisitId) -> Response:
    count = templates.take_back(work, signed.municipality, template, since, actor=str(signed.staff))
    return forward(request, "/visits", notice="visit.drawn_back", subject=str(count))


@router.post("/templates/{template}/end")
def end(request: Request, work: Uow, signed: Planner, template: TemplateId) -> Response:
    templates.end(work, signed.municipality, template, actor=str(signed.staff))
    return forward(request, "/visits/templates", notice="saved")


def _one(
    request: Request, work: Uow, signed: Signed, template: TemplateId, *, error: Refused | None = None,
    typed: tuple[str, str] = ("", ""),
) -> HTMLResponse:  # fmt: skip
    row = templates.template(work, signed.municipality, template)
    return render(
        request,
        "visits/template.html",
        status=error.status if error else 200,
        row=row,
        weekdays=WEEKDAY_NAMES,
        stretches=template_hours.read(row.stretches),
        today=local_now(work).date(),
        typed=typed,
        error=error,
        field=error.code.removeprefix("field.") if error else "",
    )


def _first_day(row: VisitTemplate) -> str:
    """`09:00〜12:00、13:00〜16:00`"""
    first = (stretch for stretch in template_hours.read(row.stretches) if stretch.day == 0)
    return "、".join(dict.fromkeys(f"{stretch.begins:%H:%M}〜{stretch.ends:%H:%M}" for stretch in first))


def _date(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"field.{field}", "日付を入れてください。", status=422) from None
