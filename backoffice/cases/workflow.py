"""What may happen to a case, as a pure state machine: no clock, no database, no web.

    received ──approve──► approved            received ──approve, rule overridden──► second_check
    second_check ──approve by another person──► approved
    received | second_check ──return, with reasons──► returned
    received | second_check ──escalate, with a note──► escalated ──the lead approves, returns, …──► as above
    received | second_check ──duplicate of another──► duplicate
    everything else ──reopen, with a reason──► received
    received | second_check | escalated ──photo cut anew──► received
    returned for its photo ──the applicant brings another──► received

Four eyes: where a rule was overridden at the counter (a photo confirmed against the checks or judged under a special
reason, a decision other than the rules') and the municipality's rules ask for it, approving takes two different people.
Undo takes back one's own last step within ten minutes, without giving a reason.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

UNDO_WITHIN: Final = timedelta(minutes=10)
NOTE_LIMIT: Final = 500


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    SECOND_CHECK = "second_check"
    APPROVED = "approved"
    RETURNED = "returned"
    ESCALATED = "escalated"
    DUPLICATE = "duplicate"


OPEN: Final = (State.RECEIVED, State.SECOND_CHECK, State.ESCALATED)
CLOSED: Final = (State.APPROVED, State.RETURNED, State.DUPLICATE)


class Override(StrEnum):
    """A rule somebody set aside at the counter (a photo, the decision) or, for a fork, at the office: a packet of a
    device whose number was taken, perhaps of a copied disk. Each asks for a second pair of eyes."""

    PHOTO_CONFIRMED = "photo_confirmed"
    PHOTO_EXCUSED = "photo_excused"
    DECISION = "decision"
    PHOTO_RECROPPED = "photo_recropped"
    FORK = "fork"


PHOTO_OVERRIDES: Final = frozenset({Override.PHOTO_CONFIRMED, Override.PHOTO_EXCUSED, Override.PHOTO_RECROPPED})


class Step(StrEnum):
    """What happened in a case, for its history."""

    RECEIVED = "received"
    APPROVED_FIRST = "approved_first"
    APPROVED = "approved"
    RETURNED = "returned"
    REOPENED = "reopened"
    UNDONE = "undone"
    ESCALATED = "escalated"
    DUPLICATE = "duplicate"
    PHOTO_RECROPPED = "photo_recropped"
    PHOTO_RESTORED = "photo_restored"
    PHOTO_REPLACED = "photo_replaced"


class StepRefused(ValueError):
    """The step is not possible. `code`: workflow.wrong_state, .same_person, .no_reason, .unknown_reason, .no_note,
    .undo_too_late, .undo_not_yours, .lead_only, .not_alike."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Standing:
    """What the machine needs to know of a case."""

    state: State
    overrides: frozenset[Override] = frozenset()
    first_approved_by: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reasons: tuple[str, ...] = field(default=())
    duplicate_of: str | None = None


def approve(case: Standing, *, by: str, at: datetime, lead: bool = False) -> tuple[Standing, Step]:
    """Approve. A case with overrides waits for a second person first."""
    _require_open(case, lead=lead)
    if case.first_approved_by is not None:
        if by == case.first_approved_by:
            raise StepRefused("workflow.same_person")
        return replace(case, state=State.APPROVED, decided_by=by, decided_at=at), Step.APPROVED
    if case.overrides:
        waiting = replace(case, state=State.SECOND_CHECK, first_approved_by=by, decided_by=by, decided_at=at)
        return waiting, Step.APPROVED_FIRST
    return replace(case, state=State.APPROVED, decided_by=by, decided_at=at), Step.APPROVED


def return_to_applicant(
    case: Standing,
    *,
    reasons: Collection[str],
    known: Collection[str],
    needs_note: str,
    note: str,
    by: str,
    at: datetime,
    lead: bool = False,
) -> tuple[Standing, Step]:
    """Send back with at least one of the `known` reasons; the reason `needs_note` asks for a note."""
    _require_open(case, lead=lead)
    if not reasons:
        raise StepRefused("workflow.no_reason")
    if not set(reasons) <= set(known):
        raise StepRefused("workflow.unknown_reason")
    if needs_note in reasons and not note.strip():
        raise StepRefused("workflow.no_note")
    chosen = tuple(code for code in known if code in reasons)
    return replace(case, state=State.RETURNED, reasons=chosen, decided_by=by, decided_at=at), Step.RETURNED


