"""The case desk's verbs. Every change goes through the workflow, keeps a history line and an audit entry."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from backoffice.audit import service as audit
from backoffice.cases import workflow
from backoffice.cases.errors import CaseChanged, CaseUnknown, StepImpossible
from backoffice.cases.finding import JST
from backoffice.cases.models import Case, CaseEvent
from backoffice.cases.opening import open_case as open_case
from backoffice.cases.ordering import Key, Sort, key_of
from backoffice.cases.reasons import NEEDS_NOTE, return_reasons
from backoffice.cases.repository import CaseRepository, Filter
from backoffice.cases.standing import columns, event
from backoffice.cases.standing import standing as standing
from backoffice.cases.workflow import Standing, State, Step, StepRefused
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.ids import MunicipalityCode, contains_my_number

PAGE: int = 50
LATE: Final = timedelta(days=7)


def forms_received(work: UnitOfWork, municipality: MunicipalityCode, *, limit: int) -> list[str]:
    """Form ids that have come in, the youngest first: what bundles warn of doubles with."""
    return CaseRepository(work.session, municipality).forms(limit)


def forms_mark(work: UnitOfWork, municipality: MunicipalityCode) -> tuple[int, str | None]:
    """Another one means that `forms_received` may have changed."""
    return CaseRepository(work.session, municipality).forms_mark()


def read(work: UnitOfWork, municipality: str, case: str) -> Case:
    """One case. `CaseUnknown` also for another municipality's."""
    found = CaseRepository(work.session, municipality).get(case)
    if found is None:
        raise CaseUnknown
    return found


def history(work: UnitOfWork, municipality: str, case: str) -> list[CaseEvent]:
    return CaseRepository(work.session, municipality).events(case)


@dataclass(frozen=True)
class Desk:
    """Who changes which version of which case. `lead`: may decide what was escalated."""

    municipality: MunicipalityCode
    case: str
    version: int
    by: str
    lead: bool = False


def approve(work: UnitOfWork, desk: Desk) -> Case:
    """Approve; with an override at the counter the first approval waits for a second person."""
    return change(work, desk, lambda case: workflow.approve(case, by=desk.by, at=work.now, lead=desk.lead))


def return_to_applicant(work: UnitOfWork, desk: Desk, *, reasons: Collection[str], note: str) -> Case:
    """Send back to the applicant with reason codes and an optional note."""
    return change(
        work,
        desk,
        lambda case: workflow.return_to_applicant(
            case, reasons=reasons, known=tuple(return_reasons()), needs_note=NEEDS_NOTE, note=note, by=desk.by,
            at=work.now, lead=desk.lead,
        ),
        note=note,
    )  # fmt: skip


def escalate(work: UnitOfWork, desk: Desk, *, note: str) -> Case:
    """Ask the lead."""
    return change(work, desk, lambda case: workflow.escalate(case, note=note, by=desk.by, at=work.now), note=note)


def duplicate(work: UnitOfWork, desk: Desk, *, of: str) -> Case:
    """Say that another case stands for this one; it must have the same form id or slip and stand itself."""
    alike = any(other.id == of and other.state is not State.DUPLICATE for other in twins(work, desk))
    return change(
        work, desk,
        lambda case: workflow.duplicate(case, of=of, alike=alike, by=desk.by, at=work.now, lead=desk.lead),
    )  # fmt: skip


def twins(work: UnitOfWork, desk: Desk) -> list[Case]:
    """The cases with the same form id, or the same slip number at the same visit."""
    return CaseRepository(work.session, desk.municipality).twins(read(work, desk.municipality, desk.case))


def reopen(work: UnitOfWork, desk: Desk, *, note: str) -> Case:
    """Put a decided case back into the queue."""
    return change(work, desk, lambda case: workflow.reopen(case, note=note), note=note)


def undo(work: UnitOfWork, desk: Desk) -> Case:
    """Take back one's own decision within ten minutes."""
    return change(work, desk, lambda case: workflow.undo(case, by=desk.by, at=work.now))


