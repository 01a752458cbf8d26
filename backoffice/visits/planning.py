"""A visit from request to close: lead time, agenda, go or no-go, states, hours, what is loaded.

requested → talking → confirmed → day → closed; cancelled from any of the first four. Confirming with fewer people than
the minimum needs a reason, which stands in the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.rows import insert_if_absent
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits import service, slots
from backoffice.visits.agenda import USUAL_EQUIPMENT, Item, Point, point_of
from backoffice.visits.bookings import local_now
from backoffice.visits.models import Visit, VisitPlan, VisitRules, VisitState
from backoffice.visits.repository import VisitRepository
from backoffice.visits.service import NewVisit
from backoffice.visits.views import PlaceId, VisitView
from schemas.ids import MunicipalityCode, VisitId

FURTHEST: Final = timedelta(days=730)
NEXT: Final[Mapping[VisitState, tuple[VisitState, ...]]] = {
    VisitState.REQUESTED: (VisitState.TALKING, VisitState.CANCELLED),
    VisitState.TALKING: (VisitState.CONFIRMED, VisitState.CANCELLED),
    VisitState.CONFIRMED: (VisitState.DAY, VisitState.TALKING, VisitState.CANCELLED),
    VisitState.DAY: (VisitState.CLOSED, VisitState.CANCELLED),
    VisitState.CLOSED: (),
    VisitState.CANCELLED: (),
}


@dataclass(frozen=True)
class Request:
    """What an organisation asks for."""

    visit: NewVisit
    requested_on: date
    expected: int
    home_visit: bool


@dataclass(frozen=True)
class Hours:
    """Opening hours of a place on a day and who sits there. `walk_in`: places of each slot kept from booking."""

    day: date
    begins: time
    ends: time
    stations: int
    minutes: int
    minutes_each: int
    walk_in: int = 0


@dataclass(frozen=True)
class Load:
    name: str
    count: str
    ready: bool


def rules(work: UnitOfWork, municipality: MunicipalityCode) -> VisitRules:
    """The municipality's figures, or the usual ones: 30 days, 5 people, 15-minute slots, 5 minutes each, 24 hours."""
    return VisitRepository(work.session, municipality).rules() or VisitRules(municipality_id=municipality)


def decided(work: UnitOfWork, municipality: MunicipalityCode) -> bool:
    """Whether the municipality has set figures of its own."""
    return VisitRepository(work.session, municipality).rules() is not None


def change_rules(work: UnitOfWork, municipality: MunicipalityCode, wanted: VisitRules, *, actor: str) -> None:
    work.session.merge(wanted)
    audit.write(work, municipality=municipality, actor=actor, action="visit.rules_changed", subject="visit:rules")


def request(work: UnitOfWork, municipality: MunicipalityCode, asked: Request, *, actor: str) -> VisitId:
    """Take a request down; a short lead time is warned about, not refused. Raises `Refused` for absurd dates."""
    today = local_now(work).date()
    _sane(today, asked.visit.starts_on, asked.visit.ends_on)
    made = service.plan(work, municipality, asked.visit, actor=actor)
    row = plan_of(work, municipality, made)
    row.requested_on, row.expected, row.home_visit = asked.requested_on, asked.expected, asked.home_visit
    row.minimum = 1 if asked.home_visit else rules(work, municipality).minimum
    return made


def plan_of(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, *, lock: bool = False) -> VisitPlan:
    """How it is prepared; visits made before there were plans get an empty one."""
    repository = VisitRepository(work.session, municipality)
    found = repository.plan(visit, lock=lock)
    if found is not None:
        return found
    if repository.visit(visit) is None:
        raise NotFound("visit.not_found", "訪問が見つかりません。")
    figures = rules(work, municipality)
    fresh = VisitPlan(
        municipality_id=municipality, visit_id=visit, minimum=figures.minimum, cut_off_hours=figures.cut_off_hours,
        code=work.randomness(5).hex(), secret=work.randomness(32).hex(),
        equipment=[[name, count, ""] for name, count in USUAL_EQUIPMENT],
    )  # fmt: skip
    insert_if_absent(work.session, fresh)
    made = repository.plan(visit, lock=lock)
    assert made is not None
    return made


