"""Bookings by telephone or at the counter: made out of the roster, confirmed on paper or as text, moved, mailed about.

Helpers do all of this without seeing a name: whom they type is tied to the roster in silence, where one person fits.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from starlette.responses import HTMLResponse, Response

from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.request_work import Uow
from backoffice.mail.models import MailKind
from backoffice.mail.service import masked
from backoffice.organisations import service as organisations
from backoffice.organisations.service import OrganisationId
from backoffice.rules import service as rules
from backoffice.staff.authorisation import Action
from backoffice.visits import bookings, letters, moved, people, planning, reminders, service
from backoffice.visits.bring import ASKED_PURPOSES, Kind, answers_of
from backoffice.visits.console.one import visit_page
from backoffice.visits.console.public import drawn
from backoffice.visits.models import BookingState, Visit
from backoffice.visits.papers import kind_name
from backoffice.visits.reminders import Wish
from backoffice.visits.repository import STANDING
from backoffice.visits.service import BookingId, SlotId
from backoffice.visits.slots import closes
from backoffice.web.access import Signed, may
from backoffice.web.language import PUBLIC, chosen
from backoffice.web.pages import forward, render
from schemas.ids import VisitId, contains_my_number
from schemas.language import Language

router = APIRouter(prefix="/visits/{visit}")
Booker = Annotated[Signed, may(Action.VISIT_BOOK)]
Flag = Annotated[str, Form(max_length=3)]


@router.post("/slots/{slot}")
def book(
    request: Request, work: Uow, signed: Booker, visit: VisitId, slot: SlotId,
    name: Annotated[str, Form(min_length=1, max_length=80)], wait: Flag = "",
    member: Annotated[str, Form(max_length=36)] = "", as_typed: Flag = "",
) -> Response:  # fmt: skip
    """`name`: a name or a number of the roster. `member`: chosen among several; `as_typed`: somebody not on it.
    `wait`: into the waiting list of a slot that is full."""
    try:
        row = people.visit_of(work, signed.municipality, visit, slot)
        found = people.Found() if as_typed == "yes" else people.find(work, row, name)
        who = people.of_roster(work, row, member) if member else found.one
        if who is None and found.choices and signed.may(Action.ORGANISATION_READ):
            return _which(request, work, signed, row, slot, name=name, wait=wait, found=found)
        if who is None and contains_my_number(name):
            raise Refused("booking.my_number", "マイナンバー(12桁)は保存できません。", status=422)
        number = people.book(work, row, slot, who or name.strip(), actor=str(signed.staff), wait=wait == "yes")
    except Refused as error:
        return visit_page(request, work, signed, visit, error=error)
    return forward(request, f"/visits/{visit}", notice="booking.made", subject=number)


def _which(
    request: Request, work: Uow, signed: Signed, visit: Visit, slot: SlotId, *, name: str, wait: str,
    found: people.Found,
) -> HTMLResponse:  # fmt: skip
    """Several of the roster, or somebody alike, may be meant."""
    organisation = OrganisationId(visit.organisation_id)
    return render(
        request, "visits/who.html", visit=service.look(work, signed.municipality, VisitId(visit.id)), slot=slot,
        typed=name, wait=wait, choices=found.choices,
        units=organisations.unit_names(work, signed.municipality, organisation),
    )  # fmt: skip


@router.get("/bookings/{booking}")
def confirmation(
    request: Request, work: Uow, signed: Booker, visit: VisitId, booking: BookingId,
    language: Annotated[str, Query(max_length=16)] = "",
) -> HTMLResponse:  # fmt: skip
    """What somebody is told of their booking, on paper or as text, in their language and with their own list."""
    return _confirmation(request, work, signed, visit, booking, language=language, given=dict(request.query_params))


@router.post("/bookings/{booking}/move")
def move(
    request: Request, work: Uow, signed: Booker, visit: VisitId, booking: BookingId, slot: Annotated[SlotId, Form()]
) -> Response:
    """Another time under the same number."""
    row, *_rest = bookings.placed(work, signed.municipality, booking, visit=visit)
    at, back = f"/visits/{visit}/bookings/{booking}", moved.way_back(row, work.now)
    try:
        bookings.move(work, signed.municipality, booking, slot, actor=str(signed.staff))
    except Refused as error:
        return _confirmation(request, work, signed, visit, booking, error=error)
    return forward(request, at, notice="booking.moved", subject=row.number, undo=f"{at}/{back}")


@router.post("/bookings/{booking}/moved/{left}/{was}/{at_ms}/undo")
def move_back(
    request: Request, work: Uow, signed: Booker, visit: VisitId, booking: BookingId, left: SlotId, was: BookingState,
    at_ms: Annotated[int, Path(ge=0)],
) -> Response:  # fmt: skip
    """The time it had before."""
    try:
        moved.take_back(work, signed.municipality, visit, booking, left, was=was, at_ms=at_ms, actor=str(signed.staff))
    except Refused as error:
        return _confirmation(request, work, signed, visit, booking, error=error)
    return forward(request, f"/visits/{visit}/bookings/{booking}", notice="visit.undone")


@router.post("/bookings/{booking}/mail")
def mail(
    request: Request, work: Uow, signed: Booker, visit: VisitId, booking: BookingId,
    mail: Annotated[str, Form(max_length=254)], language: Annotated[str, Form(max_length=16)] = "",
    child: Flag = "", limited_stay: Flag = "", ward: Flag = "", number_paper: Flag = "",
    purpose: Annotated[str, Form(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Letters for somebody who asked for them here."""
    given = {"child": child, "limited_stay": limited_stay, "ward": ward, "number_paper": number_paper}
    answers = answers_of({**given, "purpose": purpose})
    row, *_rest = bookings.placed(work, signed.municipality, booking, visit=visit)
    if request.app.state.postman is None or row.state not in STANDING:
        raise NotFound("booking.not_found", "予約が見つかりません。")
    wish = Wish(mail, _language(request, language), _page(request, work, signed, visit), answers)
    try:
        reminders.ask(work, signed.municipality, booking, wish)
    except Refused as error:
        return _confirmation(
            request, work, signed, visit, booking, error=error, language=language, given=answers.stored(), mail=mail
        )
    return forward(request, f"/visits/{visit}/bookings/{booking}", notice="mail.asked")


