"""The employees' booking page: open to everybody who has its address, shows nobody but oneself."""

from __future__ import annotations

from typing import Annotated

import qrcode
from fastapi import APIRouter, Form, Request
from qrcode.image.svg import SvgPathImage
from starlette.responses import HTMLResponse, Response

from backoffice.kit.errors import Refused
from backoffice.kit.unit_of_work import Uow
from backoffice.organisations import service as organisations
from backoffice.rosters.models import Member
from backoffice.visits import bookings, public, service
from backoffice.visits.models import Visit, VisitPlan
from backoffice.visits.service import BookingId, SlotId
from backoffice.visits.slots import closes
from backoffice.web.access import secure
from backoffice.web.pages import forward, render
from schemas.form_code import booking_code
from schemas.ids import MunicipalityCode, VisitId

router = APIRouter(prefix="/booking/{municipality}/{code}")
_COOKIE = "demado_booking"


@router.get("")
def page(request: Request, work: Uow, municipality: MunicipalityCode, code: str) -> HTMLResponse:
    return _page(request, work, *public.page_of(work, municipality, code))


@router.post("/me")
def find(
    request: Request, work: Uow, municipality: MunicipalityCode, code: str,
    number: Annotated[str, Form(min_length=1, max_length=40)], month: Annotated[int, Form(ge=1, le=12)],
) -> Response:  # fmt: skip
    plan, visit = public.page_of(work, municipality, code)
    try:
        address = request.client.host if request.client else ""
        member = public.find(work, visit, number=number, month=month, address=address)
    except Refused as error:
        return _page(request, work, plan, visit, error=error)
    if member is None:
        unknown = Refused("booking.unknown", "番号と誕生月を確認できませんでした。", status=422)
        return _page(request, work, plan, visit, error=unknown)
    answer = forward(request, _path(plan))
    proof = public.proof(work, plan, member)
    answer.set_cookie(
        _COOKIE, proof, max_age=1200, path=_path(plan), httponly=True, samesite="lax", secure=secure(request)
    )
    return answer


@router.post("/slot")
def choose(
    request: Request, work: Uow, municipality: MunicipalityCode, code: str, slot: Annotated[SlotId, Form()]
) -> Response:
    """Book, or change the time."""
    plan, visit = public.page_of(work, municipality, code)
    member = _who(request, work, plan, visit)
    if member is not None:
        try:
            public.choose(work, plan, visit, member, slot)
        except Refused as error:
            return _page(request, work, plan, visit, error=error)
    return forward(request, _path(plan))


@router.post("/cancel")
def cancel(request: Request, work: Uow, municipality: MunicipalityCode, code: str) -> Response:
    plan, visit = public.page_of(work, municipality, code)
    member = _who(request, work, plan, visit)
    booking = public.own(work, visit, member) if member else None
    if booking is not None:
        bookings.cancel(work, municipality, BookingId(booking.id), actor="employee")
    return forward(request, _path(plan))


@router.post("/leave")
def leave(request: Request, work: Uow, municipality: MunicipalityCode, code: str) -> Response:
    """Forget who was here: the browser may be everybody's."""
    plan, _visit = public.page_of(work, municipality, code)
    answer = forward(request, _path(plan))
    answer.delete_cookie(_COOKIE, path=_path(plan))
    return answer


def _page(request: Request, work: Uow, plan: VisitPlan, visit: Visit, *, error: Refused | None = None) -> HTMLResponse:
    municipality = MunicipalityCode(visit.municipality_id)
    member = _who(request, work, plan, visit)
    booking = public.own(work, visit, member) if member else None
    found, now = service.look(work, municipality, VisitId(visit.id)), bookings.local_now(work)
    slots = [(place, slot) for place in found.places for slot in place.slots]
    return render(
        request,
        "visits/booking.html",
        status=error.status if error else 200,
        visit=found,
        tenant=organisations.tenant(work, municipality),
        known=member is not None,
        booking=booking,
        drawing=_drawn(VisitId(visit.id), booking.number) if booking else None,
        booked=next(((place, slot) for place, slot in slots if booking and slot.id == booking.slot_id), None),
        free=[
            (place, slot)
            for place, slot in slots
            if slot.free and now < closes(slot.day, slot.begins, cut_off_hours=plan.cut_off_hours)
        ] if member else [],
        at=_path(plan),
        error=error,
    )  # fmt: skip


def _who(request: Request, work: Uow, plan: VisitPlan, visit: Visit) -> Member | None:
    return public.proven(work, plan, visit, request.cookies.get(_COOKIE, ""))


def _drawn(visit: VisitId, number: str) -> str:
    """The booking's code as SVG: the visit's kiosks read it; it holds neither name nor time."""
    return str(
        qrcode.make(booking_code(visit, number), image_factory=SvgPathImage, border=2).to_string(encoding="unicode")
    )


def _path(plan: VisitPlan) -> str:
    return f"/booking/{plan.municipality_id}/{plan.code}"
