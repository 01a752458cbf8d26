"""The flow of one applicant's intake: pure values in, pure values out.

`advance(intake, event, context)` is the whole interface; `checklist` says what is still open. No device, no disk, no
clock, no framework (import contract): whatever happens at the counter arrives here as an event.
"""

from __future__ import annotations

from kiosk.flow.asking import possible
from kiosk.flow.checklist import awaited, awaits_form, missing, next_open, photo_needed, steps_for
from kiosk.flow.errors import FlowRefused
from kiosk.flow.facts import decision_now, facts_of, persons_now, purpose_by_chip, questions_now, ruled_now
from kiosk.flow.intake import Attended, CardAnswer, Context, Intake, TakenPhoto
from kiosk.flow.machine import advance
from kiosk.flow.record import record_of
from kiosk.flow.steps import OPTIONAL, Step

__all__ = [
    "OPTIONAL", "Attended", "CardAnswer", "Context", "FlowRefused", "Intake", "Step", "TakenPhoto", "advance",
    "awaited", "awaits_form", "decision_now", "facts_of", "missing", "next_open", "persons_now", "photo_needed",
    "possible", "purpose_by_chip", "questions_now", "record_of", "ruled_now", "steps_for",
]  # fmt: skip