@router.post("/bookings/{booking}/mail/stop")
def no_mail(request: Request, work: Uow, signed: Booker, visit: VisitId, booking: BookingId) -> Response:
    bookings.placed(work, signed.municipality, booking, visit=visit)
    reminders.stop(work, signed.municipality, booking)
    return forward(request, f"/visits/{visit}/bookings/{booking}", notice="mail.stopped")


def _confirmation(
    request: Request, work: Uow, signed: Signed, visit: VisitId, booking: BookingId, *, language: str = "",
    given: dict[str, str] | None = None, error: Refused | None = None, mail: str = "",
) -> HTMLResponse:  # fmt: skip
    placed = bookings.placed(work, signed.municipality, booking, visit=visit)
    row, slot, place, _visit = placed
    spoken, answers, now = _language(request, language), answers_of(given or {}), bookings.local_now(work)
    wish = Wish("", spoken, _page(request, work, signed, visit), answers)
    standing = row.state in STANDING
    told = reminders.told_of(work, placed, wish, MailKind.CONFIRMATION if standing else MailKind.CANCELLED)
    found = service.look(work, signed.municipality, visit)
    contact = reminders.wanted(work, signed.municipality, booking)
    held = rules.in_force(work, signed.municipality, slot.day).rules
    return render(
        request,
        "visits/confirmation.html",
        status=error.status if error else 200,
        visit=found, booking=row, slot=slot, place=place, standing=standing, spoken=spoken, names=PUBLIC,
        text="\n".join(letters.lines(told)), answers=answers, purposes=ASKED_PURPOSES,
        child_kind=kind_name(Kind.CHILD, held, slot.day, chosen(request)),
        drawing=drawn(visit, row.number) if standing else "",
        free=[
            (where, time)
            for where in found.places
            for time in where.slots
            if time.free and time.id != slot.id and now < closes(time.day, time.begins, cut_off_hours=0)
        ],
        letters=request.app.state.postman is not None and standing,
        contact=masked(contact.address) if contact else "",
        typed_mail=mail,
        error=error,
    )  # fmt: skip


def _language(request: Request, asked: str) -> Language:
    """The applicant's, as it was chosen; the reader's own until then."""
    return Language(asked) if asked in list(Language) else chosen(request)


def _page(request: Request, work: Uow, signed: Signed, visit: VisitId) -> str:
    """Where the person may change the booking by themselves; empty while that is closed."""
    plan = planning.plan_of(work, signed.municipality, visit)
    if not plan.booking_open:
        return ""
    return f"{request.app.state.settings.public_url}/booking/{signed.municipality}/{plan.code}"
