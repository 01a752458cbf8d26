"""Visits that come again: from a template to drafts with days, places, hours, loads; and taking fresh drafts back.

A draft is a visit under discussion. A day that already has a visit of the template gets no second one.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.organisations.service import OrganisationId
from backoffice.visits import planning, service, template_hours
from backoffice.visits.bookings import local_now
from backoffice.visits.models import VisitState, VisitTemplate
from backoffice.visits.repository import VisitRepository
from backoffice.visits.service import NewVisit
from schemas.ids import MunicipalityCode, Uuid7, VisitId

MOST_AT_ONCE: Final = 60


class TemplateId(Uuid7):
    """One template."""


@dataclass(frozen=True)
class Rhythm:
    """`weekday`: 0 is Monday. `weeks`: which of a month, e.g. (2, 4) for second and fourth; none: every week."""

    weekday: int
    weeks: tuple[int, ...] = ()

    def days(self, first: date, last: date) -> Iterator[date]:
        """The days of the rhythm from one to another, both included."""
        day = first + timedelta(days=(self.weekday - first.weekday()) % 7)
        while day <= last:
            if not self.weeks or (day.day - 1) // 7 + 1 in self.weeks:
                yield day
            day += timedelta(days=7)


def rhythm_of(row: VisitTemplate) -> Rhythm:
    return Rhythm(row.weekday, tuple(int(week) for week in row.weeks))


def of_visit(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, rhythm: Rhythm, *, actor: str
) -> TemplateId:
    """A template after a visit: its days, places and hours, what it loads. `Refused` while it has no hours."""
    found = service.look(work, municipality, visit)
    plan = planning.plan_of(work, municipality, visit)
    stretches = template_hours.stretches_of(found.places, found.starts_on)
    row = VisitRepository(work.session, municipality).visit(visit)
    if not stretches or row is None:
        raise Refused("visit.no_hours", "会場と受付時間を決めてから、ひな形にしてください。", status=422)
    made = work.new_id(TemplateId)
    VisitRepository(work.session, municipality).add(
        [
            VisitTemplate(
                municipality_id=municipality, id=made, organisation_id=row.organisation_id, title=found.title,
                title_en=found.title_en, contact=found.contact, weekday=rhythm.weekday,
                weeks="".join(str(week) for week in rhythm.weeks), days=(found.ends_on - found.starts_on).days + 1,
                stretches=[stretch.stored() for stretch in stretches],
                places=[[place.name, place.name_en] for place in found.places], equipment=_unloaded(plan.equipment),
                expected=plan.expected, minimum=plan.minimum, home_visit=plan.home_visit, created_at=work.now,
            )
        ]
    )  # fmt: skip
    _write(work, municipality, actor, "template.made", made)
    return made


def templates(work: UnitOfWork, municipality: MunicipalityCode) -> list[tuple[VisitTemplate, str]]:
    """Those in use, each with its organisation's name."""
    names = {line.id: line.name for line in organisations.organisations(work, municipality)}
    rows = VisitRepository(work.session, municipality).templates()
    return [(row, names[OrganisationId(row.organisation_id)]) for row in rows]


def template(work: UnitOfWork, municipality: MunicipalityCode, wanted: str) -> VisitTemplate:
    row = work.session.get(VisitTemplate, (municipality, wanted))
    if row is None or row.ended_at is not None:
        raise NotFound("template.not_found", "ひな形が見つかりません。")
    return row


def draw(
    work: UnitOfWork, municipality: MunicipalityCode, wanted: str, first: date, last: date, *, actor: str
) -> list[VisitId]:
    """Drafts for every day of the rhythm in a period; days that have one are left out."""
    row = template(work, municipality, wanted)
    today = local_now(work).date()
    furthest = today + planning.FURTHEST - timedelta(days=row.days - 1)
    if last < first or first < today or last > furthest:
        raise Refused("field.last", "期間は、きょうから2年以内にしてください。", status=422)
    taken = VisitRepository(work.session, municipality).days_of_template(wanted)
    days = [day for day in rhythm_of(row).days(first, last) if day not in taken]
    if not days:
        raise Refused("field.last", "この期間に、新しく作る日がありません。", status=422)
    if len(days) > MOST_AT_ONCE:
        raise Refused("field.last", "一度に作れるのは60回までです。期間を短くしてください。", status=422)
    made = [_draft(work, municipality, row, day, actor=actor) for day in days]
    _write(work, municipality, actor, "template.drawn", wanted, f"{len(made)} visits")
    return made


def take_back(work: UnitOfWork, municipality: MunicipalityCode, wanted: str, since: VisitId, *, actor: str) -> int:
    """Cancel the drafts of one drawing, from its first on, that nobody has touched; returns how many."""
    template(work, municipality, wanted)
    count = 0
    for visit in VisitRepository(work.session, municipality).drafts_of_template(wanted, since=since):
        planning.move_on(
            work, municipality, VisitId(visit), VisitState.CANCELLED, reason="ひな形からの作成を取り消し", actor=actor
        )
        count += 1
    return count


def end(work: UnitOfWork, municipality: MunicipalityCode, wanted: str, *, actor: str) -> None:
    """No further drafts; the visits stay."""
    template(work, municipality, wanted).ended_at = work.now
    _write(work, municipality, actor, "template.ended", wanted)


def nth_weekday(day: date) -> int:
    """Which of its month's weekdays a day is: 14 July 2026 is the second Tuesday."""
    return (day.day - 1) // 7 + 1


def weeks_in(day: date) -> int:
    return nth_weekday(day.replace(day=calendar.monthrange(day.year, day.month)[1]))


def _draft(work: UnitOfWork, municipality: MunicipalityCode, row: VisitTemplate, day: date, *, actor: str) -> VisitId:
    new = NewVisit(
        organisation=OrganisationId(row.organisation_id), title=row.title, title_en=row.title_en, contact=row.contact,
        starts_on=day, ends_on=day + timedelta(days=row.days - 1), state=VisitState.TALKING,
    )  # fmt: skip
    visit = service.plan(work, municipality, new, actor=actor)
    plan = planning.plan_of(work, municipality, visit)
    plan.template_id, plan.requested_on = row.id, local_now(work).date()
    plan.expected, plan.minimum, plan.home_visit = row.expected, row.minimum, row.home_visit
    plan.equipment = [list(line) for line in row.equipment]
    places = [service.add_place(work, municipality, visit, name=ja, name_en=en) for ja, en in row.places]
    for stretch in template_hours.read(row.stretches):
        service.open_slots(
            work, municipality, places[stretch.place], day=day + timedelta(days=stretch.day),
            hours=(stretch.begins, stretch.ends), minutes=stretch.minutes, capacity=stretch.capacity,
            walk_in=stretch.walk_in,
        )  # fmt: skip
    return visit


def _unloaded(lines: list[list[str]]) -> list[list[str]]:
    return [[name, count, ""] for name, count, _ready in lines]


def _write(
    work: UnitOfWork, municipality: MunicipalityCode, actor: str, action: str, subject: str, detail: str = ""
) -> None:
    audit.write(
        work, municipality=municipality, actor=actor, action=action, subject=f"template:{subject}", detail=detail
    )
