"""All visits: list, month, a new request, the municipality's figures."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.organisations import service as organisations
from backoffice.staff.authorisation import Action
from backoffice.visits import calendar, ics, planning, service
from backoffice.visits.bookings import local_now
from backoffice.visits.measured import FEWEST, step_times
from backoffice.visits.models import VisitRules, VisitState
from backoffice.visits.service import VisitLine
from backoffice.web.access import Signed, may
from backoffice.web.language import mark
from backoffice.web.listing import Column, show
from backoffice.web.pages import forward, render

router = APIRouter(prefix="/visits")
Reader = Annotated[Signed, may(Action.VISIT_READ)]
Planner = Annotated[Signed, may(Action.VISIT_MANAGE)]
Text = Annotated[str, Form(max_length=120)]
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """A request as it was typed."""

    organisation: str = ""
    title: str = ""
    title_en: str = ""
    contact: str = ""
    starts_on: str = ""
    ends_on: str = ""
    expected: str = ""
    home_visit: str = ""


COLUMNS: Final = (
    Column[VisitLine]("title", mark("訪問"), lambda visit: visit.title),
    Column[VisitLine]("organisation", mark("団体"), lambda visit: visit.organisation),
    Column[VisitLine]("starts_on", mark("初日"), lambda visit: visit.starts_on),
    Column[VisitLine]("ends_on", mark("最終日"), lambda visit: visit.ends_on),
    Column[VisitLine]("state", mark("状態"), lambda visit: visit.state),
)


@router.get("")
def visits(request: Request, work: Uow, signed: Reader) -> Response:
    return show(
        request, work, signed, "visits/list.html", rows=service.visits(work, signed.municipality), columns=COLUMNS,
        name="visits",
    )  # fmt: skip


@router.get("/calendar")
def month(request: Request, work: Uow, signed: Reader, month: Annotated[str, Query(max_length=7)] = "") -> HTMLResponse:
    """The sittings of one month (`2026-07`); without a month, or with a wrong one, this month's."""
    year, number = _month(work, month)
    sittings = calendar.month(work, signed.municipality, year=year, month=number)
    return render(
        request,
        "visits/calendar.html",
        days={day: list(some) for day, some in groupby(sittings, key=lambda one: one.day)},
        all_days=[date(year, number, day) for day in range(1, monthrange(year, number)[1] + 1)],
        today=local_now(work).date(),
        shown=date(year, number, 1),
        before=f"{year - (number == 1)}-{(number - 2) % 12 + 1:02d}",
        after=f"{year + (number == 12)}-{number % 12 + 1:02d}",
    )


@router.get("/calendar.ics")
def month_file(work: Uow, signed: Reader, month: Annotated[str, Query(max_length=7)] = "") -> Response:
    """The month for anybody's calendar (RFC 5545)."""
    year, number = _month(work, month)
    events = calendar.month_events(calendar.month(work, signed.municipality, year=year, month=number))
    disposition = {"Content-Disposition": f'attachment; filename="visits-{year}-{number:02d}.ics"'}
    return Response(ics.calendar(events, now=work.now), media_type=ics.MEDIA_TYPE, headers=disposition)


def _month(work: Uow, asked: str) -> tuple[int, int]:
    """The month asked for (`2026-07`), or this one."""
    found = _MONTH.fullmatch(asked) or _MONTH.fullmatch(f"{local_now(work):%Y-%m}")
    assert found is not None
    return int(found[1]), int(found[2])


@router.get("/calendar/week")
def week(request: Request, work: Uow, signed: Reader, day: Annotated[str, Query(max_length=10)] = "") -> HTMLResponse:
    """The week of a day (`2026-07-14`), seven columns; without a day, or with an absurd one, this week."""
    today = local_now(work).date()
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        asked = today
    chosen_day = asked if 2000 <= asked.year < 2100 else today
    monday = chosen_day - timedelta(days=chosen_day.weekday())
    return render(
        request,
        "visits/week.html",
        days=calendar.week(work, signed.municipality, monday),
        monday=monday,
        today=today,
        before=(monday - timedelta(days=7)).isoformat(),
        after=(monday + timedelta(days=7)).isoformat(),
    )


