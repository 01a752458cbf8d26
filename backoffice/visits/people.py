"""Whose booking it is: somebody of the organisation's roster, found by number or name, so that nothing is typed twice.

Only a whole number, name or reading that one person has decides by itself; pieces of names are shown to choose from.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from backoffice.kit.errors import NotFound
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.rosters.models import Member
from backoffice.rosters.names import folded
from backoffice.rosters.ordering import Order
from backoffice.rosters.repository import RosterRepository, Whose
from backoffice.visits import bookings
from backoffice.visits.models import Visit
from backoffice.visits.repository import VisitRepository
from backoffice.visits.views import SlotId
from schemas.ids import MunicipalityCode

SHOWN: Final = 20


@dataclass(frozen=True)
class Found:
    """`one`: nobody else can be meant; else `choices`, none where the roster knows nothing like it."""

    one: Member | None = None
    choices: tuple[Member, ...] = ()


def find(work: UnitOfWork, visit: Visit, typed: str) -> Found:
    """Who of the visit's organisation may be meant."""
    wanted = folded(typed)
    if not wanted:
        return Found()
    whose = Whose(visit.municipality_id, visit.organisation_id)
    roster = RosterRepository(work.session)
    alike = {member.id: member for member in roster.page(whose, wanted, order=Order(), after=None, limit=SHOWN)}
    number = unicodedata.normalize("NFKC", typed).strip()
    alike.update((member.id, member) for member in roster.family(whose, number))
    exact = [member for member in alike.values() if member.number == number or wanted in called(member)]
    return Found(one=exact[0]) if len(exact) == 1 else Found(choices=tuple(exact or alike.values()))


def called(member: Member) -> set[str]:
    """Every name of a person and its reading, folded."""
    return {folded(name) for name in (member.name, member.kana, member.former_name, member.alias) if name}


def of_roster(work: UnitOfWork, visit: Visit, member: str) -> Member:
    """`NotFound` for somebody who is not, or no longer, on this organisation's roster."""
    found = work.session.get(Member, (visit.municipality_id, member))
    if found is None or found.left_at is not None or found.organisation_id != visit.organisation_id:
        raise NotFound("booking.no_member", "この人は名簿に見つかりません。")
    return found


def visit_of(work: UnitOfWork, municipality: MunicipalityCode, visit: str, slot: SlotId) -> Visit:
    """The visit of a slot's address. `NotFound` when the slot belongs to another one."""
    repository = VisitRepository(work.session, municipality)
    row, time = repository.visit(visit), repository.slot(slot)
    place = repository.place(time.place_id) if time else None
    if row is None or place is None or place.visit_id != visit:
        raise NotFound("slot.not_found", "予約枠が見つかりません。")
    return row


def book(work: UnitOfWork, visit: Visit, slot: SlotId, who: Member | str, *, actor: str, wait: bool = False) -> str:
    """For somebody of the roster, or for a name as it was typed. Returns the number; see `bookings.book`."""
    municipality = MunicipalityCode(visit.municipality_id)
    if isinstance(who, str):
        return bookings.book(work, municipality, slot, name=who, actor=actor, wait=wait)
    return bookings.book(
        work, municipality, slot, name=who.name[:80], unit=who.unit_id, member=who.id, actor=actor, wait=wait
    )