def short_notice(plan: VisitPlan, starts_on: date, lead_days: int) -> int:
    """By how many days the request came too late; 0 when it did not."""
    if plan.requested_on is None:
        return 0
    return max(0, lead_days - (starts_on - plan.requested_on).days)


def enough(plan: VisitPlan, visit: VisitView) -> bool:
    """Go or no-go: bookings count, before there are any what the organisation expects."""
    return (visit.booked or plan.expected) >= plan.minimum


def move_on(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, to: VisitState, *, reason: str, actor: str
) -> None:
    """The next state. `Refused` for one that does not follow, a day too early, or too few people without a reason."""
    plan = plan_of(work, municipality, visit, lock=True)
    row = _visit(work, municipality, visit)
    if to not in NEXT[row.state]:
        raise Refused("visit.state_unreachable", "この訪問は、その状態に進めません。", status=409)
    view = service.look(work, municipality, visit)
    if to is VisitState.CONFIRMED and not reason and not enough(plan, view):
        raise Refused("visit.too_few", "最少人数に足りません。実施する理由を書いてください。", status=422)
    if to is VisitState.CONFIRMED and not view.capacity:
        raise Refused("visit.no_hours", "会場と受付時間を決めてから確定してください。", status=422)
    if to is VisitState.DAY and local_now(work).date() < row.starts_on:
        raise Refused("visit.too_early", "訪問の初日になってから進めてください。", status=409)
    if to is VisitState.CANCELLED and not reason:
        raise Refused("visit.reason_missing", "中止の理由を書いてください。", status=422)
    row.state = to
    if to in (VisitState.CANCELLED, VisitState.CLOSED):
        plan.booking_open = False
    audit.write(
        work,
        municipality=municipality,
        actor=actor,
        action=f"visit.{to.value}",
        subject=f"visit:{visit}",
        detail=reason,
    )


def settle(
    work: UnitOfWork,
    municipality: MunicipalityCode,
    visit: VisitId,
    points: Mapping[Item, Point],
    *,
    version: int,
    actor: str,
) -> None:
    """Keep the agenda. `Refused` with 409 when somebody else changed the plan since `version`."""
    plan = _unchanged(work, municipality, visit, version)
    plan.agenda = {item.value: point.stored() for item, point in points.items()}
    _changed(work, plan, actor, "visit.agenda_changed")


def points_of(plan: VisitPlan) -> dict[Item, Point]:
    return {item: point_of(plan.agenda.get(item)) for item in Item}


def load(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, lines: Sequence[Load], *, version: int, actor: str
) -> None:
    """Keep the loading list; lines without a name are left out."""
    plan = _unchanged(work, municipality, visit, version)
    plan.equipment = [[line.name, line.count, "yes" if line.ready else ""] for line in lines if line.name]
    _changed(work, plan, actor, "visit.equipment_changed")


def loads_of(plan: VisitPlan) -> list[Load]:
    return [Load(name, count, bool(ready)) for name, count, ready in plan.equipment]


def frame(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId,
    *, expected: int, minimum: int, home_visit: bool, cut_off_hours: int, booking_open: bool, version: int, actor: str,
) -> None:  # fmt: skip
    """Numbers and the booking page. A minimum of one person is for home visits."""
    if minimum < 2 and not home_visit:
        raise Refused("visit.minimum_for_home", "最少人数1人は、個人宅への訪問だけです。", status=422)
    plan = _unchanged(work, municipality, visit, version)
    if booking_open and _visit(work, municipality, visit).state not in (VisitState.CONFIRMED, VisitState.DAY):
        raise Refused("visit.not_confirmed", "予約ページは、訪問を確定してから公開できます。", status=409)
    plan.expected, plan.minimum, plan.home_visit = expected, minimum, home_visit
    plan.cut_off_hours, plan.booking_open = cut_off_hours, booking_open
    _changed(work, plan, actor, "visit.frame_changed")


