"""The employees' booking page: open to everybody who has its address, shows nobody but oneself."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import qrcode
from fastapi import APIRouter, Form, Request
from qrcode.image.svg import SvgPathImage
from starlette.responses import HTMLResponse, Response

from backoffice.kit.errors import Refused
from backoffice.kit.request_work import Uow
from backoffice.mail.service import masked
from backoffice.organisations import service as organisations
from backoffice.rosters.models import Member
from backoffice.rules import service as rules
from backoffice.visits import bookings, public, reminders, service
from backoffice.visits.bring import ASKED_PURPOSES, Kind, answers_of, bring, documents, say
from backoffice.visits.models import Visit, VisitPlan
from backoffice.visits.papers import LISTED_BY_SIGN, dated, kind_name
from backoffice.visits.reminders import Wish
from backoffice.visits.service import BookingId, SlotId
from backoffice.visits.slots import closes
from backoffice.web.access import secure
from backoffice.web.language import chosen
from backoffice.web.pages import forward, render
from schemas.form_code import booking_code
from schemas.ids import MunicipalityCode, VisitId
from schemas.language import Language, Wording
from schemas.rules import RuleSet

router = APIRouter(prefix="/booking/{municipality}/{code}")
_COOKIE = "demado_booking"
Flag = Annotated[str, Form(max_length=3)]


@router.get("")
def page(request: Request, work: Uow, municipality: MunicipalityCode, code: str) -> HTMLResponse:
    return _page(request, work, *public.page_of(work, municipality, code))


@router.post("/me")
def find(
    request: Request, work: Uow, municipality: MunicipalityCode, code: str,
    number: Annotated[str, Form(min_length=1, max_length=40)], month: Annotated[int, Form(ge=1, le=12)],
    name: Annotated[str, Form(max_length=200)] = "",
) -> Response:  # fmt: skip
    plan, visit = public.page_of(work, municipality, code)
    try:
        address = request.client.host if request.client else ""
        member = public.find(work, visit, number=number, month=month, address=address, name=name)
    except Refused as error:
        return _page(request, work, plan, visit, error=error, typed=(number, str(month), name))
    if member is None:
        unknown = Refused("booking.unknown", "番号と誕生月を確認できませんでした。", status=422)
        return _page(request, work, plan, visit, error=unknown, typed=(number, str(month), name))
    answer = forward(request, _path(plan))
    proof = public.proof(work, plan, member)
    answer.set_cookie(
        _COOKIE, proof, max_age=1200, path=_path(plan), httponly=True, samesite="lax", secure=secure(request)
    )
    return answer


@router.post("/slot")
def choose(
    request: Request, work: Uow, municipality: MunicipalityCode, code: str, slot: Annotated[SlotId, Form()],
    wait: Flag = "",
) -> Response:  # fmt: skip
    """Book, or change the time. `wait`: into the waiting list of a slot that is full."""
    plan, visit = public.page_of(work, municipality, code)
    member = _who(request, work, plan, visit)
    if member is not None:
        try:
            public.choose(work, plan, visit, member, slot, wait=wait == "yes")
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


@router.post("/mail")
def letters(
    request: Request, work: Uow, municipality: MunicipalityCode, code: str,
    mail: Annotated[str, Form(max_length=254)], child: Flag = "", limited_stay: Flag = "", ward: Flag = "",
    number_paper: Flag = "", purpose: Annotated[str, Form(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Letters about one's own booking, with the list for the answers given."""
    plan, visit = public.page_of(work, municipality, code)
    member = _who(request, work, plan, visit)
    booking = public.own(work, visit, member) if member else None
    if booking is None or request.app.state.postman is None:
        return forward(request, _path(plan))
    given = {"child": child, "limited_stay": limited_stay, "ward": ward, "number_paper": number_paper}
    page = f"{request.app.state.settings.public_url}{_path(plan)}"
    wish = Wish(mail, chosen(request), page, answers_of({**given, "purpose": purpose}))
    try:
        reminders.ask(work, municipality, booking.id, wish)
    except Refused as error:
        return _page(request, work, plan, visit, error=error)
    return forward(request, _path(plan), notice="mail.asked")


