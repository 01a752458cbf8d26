"""Letters about a booking, for those who asked: at once, on the eve at 17:00, and when something changes.

The address is asked for here only, belongs to one booking, and goes with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.mail import service as mail
from backoffice.mail.models import MailKind
from backoffice.mail.service import Letter
from backoffice.organisations import service as organisations
from backoffice.rules import service as rules
from backoffice.visits import letters
from backoffice.visits.bring import Answers, answers_of, bring
from backoffice.visits.letters import Told
from backoffice.visits.models import Booking, BookingContact, BookingState, Place, Slot, Visit
from backoffice.visits.repository import VisitRepository
from backoffice.web.formats import JST
from schemas.ids import MunicipalityCode
from schemas.language import Language, Wording

EVE: Final = time(17)
GRACE: Final = timedelta(days=1)


@dataclass(frozen=True)
class Wish:
    """What somebody asks for on the booking page."""

    address: str
    language: Language
    page: str
    answers: Answers


def ask(work: UnitOfWork, municipality: MunicipalityCode, booking: str, wish: Wish) -> None:
    """Write to them from now on; a second wish takes the place of the first."""
    mail.withdraw(work, municipality, _about(booking))
    work.session.merge(
        BookingContact(
            municipality_id=municipality, booking_id=booking, address=mail.read_address(wish.address),
            language=wish.language.value, page=wish.page, answers=wish.answers.stored(), created_at=work.now,
        )
    )  # fmt: skip
    work.session.flush()
    _write(work, municipality, booking, MailKind.CONFIRMATION)


def stop(work: UnitOfWork, municipality: MunicipalityCode, booking: str) -> None:
    """No more letters, and the address is forgotten."""
    mail.withdraw(work, municipality, _about(booking))
    VisitRepository(work.session, municipality).forget_contacts([booking])


def wanted(work: UnitOfWork, municipality: MunicipalityCode, booking: str) -> BookingContact | None:
    return work.session.get(BookingContact, (municipality, booking))


def changed(work: UnitOfWork, municipality: MunicipalityCode, booking: str) -> None:
    """Another time, or a place after waiting."""
    if wanted(work, municipality, booking) is not None:
        mail.withdraw(work, municipality, _about(booking))
        _write(work, municipality, booking, MailKind.CHANGED)


def ended(work: UnitOfWork, municipality: MunicipalityCode, booking: str) -> None:
    """The last letter; the address goes."""
    if wanted(work, municipality, booking) is not None:
        mail.withdraw(work, municipality, _about(booking))
        _write(work, municipality, booking, MailKind.CANCELLED)
        VisitRepository(work.session, municipality).forget_contacts([booking])


def called_off(work: UnitOfWork, municipality: MunicipalityCode, booking: str) -> None:
    """The whole visit is cancelled: they are told, and the address stays in case that is taken back."""
    mail.withdraw(work, municipality, _about(booking))
    _write(work, municipality, booking, MailKind.CANCELLED)


def forget(work: UnitOfWork) -> int:
    """Addresses of days that are over, of every municipality; returns how many."""
    over = (work.now - GRACE).astimezone(JST).date()
    found = VisitRepository(work.session, "").contacts_before(over)
    for contact in found:
        mail.withdraw(work, MunicipalityCode(contact.municipality_id), _about(contact.booking_id))
        work.session.delete(contact)
    return len(found)


def _write(work: UnitOfWork, municipality: MunicipalityCode, booking: str, kind: MailKind) -> None:
    """A letter now, and one on the eve while that is ahead."""
    repository = VisitRepository(work.session, municipality)
    contact, found = wanted(work, municipality, booking), repository.placed(booking)
    if contact is None or found is None:
        return
    row, slot, place, visit = found
    _queue(work, contact, _told(work, contact, row, slot, place, visit, kind), due_at=work.now)
    eve = datetime.combine(slot.day - timedelta(days=1), EVE, tzinfo=JST)
    if kind is not MailKind.CANCELLED and row.state is BookingState.BOOKED and eve > work.now:
        _queue(work, contact, _told(work, contact, row, slot, place, visit, MailKind.REMINDER), due_at=eve)


def _told(
    work: UnitOfWork, contact: BookingContact, row: Booking, slot: Slot, place: Place, visit: Visit, kind: MailKind
) -> Told:
    wish = Wish(contact.address, Language(contact.language), contact.page, answers_of(contact.answers))
    return told_of(work, (row, slot, place, visit), wish, kind)


def told_of(work: UnitOfWork, placed: tuple[Booking, Slot, Place, Visit], wish: Wish, kind: MailKind) -> Told:
    """What is to be said of a booking to somebody who wishes to hear it so."""
    row, slot, place, visit = placed
    municipality = MunicipalityCode(row.municipality_id)
    held = rules.in_force(work, municipality, slot.day).rules
    over = kind is MailKind.CANCELLED
    return Told(
        kind=kind, language=wish.language, title=_worded(visit.title, visit.title_en), number=row.number,
        day=slot.day, begins=slot.begins, ends=slot.ends, place=_worded(place.name, place.name_en),
        waiting=row.state is BookingState.WAITING, page=wish.page,
        contact=visit.contact or organisations.tenant(work, municipality).contact,
        bring=None if over else bring(held, slot.day, municipality, wish.answers),
    )  # fmt: skip


def _queue(work: UnitOfWork, contact: BookingContact, told: Told, *, due_at: datetime) -> None:
    municipality = MunicipalityCode(contact.municipality_id)
    row = work.session.get_one(Booking, (municipality, contact.booking_id))
    letter = Letter(
        kind=told.kind, address=contact.address, title=letters.title(told), body=letters.body(told),
        about=_about(contact.booking_id), page=f"visit:{row.visit_id}", due_at=due_at,
    )  # fmt: skip
    mail.queue(work, municipality, letter)


def _about(booking: str) -> str:
    return f"booking:{booking}"


def _worded(ja: str, en: str) -> Wording:
    return Wording(ja=ja, en=en or None)