def escalate(case: Standing, *, note: str, by: str, at: datetime) -> tuple[Standing, Step]:
    """Ask the lead; the note says what. A first approval stays."""
    _require(case, State.RECEIVED, State.SECOND_CHECK)
    if not note.strip():
        raise StepRefused("workflow.no_note")
    return replace(case, state=State.ESCALATED, decided_by=by, decided_at=at), Step.ESCALATED


def duplicate(
    case: Standing, *, of: str, alike: bool, by: str, at: datetime, lead: bool = False
) -> tuple[Standing, Step]:
    """Say that another case stands for this one. `alike`: both have the same form or slip, the other is none itself."""
    _require_open(case, lead=lead)
    if not alike:
        raise StepRefused("workflow.not_alike")
    return replace(case, state=State.DUPLICATE, duplicate_of=of, decided_by=by, decided_at=at), Step.DUPLICATE


def reopen(case: Standing, *, note: str) -> tuple[Standing, Step]:
    """Put a case back into the queue; the note says why."""
    _require(case, *CLOSED, State.SECOND_CHECK, State.ESCALATED)
    if not note.strip():
        raise StepRefused("workflow.no_note")
    return _afresh(case), Step.REOPENED


def undo(case: Standing, *, by: str, at: datetime) -> tuple[Standing, Step]:
    """Take back one's own decision within ten minutes. Somebody else's first approval stays."""
    _require(case, *CLOSED, State.SECOND_CHECK, State.ESCALATED)
    if case.decided_by != by:
        raise StepRefused("workflow.undo_not_yours")
    if not may_undo(case, by=by, at=at):
        raise StepRefused("workflow.undo_too_late")
    if case.state is not State.SECOND_CHECK and case.first_approved_by is not None:
        return replace(_afresh(case), state=State.SECOND_CHECK, first_approved_by=case.first_approved_by), Step.UNDONE
    return _afresh(case), Step.UNDONE


def may_undo(case: Standing, *, by: str, at: datetime) -> bool:
    return (
        case.state is not State.RECEIVED
        and case.decided_by == by
        and case.decided_at is not None
        and at - case.decided_at <= UNDO_WITHIN
    )


def recrop(case: Standing, *, two_people: bool, lead: bool = False) -> tuple[Standing, Step]:
    """The photo was cut anew: whoever approved the old one has to look again. The kiosk's checks cannot run here, so
    `two_people` asks for a second pair of eyes."""
    _require_open(case, lead=lead)
    added = {Override.PHOTO_RECROPPED} if two_people else set()
    return replace(_afresh(case), overrides=case.overrides | added), Step.PHOTO_RECROPPED


def restore_photo(case: Standing, *, lead: bool = False) -> tuple[Standing, Step]:
    """The packet's own picture stands again."""
    _require_open(case, lead=lead)
    return replace(_afresh(case), overrides=case.overrides - {Override.PHOTO_RECROPPED}), Step.PHOTO_RESTORED


def replace_photo(case: Standing, *, overrides: frozenset[Override]) -> tuple[Standing, Step]:
    """The applicant brought another photo after a return: the case goes back into the queue. `overrides`: what staff at
    the counter set aside for the new one; those that are not about the photo stay."""
    _require(case, State.RETURNED)
    kept = case.overrides - PHOTO_OVERRIDES
    return replace(_afresh(case), overrides=kept | (overrides & PHOTO_OVERRIDES)), Step.PHOTO_REPLACED


def _afresh(case: Standing) -> Standing:
    return Standing(state=State.RECEIVED, overrides=case.overrides)


def _require_open(case: Standing, *, lead: bool) -> None:
    _require(case, *OPEN)
    if case.state is State.ESCALATED and not lead:
        raise StepRefused("workflow.lead_only")


def _require(case: Standing, *states: State) -> None:
    if case.state not in states:
        raise StepRefused("workflow.wrong_state")