@router.post("/mail/stop")
def no_letters(request: Request, work: Uow, municipality: MunicipalityCode, code: str) -> Response:
    plan, visit = public.page_of(work, municipality, code)
    member = _who(request, work, plan, visit)
    booking = public.own(work, visit, member) if member else None
    if booking is not None:
        reminders.stop(work, municipality, booking.id)
    return forward(request, _path(plan), notice="mail.stopped")


@router.post("/leave")
def leave(request: Request, work: Uow, municipality: MunicipalityCode, code: str) -> Response:
    """Forget who was here: the browser may be everybody's."""
    plan, _visit = public.page_of(work, municipality, code)
    answer = forward(request, _path(plan))
    answer.delete_cookie(_COOKIE, path=_path(plan))
    return answer


def _page(
    request: Request, work: Uow, plan: VisitPlan, visit: Visit, *, error: Refused | None = None,
    typed: tuple[str, str, str] = ("", "", ""),
) -> HTMLResponse:  # fmt: skip
    municipality = MunicipalityCode(visit.municipality_id)
    member = _who(request, work, plan, visit)
    booking = public.own(work, visit, member) if member else None
    found, now = service.look(work, municipality, VisitId(visit.id)), bookings.local_now(work)
    answers = answers_of(dict(request.query_params))
    held = rules.in_force(work, municipality, visit.starts_on).rules
    slots = [(place, slot) for place in found.places for slot in place.slots]
    open_slots = [
        (place, slot)
        for place, slot in slots
        if member and now < closes(slot.day, slot.begins, cut_off_hours=plan.cut_off_hours)
    ]
    return render(
        request,
        "visits/booking.html",
        status=error.status if error else 200,
        visit=found,
        tenant=organisations.tenant(work, municipality),
        known=member is not None,
        booking=booking,
        drawing=drawn(VisitId(visit.id), booking.number) if booking else None,
        booked=next(((place, slot) for place, slot in slots if booking and slot.id == booking.slot_id), None),
        free=[(place, slot) for place, slot in open_slots if slot.free],
        full=[(place, slot) for place, slot in open_slots if not slot.free and slot.bookable and not booking],
        at=_path(plan),
        error=error,
        typed=typed,
        answers=answers,
        purposes=ASKED_PURPOSES,
        bring=bring(held, visit.starts_on, municipality, answers),
        classes=documents(held, visit.starts_on),
        example=held.example,
        letters=request.app.state.postman is not None,
        contact=reminders.wanted(work, municipality, booking.id) if booking else None,
        masked=masked,
        **_words(chosen(request), held, visit.starts_on),
    )  # fmt: skip


def _words(language: Language, held: RuleSet, day: date) -> dict[str, Any]:
    """What the page says besides its catalogue: sentences of printed matter, days, names, in the reader's language."""
    return {
        "paper": lambda name: say(name, language),
        "child_kind": kind_name(Kind.CHILD, held, day, language),
        "dated": lambda at: dated(at, language),
        "named": lambda ja, en: Wording(ja=ja, en=en or None)[language],
        "between": "、" if language in LISTED_BY_SIGN else ", ",
    }


def _who(request: Request, work: Uow, plan: VisitPlan, visit: Visit) -> Member | None:
    return public.proven(work, plan, visit, request.cookies.get(_COOKIE, ""))


def drawn(visit: VisitId, number: str) -> str:
    """The booking's code as SVG: the visit's kiosks read it; it holds neither name nor time."""
    return str(
        qrcode.make(booking_code(visit, number), image_factory=SvgPathImage, border=2).to_string(encoding="unicode")
    )


def _path(plan: VisitPlan) -> str:
    return f"/booking/{plan.municipality_id}/{plan.code}"
