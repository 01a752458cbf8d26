"""One visit with its places, slots and bookings; entered by staff and by venue helpers, who see numbers only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, Response

from backoffice.devices import service as devices
from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.staff.authorisation import Action
from backoffice.visits import bookings, release, service
from backoffice.visits.bookings import local_now
from backoffice.visits.service import BookingId, SlotId
from backoffice.visits.slots import runs
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
        Column[BookingRow]("came", mark("来場"), lambda row: row.came_at),
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
    undo = f"/visits/{visit}/bookings/{booking}/restore"
    return forward(request, f"/visits/{visit}", notice="visit.changed", undo=undo)


@router.post("/bookings/{booking}/restore")
def restore(request: Request, work: Uow, signed: Booker, visit: VisitId, booking: BookingId) -> Response:
    """Somebody counted as not come is expected after all."""
    try:
        release.take_back(work, signed.municipality, visit, booking, actor=str(signed.staff))
    except Refused as error:
        return visit_page(request, work, signed, visit, error=error)
    return forward(request, f"/visits/{visit}", notice="booking.restored", subject="1")


@router.post("/slots/{slot}/release")
def release_slot(request: Request, work: Uow, signed: Booker, visit: VisitId, slot: SlotId) -> Response:
    """All of a slot who did not come; the notice takes it back."""
    try:
        count = release.release_slot(work, signed.municipality, visit, slot, actor=str(signed.staff))
    except Refused as error:
        return visit_page(request, work, signed, visit, error=error)
    undo = f"/visits/{visit}/slots/{slot}/released/{release.in_ms(work.now)}/undo"
    return forward(request, f"/visits/{visit}", notice="booking.released", subject=str(count), undo=undo)


@router.post("/slots/{slot}/released/{at_ms}/undo")
def restore_slot(
    request: Request, work: Uow, signed: Booker, visit: VisitId, slot: SlotId, at_ms: Annotated[int, Path(ge=0)]
) -> Response:
    """Those released together, as far as their places are still free."""
    back, gone = release.take_back_slot(work, signed.municipality, visit, slot, at_ms=at_ms, actor=str(signed.staff))
    notice = "booking.restored_partly" if gone else "booking.restored"
    return forward(request, f"/visits/{visit}", notice=notice, subject=str(back))


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
        missing=release.missing,
        runs=runs,
        unknown=release.unknown(work, signed.municipality, found),
        error=error,
    )
