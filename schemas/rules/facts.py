"""What is known of one applicant at the counter. Plain values; nothing here is stored or travels.

Unknown is a value of its own (`unknown`, None): a predicate on it does not match, so an unasked question neither
blocks nor frees anybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from schemas.ids import MunicipalityCode
from schemas.rules.shown import DocumentCheck
from schemas.rules.terms import (
    Delivery,
    FormState,
    Guardianship,
    NumberPaper,
    Occasion,
    OldCard,
    Purpose,
    Representative,
    Residence,
)


@dataclass(frozen=True)
class Facts:
    """Everything beyond age, home and documents. The defaults describe a Japanese adult's first card."""

    occasion: Occasion = Occasion.ONSITE
    purpose: Purpose = Purpose.FIRST
    residence: Residence = Residence.JAPANESE
    stay_until: date | None = None
    guardianship: Guardianship = Guardianship.NONE
    representative: Representative = Representative.NONE
    same_household: bool | None = None
    domicile_here: bool | None = None
    applicant_present: bool = True
    representative_present: bool | None = None
    number_paper: NumberPaper = NumberPaper.UNKNOWN
    old_card: OldCard = OldCard.UNKNOWN
    juki_card: OldCard = OldCard.UNKNOWN
    card_expires: date | None = None
    certificate_expires: date | None = None
    pin_verified: bool = False
    form: FormState = FormState.CURRENT
    photo_taken: date | None = None
    special_photo: bool = False
    face_authentication: bool = False
    licence_on_card: bool | None = None
    delivery_wish: Delivery | None = None
    address_hidden: bool = False
    express_event: str | None = None
    express_event_day: date | None = None
    proxy_reason: str | None = None


@dataclass(frozen=True)
class Situation:
    """What is known of one applicant at the counter. `answers`: (condition code, yes) pairs already given.

    `age`: full years on the day the municipality counts from (`RuleSet.age_counts_on`).
    """

    day: date
    age: int
    receiving: MunicipalityCode
    home: MunicipalityCode
    identity_checker: bool
    documents: tuple[DocumentCheck, ...] = ()
    answers: tuple[tuple[str, bool], ...] = ()
    facts: Facts = field(default_factory=Facts)
