"""A case's row as the workflow knows it, and back: what a step writes, and its line of history."""

from __future__ import annotations

from datetime import datetime

from backoffice.cases.models import Case, CaseEvent
from backoffice.cases.workflow import Override, Standing, State, Step


def standing(case: Case) -> Standing:
    """What the workflow knows of a case."""
    return Standing(
        state=case.state,
        overrides=frozenset(Override(name) for name in case.overrides.split()),
        first_approved_by=case.first_approved_by,
        decided_by=case.decided_by,
        decided_at=case.decided_at,
        reasons=tuple(case.return_reasons.split()),
        duplicate_of=case.duplicate_of,
    )


def columns(after: Standing) -> dict[str, object]:
    """What a step writes. A case that is no longer approved has to be handed over again."""
    handed_over = {} if after.state is State.APPROVED else {"handed_over_at": None, "handed_over_by": None}
    return {
        **handed_over,
        "state": after.state,
        "first_approved_by": after.first_approved_by,
        "decided_by": after.decided_by,
        "decided_at": after.decided_at,
        "return_reasons": " ".join(after.reasons),
        "overrides": " ".join(override for override in Override if override in after.overrides),
        "duplicate_of": after.duplicate_of,
    }


def event(case: Case, step: Step, *, actor: str, at: datetime, note: str = "") -> CaseEvent:
    """A line of history for the version the step made."""
    return CaseEvent(
        municipality_id=case.municipality_id, case_id=case.id, version=case.version, at=at, step=step, actor=actor,
        reasons=case.return_reasons if step is Step.RETURNED else "", note=note,
    )  # fmt: skip
