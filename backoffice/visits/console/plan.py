"""Planning one visit: states, agenda of the meeting, places and hours, numbers and booking page, what is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff.authorisation import Action
from backoffice.visits import calendar, ics, moving, planning, service, templates
from backoffice.visits.agenda import NAMES, Item, Point, absurd
from backoffice.visits.bookings import local_now
from backoffice.visits.console.templates import WEEKDAY_NAMES
from backoffice.visits.measured import GLANCE, step_times
from backoffice.visits.models import VisitPlan, VisitState
from backoffice.visits.planning import Hours, Load
from backoffice.visits.service import PlaceId
from backoffice.web.access import Signed, may
from backoffice.web.pages import forward, render
from schemas.ids import VisitId

router = APIRouter(prefix="/visits/{visit}")
Reader = Annotated[Signed, may(Action.VISIT_PREPARE)]
Planner = Annotated[Signed, may(Action.VISIT_MANAGE)]
Version = Annotated[int, Form(ge=1)]
Text = Annotated[str, Form(max_length=120)]
_LINES = 200


@dataclass(frozen=True)
class Frame:
    """Numbers and booking page as they were typed, or as they are kept."""

    expected: int
    minimum: int
    cut_off_hours: int
    home_visit: bool
    booking_open: bool


@router.get("/plan")
def plan(request: Request, work: Uow, signed: Reader, visit: VisitId) -> HTMLResponse:
    return plan_page(request, work, signed, visit)


@router.post("/agenda")
async def settle(request: Request, work: Uow, signed: Planner, visit: VisitId, version: Version) -> Response:
    """`minutes_`, `responsible_`, `due_`, `done_` with each item's name."""
    form = await request.form()
    points = {item: _point(form, item) for item in Item}
    try:
        _due_days(work, planning.plan_of(work, signed.municipality, visit), form)
        planning.settle(work, signed.municipality, visit, points, version=version, actor=str(signed.staff))
    except Refused as error:
        return plan_page(request, work, signed, visit, error=error, typed=points)
    return forward(request, f"/visits/{visit}/plan", notice="visit.changed")


