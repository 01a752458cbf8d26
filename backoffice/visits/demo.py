"""The demo's data: the published example of 福島市消防本部 – three places, their days and hours in July – and today.

Municipality, organisation, days and hours are those of the example; every person is invented and marked （架空）.
Planting twice keeps the visit, adds today, and gives the attendants new PINs (the old ones are not kept anywhere).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.visits import service
from backoffice.visits.service import NewVisit, PlaceId, SlotId, VisitView
from backoffice.visits.slots import capacity_of
from schemas.ids import MunicipalityCode, StaffId, VisitId
from schemas.visit import AttendantRole

CODE = MunicipalityCode("072010")
ACTOR = "demo"
_CONTACT = "福島市役所 マイナンバーカード担当（例）/ City Hall, card section (example)"
SLOT_MINUTES = 15
CAPACITY = capacity_of(stations=1, minutes=SLOT_MINUTES, minutes_each=5)

_AFTERNOON = (time(15), time(19))
_EVENING = (time(18), time(19))
_TODAY = (time(9), time(20))
_PLACES = (
    ("本部・A消防署", "Headquarters and A Station", _AFTERNOON, (10, 12, 13)),
    ("B消防署", "B Station", _EVENING, (19, 20)),
    ("C消防署", "C Station", _EVENING, (23, 24)),
)
_PEOPLE = (
    "阿武隈 太郎", "吾妻 さくら", "信夫 健一", "花見 桃子", "飯坂 湯太", "土湯 みどり",
    "安達 良子", "蔵王 雪", "霞 一郎", "渡利 花", "松川 流", "笹木 野枝",
)  # fmt: skip
_ATTENDANTS = (
    ("窓口 花子（架空）", AttendantRole.STAFF),
    ("受付 次郎（架空）", AttendantRole.STAFF),
    ("委託 三郎（架空）", AttendantRole.CONTRACTOR),
    ("案内 四郎（架空）", AttendantRole.HELPER),
)


@dataclass(frozen=True)
class DemoAttendant:
    """Somebody who can sign in on the tablet; the PIN is shown this once."""

    staff: StaffId
    name: str
    role: AttendantRole
    pin: str


@dataclass(frozen=True)
class Demo:
    municipality: MunicipalityCode
    visit: VisitId
    attendants: tuple[DemoAttendant, ...]


def plant(work: UnitOfWork, *, today: date) -> Demo:
    """Put the demo's data in. `today`: the date in Japan."""
    known = _existing(work)
    visit = known or _visit(work, year=next_july(today), today=today)
    _open_today(work, visit, today)
    if known is None:
        _book(work, service.look(work, CODE, visit), today)
    return Demo(CODE, visit, _attendants(work))


def next_july(today: date) -> int:
    """The year of the July whose example days are not over."""
    return today.year if today <= date(today.year, 7, 24) else today.year + 1


def _existing(work: UnitOfWork) -> VisitId | None:
    if not any(tenant.code == CODE for tenant in organisations.tenants(work)):
        return None
    return next(iter(line.id for line in service.visits(work, CODE)), None)


def _visit(work: UnitOfWork, *, year: int, today: date) -> VisitId:
    organisations.add_municipality(
        work, CODE, name="福島市", name_en="Fukushima City", kana="ふくしまし", actor=ACTOR,
        contact=_CONTACT,
    )  # fmt: skip
    brigade = organisations.add_organisation(work, CODE, name="福島市消防本部", actor=ACTOR)
    head = organisations.add_unit(work, CODE, brigade, name="消防本部")
    for station in ("A消防署", "B消防署", "C消防署"):
        organisations.add_unit(work, CODE, brigade, name=station, parent=head)
    new = NewVisit(
        organisation=brigade, title="福島市消防本部 出張申請受付", title_en="Fukushima City Fire Department",
        contact=_CONTACT,
        starts_on=min(today, date(year, 7, 10)), ends_on=max(today, date(year, 7, 24)),
    )  # fmt: skip
    visit = service.plan(work, CODE, new, actor=ACTOR)
    for name, name_en, hours, days in _PLACES:
        place = service.add_place(work, CODE, visit, name=name, name_en=name_en)
        for day in days:
            _open(work, place, date(year, 7, day), hours)
    return visit


def _book(work: UnitOfWork, visit: VisitView, today: date) -> None:
    """One invented person each: four today, the others over the first slots of the three places."""
    here = [slot for slot in visit.places[0].slots if slot.day == today][:4]
    later = [[slot for slot in place.slots if slot.day != today] for place in visit.places]
    there = [slots[index] for index in range(4) for slots in later if index < len(slots)]
    for slot, person in zip(here + there, _PEOPLE, strict=False):
        service.book(work, CODE, SlotId(slot.id), name=f"{person}（架空）", actor=ACTOR)


def _open_today(work: UnitOfWork, visit: VisitId, today: date) -> None:
    first = service.look(work, CODE, visit).places[0]
    if not any(slot.day == today for slot in first.slots):
        _open(work, first.id, today, _TODAY)


def _open(work: UnitOfWork, place: PlaceId, day: date, hours: tuple[time, time]) -> None:
    service.open_slots(work, CODE, place, day=day, hours=hours, minutes=SLOT_MINUTES, capacity=CAPACITY)


def _attendants(work: UnitOfWork) -> tuple[DemoAttendant, ...]:
    for former in service.attendants(work, CODE):
        service.remove_attendant(work, CODE, former.staff, actor=ACTOR)
    return tuple(_attendant(work, name, role) for name, role in _ATTENDANTS)


def _attendant(work: UnitOfWork, name: str, role: AttendantRole) -> DemoAttendant:
    pin = f"{int.from_bytes(work.randomness(8), 'big') % 10**6:06d}"
    staff = service.add_attendant(work, CODE, name=name, role=role, pin=pin, actor=ACTOR)
    return DemoAttendant(staff, name, role, pin)
