"""One visit with its places, slots and bookings; entered by staff and by venue helpers, who see numbers only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from backoffice.devices import service as devices
from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.visits import bookings, service
from backoffice.visits.bookings import local_now
from backoffice.visits.service import BookingId
from backoffice.visits.views import BookingRow
from backoffice.web.access import Signed, may
from backoffice.web.language import mark
from backoffice.web.listing import Column, show
from backoffice.web.pages import forward, render
from schemas.ids import VisitId

router = APIRouter(prefix="/visits/{visit}")
Reader = Annotated[Signed, may(Action.VISIT_READ)]
Booker = Annotated[Signed, may(Action.VISIT_BOOK)]


@router.get("")
def visit(request: Request, work: Uow, signed: Reader, visit: VisitId) -> HTMLResponse:
    return visit_page(request, work, signed, visit)


@router.get("/bookings")
def bookings_of(request: Request, work: Uow, signed: Reader, visit: VisitId) -> Response:
    """One line a booking. Names are for those who may see applicants."""
    columns = [
        Column[BookingRow]("number", mark("番号"), lambda row: row.number),
        Column[BookingRow]("day", mark("日付"), lambda row: row.day),
        Column[BookingRow]("begins", mark("時刻"), lambda row: f"{row.begins:%H:%M}"),
        Column[BookingRow]("place", mark("会場"), lambda row: row.place),
        Column[BookingRow]("state", mark("状態"), lambda row: row.state),
    ]
    if signed.may(Action.CASE_LIST):
        columns.append(Column[BookingRow]("name", mark("氏名"), lambda row: row.name))
    return show(
        request, work, signed, "visits/bookings.html", rows=bookings.listed(work, signed.municipality, visit),
        columns=columns, name="bookings", visit=service.look(work, signed.municipality, visit),
    )  # fmt: skip


@router.post("/bookings/{booking}/cancel")
def cancel(request: Request, work: Uow, signed: Booker, visit: VisitId, booking: BookingId) -> Response:
    bookings.cancel(work, signed.municipality, booking, actor=str(signed.staff))
    return forward(request, f"/visits/{visit}", notice="visit.changed")


@router.post("/bookings/{booking}/no-show")
def no_show(request: Request, work: Uow, signed: Booker, visit: VisitId, booking: BookingId) -> Response:
    try:
        bookings.no_show(work, signed.municipality, booking, actor=str(signed.staff))
    except Refused as error:
        return visit_page(request, work, signed, visit, error=error)
    return forward(request, f"/visits/{visit}", notice="visit.changed")


def visit_page(
    request: Request, work: Uow, signed: Signed, visit: VisitId, *, error: Refused | None = None
) -> HTMLResponse:
    found = service.look(work, signed.municipality, visit)
    now = local_now(work)
    return render(
        request,
        "visits/one.html",
        status=error.status if error else 200,
        visit=found,
        devices=[device for device in devices.devices(work, signed.municipality) if device.visit == visit],
        open_day=found.next_day(now.date()),
        now=now,
        error=error,
    )