@router.get("/new")
def asked(
    request: Request, work: Uow, signed: Planner, organisation: Annotated[str, Query(max_length=36)] = ""
) -> HTMLResponse:
    return _request(request, work, signed, Asked(organisation=organisation))


@router.post("/new")
def ask(
    request: Request, work: Uow, signed: Planner,
    organisation: Annotated[str, Form(max_length=36)] = "", title: Text = "", title_en: Text = "", contact: Text = "",
    starts_on: Annotated[str, Form(max_length=10)] = "", ends_on: Annotated[str, Form(max_length=10)] = "",
    expected: Annotated[str, Form(max_length=6)] = "", home_visit: Annotated[str, Form(max_length=3)] = "",
) -> Response:  # fmt: skip
    """Take a request down. What was typed stays when something is wrong with it."""
    typed = Asked(
        organisation, title.strip(), title_en.strip(), contact.strip(), starts_on, ends_on, expected, home_visit
    )
    try:
        visit = planning.request(work, signed.municipality, _read(work, signed, typed), actor=str(signed.staff))
    except Refused as error:
        return _request(request, work, signed, typed, error=error)
    return forward(request, f"/visits/{visit}/plan", notice="saved")


@router.get("/rules")
def rules(request: Request, work: Uow, signed: Planner) -> HTMLResponse:
    return render(
        request,
        "visits/rules.html",
        rules=planning.rules(work, signed.municipality),
        measured=step_times(work, signed.municipality),
        fewest=FEWEST,
    )


@router.post("/rules")
def change_rules(
    request: Request, work: Uow, signed: Planner,
    lead_days: Annotated[int, Form(ge=0, le=365)], minimum: Annotated[int, Form(ge=2, le=500)],
    slot_minutes: Annotated[int, Form(ge=5, le=240)], minutes_each: Annotated[int, Form(ge=1, le=60)],
    cut_off_hours: Annotated[int, Form(ge=0, le=24 * 30)], no_show_minutes: Annotated[int, Form(ge=0, le=240)] = 0,
) -> Response:  # fmt: skip
    wanted = VisitRules(
        municipality_id=signed.municipality, lead_days=lead_days, minimum=minimum, slot_minutes=slot_minutes,
        minutes_each=minutes_each, cut_off_hours=cut_off_hours, no_show_minutes=no_show_minutes,
    )  # fmt: skip
    planning.change_rules(work, signed.municipality, wanted, actor=str(signed.staff))
    return forward(request, "/visits/rules", notice="saved")


def _request(
    request: Request, work: Uow, signed: Signed, typed: Asked, *, error: Refused | None = None
) -> HTMLResponse:
    return render(
        request,
        "visits/new.html",
        status=error.status if error else 200,
        organisations=organisations.organisations(work, signed.municipality),
        rules=planning.rules(work, signed.municipality),
        typed=typed,
        error=error,
        field=error.code.partition(".")[2] if error else "",
    )


def _read(work: Uow, signed: Signed, typed: Asked) -> planning.Request:
    """The form's meaning. `Refused("field.<name>")` names the field that is wrong."""
    if not any(line.id == typed.organisation for line in organisations.organisations(work, signed.municipality)):
        raise Refused("field.organisation", "団体を選んでください。", status=422)
    if not typed.title:
        raise Refused("field.title", "訪問の名前を入れてください。", status=422)
    if not (typed.expected.isascii() and typed.expected.isdigit() and 1 <= int(typed.expected) <= 100_000):
        raise Refused("field.expected", "人数を数字で入れてください。", status=422)
    new = service.NewVisit(
        organisation=organisations.OrganisationId(typed.organisation), title=typed.title, title_en=typed.title_en,
        contact=typed.contact, starts_on=_date("starts_on", typed.starts_on),
        ends_on=_date("ends_on", typed.ends_on or typed.starts_on), state=VisitState.REQUESTED,
    )  # fmt: skip
    return planning.Request(new, local_now(work).date(), int(typed.expected), typed.home_visit == "yes")


def _date(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"field.{field}", "日付を入れてください。", status=422) from None
