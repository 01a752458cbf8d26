"""What every handler of an event needs: the table of handlers, where a person stands, and what a change undoes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import singledispatch
from typing import Any, Final  # the fields of an intake

from kiosk.flow.checklist import awaited, done, next_open, steps_for
from kiosk.flow.errors import FlowRefused
from kiosk.flow.facts import decision_now, persons_now, ruled_now
from kiosk.flow.intake import Came, Context, Intake
from kiosk.flow.steps import OPTIONAL, Step
from schemas.answers import CardHolder, Coming, Company, Licence, Residing, Wishes
from schemas.circumstances import Domicile
from schemas.visit import AttendantRole


@singledispatch
def take(_event: object, _intake: Intake, _context: Context) -> Intake:
    """The intake after an event; each kind of event registers its own."""
    raise FlowRefused("flow.unknown_event")


def arrived(intake: Intake, step: Step, context: Context) -> Intake:
    """The intake at the step: it stands there, or only optional questions lie between."""
    if intake.step is step:
        return intake
    if intake.step not in OPTIONAL or awaited(intake, context) is not step:
        raise FlowRefused("flow.out_of_step")
    return replace(_as_usual(intake, step, context), step=step)


def onward(intake: Intake, context: Context) -> Intake:
    return replace(intake, step=next_open(intake, context))


def settled(intake: Intake, context: Context) -> Intake:
    """After a change of facts: documents of people nobody asks about are gone, an override of another decision is
    void, and the attendant looks again unless the rules still decide the same."""
    persons = persons_now(intake, context)
    # Before the birth date only a family's representative has shown any.
    documents = tuple(check for check in intake.documents if intake.birth_date is None or check.person in persons)
    kept = replace(intake, documents=documents)
    if kept.override is not None and not _overrides(kept, context):
        kept = replace(kept, override=None)
    if kept.attended is None:
        return kept
    staff = kept.attended.role is AttendantRole.STAFF
    now, before = decision_now(kept, context, identity_checker=staff), kept.attended.decision
    same = now is not None and (now.method, now.delivery, now.reasons) == (
        before.method, before.delivery, before.reasons,
    )  # fmt: skip
    if now is None or not same or documents != intake.documents:
        return replace(kept, attended=None)
    return replace(kept, attended=replace(kept.attended, decision=now))


_USUAL: Final[Mapping[Step, Mapping[str, Any]]] = {
    Step.BOOKING: {"came": Came()},
    Step.WHY: {"coming": Coming()},
    Step.HOLDER: {"holder": CardHolder()},
    Step.LICENCE: {"licence": Licence.NOT_ASKED},
    Step.RESIDENCE: {"residing": Residing()},
    Step.WHO: {"company": Company()},
    Step.DOMICILE: {"domicile": Domicile.NOT_ASKED},
    Step.PROXY: {"proxy_reason": ""},
    Step.WISHES: {"wishes": Wishes()},
    Step.CONTACT: {"contact": None, "contact_wanted": False},
}


def usual_answer(step: Step, intake: Intake) -> Intake:
    """An optional step left as usual."""
    return replace(intake, **_USUAL.get(step, {}))


def _as_usual(intake: Intake, until: Step, context: Context) -> Intake:
    """The optional questions before a step answered as usual, unless they were answered."""
    steps = steps_for(intake, context)
    for step in steps[: steps.index(until)] if until in steps else ():
        if step in OPTIONAL and not done(step, intake):
            intake = usual_answer(step, intake)
    return intake


def _overrides(intake: Intake, context: Context) -> bool:
    ruled = ruled_now(intake, context, identity_checker=True)
    was = intake.override
    return (
        was is not None and ruled is not None and (ruled.method, ruled.delivery) == (was.was_method, was.was_delivery)
    )
