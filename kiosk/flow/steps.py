"""The steps of one intake, in the order people know from photo booths."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """Where an applicant stands. Choosing the language starts the intake, so it has no step of its own."""

    CONSENT = "consent"
    BOOKING = "booking"
    WHY = "why"
    FORM = "form"
    CARD = "card"
    HOLDER = "holder"
    LICENCE = "licence"
    BIRTH = "birth"
    HOME = "home"
    RESIDENCE = "residence"
    WHO = "who"
    DOMICILE = "domicile"
    PROXY = "proxy"
    WISHES = "wishes"
    CONTACT = "contact"
    PHOTO = "photo"
    ATTENDANT = "attendant"
    REVIEW = "review"
    SEALING = "sealing"
    SEALED = "sealed"


ASKED: tuple[Step, ...] = (
    Step.CONSENT, Step.BOOKING, Step.WHY, Step.FORM, Step.CARD, Step.HOLDER, Step.LICENCE, Step.BIRTH, Step.HOME,
    Step.RESIDENCE, Step.WHO, Step.DOMICILE, Step.PROXY, Step.WISHES, Step.CONTACT, Step.PHOTO, Step.ATTENDANT,
)  # fmt: skip
"""The steps that ask for something; REVIEW follows when all of them are done."""

OPTIONAL: frozenset[Step] = frozenset(
    {
        Step.BOOKING, Step.WHY, Step.HOLDER, Step.LICENCE, Step.RESIDENCE, Step.WHO, Step.DOMICILE, Step.PROXY,
        Step.WISHES, Step.CONTACT,
    }
)  # fmt: skip
"""Steps with a usual answer: the answer to a later step passes over them."""

CHANGEABLE: frozenset[Step] = (OPTIONAL - {Step.BOOKING}) | {
    Step.FORM,
    Step.CARD,
    Step.BIRTH,
    Step.HOME,
    Step.PHOTO,
    Step.ATTENDANT,
}
"""What may be changed in place from the review."""

CLOSED: frozenset[Step] = frozenset({Step.SEALING, Step.SEALED})
"""From here on nothing of the intake changes any more."""