def reword(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId,
    *, title: str, title_en: str, contact: str, version: int, actor: str,
) -> None:  # fmt: skip
    """What a visit is called, on posters and screens too, and whom people ask."""
    plan = _unchanged(work, municipality, visit, version)
    row = _visit(work, municipality, visit)
    row.title, row.title_en, row.contact = title, title_en, contact
    _changed(work, plan, actor, "visit.reworded")


def add_place(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, *, name: str, name_en: str, actor: str
) -> PlaceId:
    _visit(work, municipality, visit)
    made = service.add_place(work, municipality, visit, name=name, name_en=name_en)
    _note(work, municipality, visit, actor, "visit.place_added")
    return made


def open_hours(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, place: PlaceId, hours: Hours, *, actor: str
) -> int:
    """Slots of a place for a day, or a further stretch of it; the visit's period grows with it. Returns how many."""
    row = _visit(work, municipality, visit)
    _of_visit(work, municipality, visit, place)
    _sane(local_now(work).date(), hours.day, hours.day)
    there = VisitRepository(work.session, municipality).day_slots(place, hours.day)
    if any(slot.begins < hours.ends and hours.begins < slot.ends for slot in there):
        raise Refused("visit.time_opened", "この会場のこの時間には、すでに予約枠があります。", status=409)
    capacity = slots.capacity_of(stations=hours.stations, minutes=hours.minutes, minutes_each=hours.minutes_each)
    if capacity < 1:
        raise Refused("visit.slot_too_short", "枠の長さが、一人に必要な時間より短くなっています。", status=422)
    opened = service.open_slots(
        work, municipality, place, day=hours.day, hours=(hours.begins, hours.ends), minutes=hours.minutes,
        capacity=capacity, walk_in=hours.walk_in,
    )  # fmt: skip
    row.starts_on, row.ends_on = min(row.starts_on, hours.day), max(row.ends_on, hours.day)
    _note(work, municipality, visit, actor, "visit.hours_opened")
    return opened


def close_hours(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, place: PlaceId, day: date,
    *, begins: time | None = None, actor: str,
) -> None:  # fmt: skip
    """Take a day's slots away again, or those of its stretch that `begins` then, while nobody has booked one."""
    repository = VisitRepository(work.session, municipality)
    repository.visit(visit, lock=True)
    _of_visit(work, municipality, visit, place)
    found = sorted(repository.day_slots(place, day), key=lambda slot: slot.begins)
    if begins is not None:
        found = next((stretch for stretch in slots.runs(found) if stretch[0].begins == begins), [])
    if repository.any_booking([slot.id for slot in found]):
        raise Refused("visit.day_booked", "予約のある日は削除できません。", status=409)
    repository.remove(found)
    _note(work, municipality, visit, actor, "visit.hours_closed")


def _sane(today: date, first: date, last: date) -> None:
    if first < today or last > today + FURTHEST:
        raise Refused("visit.date_absurd", "日付は、きょうから2年以内にしてください。", status=422)


def _visit(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId) -> Visit:
    found = VisitRepository(work.session, municipality).visit(visit, lock=True)
    if found is None:
        raise NotFound("visit.not_found", "訪問が見つかりません。")
    return found


def _of_visit(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, place: PlaceId) -> None:
    found = VisitRepository(work.session, municipality).place(place)
    if found is None or found.visit_id != visit:
        raise NotFound("place.not_found", "会場が見つかりません。")


def _unchanged(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, version: int) -> VisitPlan:
    plan = plan_of(work, municipality, visit, lock=True)
    if plan.version != version:
        raise Refused("visit.changed_meanwhile", "ほかの人が先に保存しました。内容を見比べてください。", status=409)
    return plan


def _changed(work: UnitOfWork, plan: VisitPlan, actor: str, action: str) -> None:
    plan.version += 1
    _note(work, MunicipalityCode(plan.municipality_id), VisitId(plan.visit_id), actor, action)


def _note(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, actor: str, action: str, detail: str = ""
) -> None:  # fmt: skip
    audit.write(
        work, municipality=municipality, actor=actor, action=action, subject=f"visit:{visit}", detail=detail[:200]
    )
