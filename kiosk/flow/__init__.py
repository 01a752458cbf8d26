"""The flow of one applicant's intake: pure values in, pure values out.

`advance(intake, event, context)` is the whole interface; `checklist` says what is still open. No device, no disk, no
clock, no framework (import contract): whatever happens at the counter arrives here as an event.
"""

from __future__ import annotations

from kiosk.flow.checklist import missing, next_open, photo_needed, steps_for
from kiosk.flow.errors import FlowRefused
from kiosk.flow.intake import Attended, CardAnswer, Context, Intake, TakenPhoto
from kiosk.flow.machine import advance, decision_now
from kiosk.flow.record import record_of
from kiosk.flow.steps import Step

__all__ = [
    "Attended", "CardAnswer", "Context", "FlowRefused", "Intake", "Step", "TakenPhoto",
    "advance", "decision_now", "missing", "next_open", "photo_needed", "record_of", "steps_for",
]  # fmt: skip
