"""The steps of one intake, in the order people know from photo booths."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """Where an applicant stands. Choosing the language starts the intake, so it has no step of its own."""

    CONSENT = "consent"
    FORM = "form"
    CARD = "card"
    BIRTH = "birth"
    HOME = "home"
    PHOTO = "photo"
    ATTENDANT = "attendant"
    REVIEW = "review"
    SEALING = "sealing"
    SEALED = "sealed"


ASKED: tuple[Step, ...] = (
    Step.CONSENT, Step.FORM, Step.CARD, Step.BIRTH, Step.HOME, Step.PHOTO, Step.ATTENDANT,
)  # fmt: skip
"""The steps that ask for something; REVIEW follows when all of them are done."""

CHANGEABLE: frozenset[Step] = frozenset({Step.FORM, Step.CARD, Step.BIRTH, Step.HOME, Step.PHOTO, Step.ATTENDANT})
"""What may be changed in place from the review."""

CLOSED: frozenset[Step] = frozenset({Step.SEALING, Step.SEALED})
"""From here on nothing of the intake changes any more."""