@router.post("/state")
def move_on(
    request: Request,
    work: Uow,
    signed: Planner,
    visit: VisitId,
    to: Annotated[VisitState, Form()],
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    why, actor = reason.strip(), str(signed.staff)
    try:
        if to is VisitState.CANCELLED:
            moving.cancel(work, signed.municipality, visit, reason=why, actor=actor)
        else:
            planning.move_on(work, signed.municipality, visit, to, reason=why, actor=actor)
    except Refused as error:
        return plan_page(request, work, signed, visit, error=error)
    return _changed(request, work, signed, visit)


@router.post("/move")
def move(
    request: Request, work: Uow, signed: Planner, visit: VisitId, version: Version,
    to: Annotated[str, Form(max_length=10)] = "",
) -> Response:  # fmt: skip
    """The whole visit to another first day."""
    try:
        moving.move(work, signed.municipality, visit, _day(to), version=version, actor=str(signed.staff))
    except Refused as error:
        return plan_page(request, work, signed, visit, error=error)
    return _changed(request, work, signed, visit)


@router.post("/undo")
def undo(request: Request, work: Uow, signed: Planner, visit: VisitId, version: Version) -> Response:
    """Take the last cancelling or moving back."""
    try:
        moving.undo(work, signed.municipality, visit, version=version, actor=str(signed.staff))
    except Refused as error:
        return plan_page(request, work, signed, visit, error=error)
    return forward(request, f"/visits/{visit}/plan", notice="visit.undone")


@router.post("/frame")
def frame(
    request: Request, work: Uow, signed: Planner, visit: VisitId, version: Version,
    expected: Annotated[int, Form(ge=0, le=100_000)], minimum: Annotated[int, Form(ge=1, le=500)],
    cut_off_hours: Annotated[int, Form(ge=0, le=24 * 30)],
    home_visit: Annotated[str, Form(max_length=3)] = "", booking_open: Annotated[str, Form(max_length=3)] = "",
) -> Response:  # fmt: skip
    typed = Frame(expected, minimum, cut_off_hours, home_visit == "yes", booking_open == "yes")
    try:
        planning.frame(
            work, signed.municipality, visit, expected=expected, minimum=minimum, home_visit=home_visit == "yes",
            cut_off_hours=cut_off_hours, booking_open=booking_open == "yes", version=version, actor=str(signed.staff),
        )  # fmt: skip
    except Refused as error:
        return plan_page(request, work, signed, visit, error=error, framed=typed)
    return forward(request, f"/visits/{visit}/plan", notice="visit.changed")


@router.post("/words")
def reword(
    request: Request, work: Uow, signed: Planner, visit: VisitId, version: Version,
    title: Annotated[str, Form(min_length=1, max_length=120)], title_en: Text = "", contact: Text = "",
) -> Response:  # fmt: skip
    try:
        planning.reword(
            work, signed.municipality, visit, title=title.strip(), title_en=title_en.strip(), contact=contact.strip(),
            version=version, actor=str(signed.staff),
        )  # fmt: skip
    except Refused as error:
        return plan_page(request, work, signed, visit, error=error)
    return forward(request, f"/visits/{visit}/plan", notice="visit.changed")


@router.post("/places")
def add_place(
    request: Request,
    work: Uow,
    signed: Planner,
    visit: VisitId,
    name: Annotated[str, Form(min_length=1, max_length=120)],
    name_en: Annotated[str, Form(max_length=120)] = "",
) -> Response:
    planning.add_place(
        work, signed.municipality, visit, name=name.strip(), name_en=name_en.strip(), actor=str(signed.staff)
    )
    return forward(request, f"/visits/{visit}/plan", notice="visit.changed")


@router.post("/places/{place}/hours")
def open_hours(
    request: Request, work: Uow, signed: Planner, visit: VisitId, place: PlaceId,
    day: Annotated[date, Form()], begins: Annotated[time, Form()], ends: Annotated[time, Form()],
    stations: Annotated[int, Form(ge=1, le=50)], minutes: Annotated[int, Form(ge=5, le=240)],
    minutes_each: Annotated[int, Form(ge=1, le=60)], walk_in: Annotated[int, Form(ge=0, le=500)] = 0,
) -> Response:  # fmt: skip
    hours = Hours(day, begins.replace(tzinfo=None), ends.replace(tzinfo=None), stations, minutes, minutes_each, walk_in)
    try:
        planning.open_hours(work, signed.municipality, visit, place, hours, actor=str(signed.staff))
    except Refused as error:
        return plan_page(request, work, signed, visit, error=error)
    return forward(request, f"/visits/{visit}/plan", notice="visit.changed")


@router.get("/equipment")
def equipment(request: Request, work: Uow, signed: Reader, visit: VisitId) -> HTMLResponse:
    return _equipment(request, work, signed, visit)


@router.post("/equipment")
async def load(request: Request, work: Uow, signed: Planner, visit: VisitId, version: Version) -> Response:
    """`name_`, `count_`, `ready_` with each line's number from 0."""
    form = await request.form()
    lines = [
        Load(_text(form, f"name_{at}", 80), _text(form, f"count_{at}", 12), _text(form, f"ready_{at}", 3) == "yes")
        for at in range(_LINES)
        if f"name_{at}" in form
    ]
    try:
        planning.load(work, signed.municipality, visit, lines, version=version, actor=str(signed.staff))
    except Refused as error:
        return _equipment(request, work, signed, visit, error=error, typed=lines)
    return forward(request, f"/visits/{visit}/equipment", notice="visit.changed")


@router.get("/visit.ics")
def calendar_file(work: Uow, signed: Annotated[Signed, may(Action.VISIT_READ)], visit: VisitId) -> Response:
    """The visit's sittings for anybody's calendar (RFC 5545)."""
    found = service.look(work, signed.municipality, visit)
    disposition = {"Content-Disposition": f'attachment; filename="visit-{visit}.ics"'}
    return Response(ics.calendar(calendar.events(found), now=work.now), media_type=ics.MEDIA_TYPE, headers=disposition)


def _changed(request: Request, work: Uow, signed: Signed, visit: VisitId) -> Response:
    """With a way back where there is one."""
    plan = planning.plan_of(work, signed.municipality, visit)
    undo = f"/visits/{visit}/undo" if plan.undo else ""
    return forward(request, f"/visits/{visit}/plan", notice="visit.changed", undo=undo, version=plan.version)


def plan_page(
    request: Request,
    work: Uow,
    signed: Signed,
    visit: VisitId,
    *,
    error: Refused | None = None,
    typed: Mapping[Item, Point] | None = None,
    framed: Frame | None = None,
) -> HTMLResponse:
    found = service.look(work, signed.municipality, visit)
    row = planning.plan_of(work, signed.municipality, visit)
    rules = planning.rules(work, signed.municipality)
    kept = planning.points_of(row)
    decided = planning.decided(work, signed.municipality)
    measured = step_times(work, signed.municipality, most=GLANCE) if signed.may(Action.VISIT_MANAGE) else None
    return render(
        request,
        "visits/plan.html",
        status=error.status if error else 200,
        visit=found,
        plan=row,
        frame=framed or Frame(row.expected, row.minimum, row.cut_off_hours, row.home_visit, row.booking_open),
        rules=rules,
        measured=measured,
        minutes_each=rules.minutes_each if decided or not measured else measured.advised,
        names=NAMES,
        points=typed or kept,
        kept=kept,
        late=planning.short_notice(row, found.starts_on, rules.lead_days),
        enough=planning.enough(row, found),
        next=planning.NEXT[found.state],
        weekdays=WEEKDAY_NAMES,
        nth=templates.nth_weekday(found.starts_on),
        today=local_now(work).date(),
        booking_url=f"{request.app.state.settings.public_url}/booking/{signed.municipality}/{row.code}",
        error=error,
    )


def _equipment(
    request: Request,
    work: Uow,
    signed: Signed,
    visit: VisitId,
    *,
    error: Refused | None = None,
    typed: list[Load] | None = None,
) -> HTMLResponse:
    row = planning.plan_of(work, signed.municipality, visit)
    return render(
        request,
        "visits/equipment.html",
        status=error.status if error else 200,
        visit=service.look(work, signed.municipality, visit),
        plan=row,
        lines=typed if typed is not None else planning.loads_of(row),
        kept=planning.loads_of(row) if typed is not None else [],
        error=error,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("visit.move_day", "日付を入れてください。", status=422) from None


def _due_days(work: UnitOfWork, plan: VisitPlan, form: Mapping[str, object]) -> None:
    """`Refused` naming the first due date that cannot be meant. One that stood there before is left alone."""
    today = local_now(work).date()
    for item, kept in planning.points_of(plan).items():
        typed = _text(form, f"due_{item}", 10)
        if typed != str(kept.due) and absurd(typed, today, asked_on=plan.requested_on):
            raise Refused(f"field.due_{item}", "期限は、依頼を受けた日から2年後までの日付にしてください。", status=422)


def _point(form: Mapping[str, object], item: Item) -> Point:
    try:
        day = date.fromisoformat(_text(form, f"due_{item}", 10))
    except ValueError:
        day = None
    minutes, responsible = _text(form, f"minutes_{item}", 4000), _text(form, f"responsible_{item}", 80)
    return Point(minutes, responsible, day, _text(form, f"done_{item}", 3) == "yes")


def _text(form: Mapping[str, object], name: str, limit: int) -> str:
    return str(form.get(name, "")).strip()[:limit]
