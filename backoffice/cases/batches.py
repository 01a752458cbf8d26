"""Many plain cases decided with one click, and taken back with one.

Plain: waiting, no rule overridden at the counter, form id of no other case. Whatever is not, or was changed meanwhile,
is left alone and named with the reason. Each case keeps its own history line and audit entry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from backoffice.audit import service as audit
from backoffice.cases import service
from backoffice.cases.desk_repository import DeskRepository
from backoffice.cases.errors import CaseChanged, CaseUnknown, StepImpossible
from backoffice.cases.models import Case, CaseBatch, CaseBatchItem
from backoffice.cases.service import Desk
from backoffice.cases.workflow import UNDO_WITHIN, State, Step
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.web.language import mark
from schemas.ids import MunicipalityCode, Uuid7

LIMIT: Final = 50  # a page of the list

SKIPPED: Final = {
    "case.changed": mark("ほかの職員が変更しました"),
    "case.unknown": mark("見つかりません"),
    "bulk.not_waiting": mark("確認待ちではありません"),
    "bulk.override": mark("会場で例外の扱いをした申請です。一件ずつ確認してください"),
    "bulk.twin": mark("同じ申請書IDの申請がほかにあります"),
}


class BatchId(Uuid7):
    """One batch."""


@dataclass(frozen=True)
class Pick:
    """A case as it stood on the list."""

    case: str
    version: int


def read_picks(texts: Sequence[str]) -> list[Pick]:
    """`<case>.<version>` each, doubles once. `Refused` when nothing is picked, or too much."""
    picks: dict[str, Pick] = {}
    for text in texts:
        case, _, version = text.partition(".")
        if not (len(case) == 36 and version.isascii() and version.isdigit() and len(version) < 9):
            raise Refused("bulk.malformed", "送られた内容を読み取れませんでした。", status=422)
        picks[case] = Pick(case, int(version))
    if not picks:
        raise Refused("bulk.nothing", "申請を選んでください。", status=422)
    if len(picks) > LIMIT:
        raise Refused("bulk.too_many", "一度に選べるのは50件までです。", status=422)
    return list(picks.values())


@dataclass(frozen=True)
class BatchLine:
    """A batch in the list of batches."""

    batch: CaseBatch
    decided: int
    left: int


def batches(work: UnitOfWork, municipality: MunicipalityCode) -> list[BatchLine]:
    """The last thousand, youngest first."""
    return [BatchLine(*found) for found in DeskRepository(work.session, municipality).batches(limit=1000)]


def approve(work: UnitOfWork, municipality: MunicipalityCode, picks: Sequence[Pick], *, by: str) -> str:
    """Approve the plain ones; returns the batch's id."""
    return _decide(work, municipality, picks, Step.APPROVED, by=by, act=lambda desk: service.approve(work, desk))


def return_to_applicants(
    work: UnitOfWork, municipality: MunicipalityCode, picks: Sequence[Pick], *, reasons: Sequence[str], note: str,
    by: str,
) -> str:  # fmt: skip
    """Send the plain ones back with the same reasons. `StepImpossible` when the reasons do not do for any."""

    def act(desk: Desk) -> Case:
        return service.return_to_applicant(work, desk, reasons=reasons, note=note)

    return _decide(work, municipality, picks, Step.RETURNED, by=by, act=act)


def _decide(
    work: UnitOfWork, municipality: MunicipalityCode, picks: Sequence[Pick], step: Step, *, by: str,
    act: Callable[[Desk], Case],
) -> str:  # fmt: skip
    repository = DeskRepository(work.session, municipality)
    batch = CaseBatch(
        municipality_id=municipality, id=work.new_id(BatchId), step=step, decided_by=by, decided_at=work.now
    )
    repository.add(batch)
    known = [case for pick in picks if (case := _found(work, municipality, pick)) is not None]
    twins = repository.forms_doubled(case.form_id for case in known if case.form_id)
    done = 0
    for case, pick in _together(known, picks):
        item = CaseBatchItem(municipality_id=municipality, batch_id=batch.id, case_id=case.id)
        item.skipped = _left_alone(case, pick, twins)
        if not item.skipped:
            try:
                item.version = act(Desk(municipality, case.id, pick.version, by)).version
                done += 1
            except CaseChanged as changed:
                item.skipped = changed.code
        repository.add(item)
    audit.write(
        work, municipality=municipality, actor=by, action="case.batch_decided", subject=f"batch:{batch.id}",
        detail=f"{step}: {done} of {len(picks)}",
    )  # fmt: skip
    return batch.id


def _found(work: UnitOfWork, municipality: str, pick: Pick) -> Case | None:
    try:
        return service.read(work, municipality, pick.case)
    except CaseUnknown:
        return None


def _together(cases: Sequence[Case], picks: Sequence[Pick]) -> list[tuple[Case, Pick]]:
    """In the order of ids, so that two people with overlapping picks never wait for each other in a circle."""
    by_id = {pick.case: pick for pick in picks}
    return [(case, by_id[case.id]) for case in sorted(cases, key=lambda case: case.id)]


def _left_alone(case: Case, pick: Pick, twins: set[str]) -> str:
    """Why a case is not for a batch; empty when it is."""
    if case.version != pick.version:
        return "case.changed"
    if case.state is not State.RECEIVED:
        return "bulk.not_waiting"
    if case.overrides or _set_aside(case):
        return "bulk.override"
    return "bulk.twin" if case.form_id in twins else ""


def _set_aside(case: Case) -> bool:
    """Whether staff at the counter set a rule aside, whatever the rules ask for then."""
    record = json.loads(case.record)
    photo = record.get("photo") or {}
    return bool(record.get("override") or photo.get("accepted_by") or photo.get("special"))


@dataclass(frozen=True)
class Outcome:
    """What became of a batch."""

    batch: CaseBatch
    lines: list[tuple[CaseBatchItem, Case]]
    may_undo: bool

    @property
    def done(self) -> int:
        return sum(item.version is not None for item, _case in self.lines)


def outcome(work: UnitOfWork, municipality: str, batch: str, *, by: str) -> Outcome:
    repository = DeskRepository(work.session, municipality)
    found = repository.batch(batch)
    if found is None:
        raise NotFound("batch.unknown", "このまとめた判断は見つかりません。")
    open_still = found.undone_at is None and work.now - found.decided_at <= UNDO_WITHIN
    return Outcome(found, repository.items(batch), may_undo=open_still and found.decided_by == by)


def undo(work: UnitOfWork, municipality: MunicipalityCode, batch: str, *, by: str) -> int:
    """Take back what the batch decided and nobody has changed since; returns how many. Twice changes nothing more."""
    repository = DeskRepository(work.session, municipality)
    found = repository.batch(batch, lock=True)
    if found is None:
        raise NotFound("batch.unknown", "このまとめた判断は見つかりません。")
    if found.decided_by != by:
        raise StepImpossible("workflow.undo_not_yours")
    if found.undone_at is not None:
        return 0
    if work.now - found.decided_at > UNDO_WITHIN:
        raise StepImpossible("workflow.undo_too_late")
    found.undone_at = work.now
    undone = 0
    for item, case in sorted(repository.items(batch), key=lambda pair: pair[1].id):
        if item.version is not None and case.version == item.version:
            service.undo(work, Desk(municipality, case.id, item.version, by))
            undone += 1
    audit.write(
        work, municipality=municipality, actor=by, action="case.batch_undone", subject=f"batch:{batch}",
        detail=str(undone),
    )  # fmt: skip
    return undone
