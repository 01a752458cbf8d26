"""Whose turn it is at a kiosk: the person's, the attendant's or the machine's."""

from __future__ import annotations

from kiosk.desk import BoothPhase, CardPhase, Desk
from kiosk.flow import Step
from kiosk.web.hall.wire import Waiting


def waiting_for(desk: Desk, step: Step | None = None) -> Waiting:
    """Whose turn it is, at the step the person stands at or the one given."""
    intake = desk.intake
    if intake is None:
        return "nobody"
    if (step or intake.step) is Step.ATTENDANT:
        return "attendant" if intake.attended is None else "applicant"
    if intake.step is Step.SEALING or CardPhase.READING in (desk.card.view().phase, desk.holder.view().phase):
        return "machine"
    view = desk.booth.view()
    if view.phase in (BoothPhase.COUNTDOWN, BoothPhase.TAKING):
        return "machine"
    if view.shot is not None and not view.shot.keepable:
        return "attendant"
    return "applicant"
