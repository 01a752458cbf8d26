"""Employees find themselves on a visit's booking page: roster number and birth month, no account.

People of one number born in the same month are told apart by their name or its reading, asked for only then and never
shown. Failed tries are counted by number and by address: a month alone would be guessed in twelve tries.
"""

from __future__ import annotations

import hmac
import unicodedata
from datetime import timedelta
from hashlib import sha256
from typing import Final

from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.rosters.models import Member
from backoffice.rosters.names import folded
from backoffice.rosters.repository import RosterRepository, Whose
from backoffice.staff.tokens import derived
from backoffice.visits import bookings, people
from backoffice.visits.models import Booking, BookingTry, Visit, VisitPlan, VisitState
from backoffice.visits.repository import VisitRepository
from backoffice.visits.views import BookingId, SlotId
from schemas.ids import MunicipalityCode, Uuid7

PROOF_LASTS: Final = timedelta(minutes=20)
WINDOW: Final = timedelta(minutes=60)
PER_NUMBER: Final = 3
PER_ADDRESS: Final = 30


def page_of(work: UnitOfWork, municipality: MunicipalityCode, code: str) -> tuple[VisitPlan, Visit]:
    """The visit behind an address. `NotFound` when there is none or its page is closed."""
    repository = VisitRepository(work.session, municipality)
    plan = repository.plan_of_code(code)
    visit = repository.visit(plan.visit_id) if plan else None
    if plan is None or visit is None or not plan.booking_open:
        raise NotFound("booking.page_closed", "この予約ページは開いていません。")
    if visit.state not in (VisitState.CONFIRMED, VisitState.DAY):
        raise NotFound("booking.page_closed", "この予約ページは開いていません。")
    return plan, visit


def find(work: UnitOfWork, visit: Visit, *, number: str, month: int, address: str, name: str = "") -> Member | None:
    """The one person of the roster; a failed try is counted. `Refused` (429) after too many, `booking.which` when
    only the name can tell who it is."""
    repository = VisitRepository(work.session, visit.municipality_id)
    plain = unicodedata.normalize("NFKC", number).strip()
    account, source, since = _hash(visit.organisation_id, plain), _hash(address), work.now - WINDOW
    tried = repository.tries(since=since, account=account), repository.tries(since=since, address=source)
    if tried[0] >= PER_NUMBER or tried[1] >= PER_ADDRESS:
        raise Refused("booking.too_many_tries", "入力の間違いが続きました。1時間後にお試しください。", status=429)
    family = RosterRepository(work.session).family(Whose(visit.municipality_id, visit.organisation_id), plain)
    born = [member for member in family if member.birth_month == month]
    if len(born) > 1 and not name.strip():
        raise Refused("booking.which", "同じ番号・誕生月の人がいます。氏名かフリガナも入れてください。", status=422)
    meant = [member for member in born if len(born) == 1 or _is_called(member, name)]
    if len(meant) == 1:
        return meant[0]
    made = work.new_id(Uuid7)
    row = BookingTry(municipality_id=visit.municipality_id, id=made, account=account, address=source, at=work.now)
    repository.add([row])
    return None


def proof(work: UnitOfWork, plan: VisitPlan, member: Member) -> str:
    """What the browser shows for the next minutes instead of number and month."""
    said = f"{member.id}.{int((work.now + PROOF_LASTS).timestamp())}"
    return f"{said}.{derived(plan.secret, said)}"


def proven(work: UnitOfWork, plan: VisitPlan, visit: Visit, shown: str) -> Member | None:
    """Whose proof this is, while it lasts and the person is on the roster."""
    said, _, mac = shown.rpartition(".")
    member, _, until = said.partition(".")
    if not hmac.compare_digest(mac.encode(), derived(plan.secret, said).encode()):
        return None
    found = work.session.get(Member, (plan.municipality_id, member))
    if found is None or found.left_at or found.organisation_id != visit.organisation_id:
        return None
    return found if int(until) > work.now.timestamp() else None


def own(work: UnitOfWork, visit: Visit, member: Member) -> Booking | None:
    return VisitRepository(work.session, visit.municipality_id).booking_of(visit.id, member.id)


def choose(
    work: UnitOfWork, plan: VisitPlan, visit: Visit, member: Member, slot: SlotId, *, wait: bool = False
) -> None:
    """Book, or move what is booked. `wait`: for a place of a full slot, while nothing is booked. `Refused` when the
    slot is full, closed or none of this visit."""
    municipality = MunicipalityCode(visit.municipality_id)
    repository = VisitRepository(work.session, municipality)
    row = repository.slot(slot)
    place = repository.place(row.place_id) if row else None
    if row is None or place is None or place.visit_id != visit.id:
        raise NotFound("slot.not_found", "予約枠が見つかりません。")
    if not bookings.open_for_booking(work, row, cut_off_hours=plan.cut_off_hours):
        raise Refused("slot.closed", "この時刻の予約は締め切りました。", status=409)
    former = own(work, visit, member)
    if former is not None:
        bookings.move(work, municipality, BookingId(former.id), slot, actor="employee")
    else:
        people.book(work, visit, slot, member, actor="employee", wait=wait)


def _is_called(member: Member, name: str) -> bool:
    """By any of their names, or its reading, however it is typed."""
    wanted = folded(name)
    return bool(wanted) and wanted in people.called(member)


def _hash(*parts: str) -> str:
    return sha256("\x00".join(parts).encode()).hexdigest()
