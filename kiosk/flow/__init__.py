"""The flow of one applicant's intake: pure values in, pure values out.

`advance(intake, event, context)` is the whole interface; `checklist` says what is still open. No device, no disk, no
clock, no framework (import contract): whatever happens at the counter arrives here as an event.
"""

from __future__ import annotations

from kiosk.flow.asking import possible
from kiosk.flow.attending import beside_the_screen
from kiosk.flow.checklist import awaited, awaits_code, awaits_form, missing, next_open, photo_needed, steps_for
from kiosk.flow.eligible import ExpressWord, express_events, express_word, proxy_reasons
from kiosk.flow.errors import FlowRefused
from kiosk.flow.facts import (
    decision_now,
    facts_of,
    needed_now,
    persons_now,
    purpose_by_chip,
    questions_now,
    ruled_now,
    triage_now,
)
from kiosk.flow.intake import Attended, BookedTime, Came, CardAnswer, Context, Family, Intake, Position, TakenPhoto
from kiosk.flow.machine import advance
from kiosk.flow.rare import next_member, shared_answers
from kiosk.flow.record import record_of
from kiosk.flow.steps import OPTIONAL, Step

__all__ = [
    "OPTIONAL", "Attended", "BookedTime", "Came", "CardAnswer", "Context", "ExpressWord", "Family", "FlowRefused",
    "Intake", "Position", "Step", "TakenPhoto", "advance", "awaited", "awaits_code", "awaits_form",
    "beside_the_screen", "decision_now", "express_events", "express_word", "facts_of", "missing", "needed_now",
    "next_member", "next_open", "persons_now", "photo_needed", "possible", "proxy_reasons", "purpose_by_chip",
    "questions_now", "record_of", "ruled_now", "shared_answers", "steps_for", "triage_now",
]  # fmt: skip