def change(
    work: UnitOfWork, desk: Desk, step: Callable[[Standing], tuple[Standing, Step]], *, note: str = "", detail: str = ""
) -> Case:
    """Take a step of the workflow on the version seen, with its history line and audit entry."""
    repository = CaseRepository(work.session, desk.municipality)
    case = read(work, desk.municipality, desk.case)
    if case.version != desk.version:
        raise CaseChanged(case.version)
    if contains_my_number(note):
        raise StepImpossible("workflow.my_number")
    try:
        after, done = step(standing(case))
    except StepRefused as refused:
        raise StepImpossible(refused.code) from None
    if not repository.change(case, columns(after), version=desk.version):
        raise CaseChanged(read(work, desk.municipality, desk.case).version)
    changed = read(work, desk.municipality, desk.case)
    repository.add(event(changed, done, actor=desk.by, at=work.now, note=note.strip()[: workflow.NOTE_LIMIT]))
    audit.write(
        work, municipality=desk.municipality, actor=desk.by, action=f"case.{done}", subject=f"case:{case.id}",
        detail=", ".join(part for part in (f"version {changed.version}", changed.return_reasons, detail) if part),
    )  # fmt: skip
    return changed


# Lists


@dataclass(frozen=True)
class Page:
    """A part of a list; `further` is where the next one begins."""

    cases: list[Case]
    further: Key | None


def page(
    work: UnitOfWork,
    municipality: str,
    wanted: Filter,
    *,
    oldest_first: bool,
    after: Key | None,
    size: int = PAGE,
    sort: Sort = Sort.RECEIVED,
) -> Page:
    repository = CaseRepository(work.session, municipality)
    found = repository.page(wanted, sort=sort, oldest_first=oldest_first, after=after, limit=size + 1)
    shown = found[:size]
    further = key_of(shown[-1], sort) if len(found) > size else None
    return Page(shown, further)


def everything(
    each: Callable[[Key | None], Page],
) -> Iterator[Case]:
    """All cases of a list, fetched page by page with `each`, so that memory and transactions stay small."""
    after: Key | None = None
    while True:
        part = each(after)
        yield from part.cases
        if part.further is None:
            return
        after = part.further


def next_to_review(work: UnitOfWork, municipality: str, *, past: Case | None = None) -> Case | None:
    """The oldest case that waits, or the next one behind a given case."""
    waiting = Filter(state=State.RECEIVED)
    after = Key(past.received_at, past.id) if past else None
    found = page(work, municipality, waiting, oldest_first=True, after=after, size=1).cases
    return found[0] if found else None


@dataclass(frozen=True)
class Beside:
    """The cases before and after one among those of its state, in the order of receipt."""

    before: Case | None
    after: Case | None


def beside(work: UnitOfWork, case: Case) -> Beside:
    """For going on without deciding."""
    place, alike = Key(case.received_at, case.id), Filter(state=case.state)

    def nearest(*, later: bool) -> Case | None:
        found = page(work, case.municipality_id, alike, oldest_first=later, after=place, size=1).cases
        return found[0] if found else None

    return Beside(before=nearest(later=False), after=nearest(later=True))


def oldest_waiting(work: UnitOfWork, municipality: str, *, limit: int = 5) -> list[Case]:
    return page(work, municipality, Filter(state=State.RECEIVED), oldest_first=True, after=None, size=limit).cases


def waiting(work: UnitOfWork, municipality: str) -> dict[State, int]:
    """How many cases wait, by what they wait for."""
    repository = CaseRepository(work.session, municipality)
    return {state: repository.count(Filter(state=state)) for state in workflow.OPEN}


def newest(work: UnitOfWork, municipality: str) -> str:
    """The case opened last, for asking later what came after it; empty when there is none."""
    return CaseRepository(work.session, municipality).newest()


def opened_after(work: UnitOfWork, municipality: str, case: str) -> int:
    """How many cases were opened since."""
    return CaseRepository(work.session, municipality).opened_after(case)


@dataclass(frozen=True)
class DayOfWork:
    """Today's figures, Japan's day. `oldest`: since when the longest waiting case waits; `late`: how many were received
    more than `LATE` ago."""

    received: int
    waiting: int
    second_check: int
    escalated: int
    approved: int
    returned: int
    oldest: datetime | None = None
    late: int = 0


def day_of_work(work: UnitOfWork, municipality: str) -> DayOfWork:
    begins = datetime.combine(work.now.astimezone(JST).date(), time(), JST)
    repository = CaseRepository(work.session, municipality)
    open_now, decided = waiting(work, municipality), repository.decided(since=begins)
    return DayOfWork(
        received=repository.count(Filter(since=begins, until=begins + timedelta(days=1))),
        waiting=open_now[State.RECEIVED],
        second_check=open_now[State.SECOND_CHECK],
        escalated=open_now[State.ESCALATED],
        approved=decided.get(State.APPROVED, 0),
        returned=decided.get(State.RETURNED, 0),
        oldest=first[0].received_at if (first := oldest_waiting(work, municipality, limit=1)) else None,
        late=repository.count(Filter(state=State.RECEIVED, until=work.now - LATE)),
    )
