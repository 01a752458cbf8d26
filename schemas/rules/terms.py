"""The closed vocabularies of the rules: what a rule file may say and what the counter may know of a person.

Terms a municipality may invent (documents, combinations, conditions …) are codes in its file instead.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

PhotoExcuse = Literal[
    "head_covering", "medical_headwear", "eye_cover", "face_cover", "eyes_closed", "gaze_unsettled", "paralysis",
    "posture", "wheelchair", "infant",
]  # fmt: skip
"""Which checks of a photo a special reason switches off: the codes of `hardware.photo.SpecialReason`."""
PhotoSaid = Literal["no_hat", "no_glare", "no_hands", "eyes_free"]
"""What a person confirms on the large picture: the codes of `schemas.intake.PhotoPoint`."""


class Method(StrEnum):
    """申請方式: how the application is taken and where identity is checked."""

    ONSITE_RECEPTION = "onsite_reception"
    RECEPTION_AT_APPLICATION = "reception_at_application"
    APPLICATION_SUPPORT = "application_support"


class Delivery(StrEnum):
    """How the finished card reaches the person."""

    RESTRICTED_DELIVERY_MAIL = "restricted_delivery_mail"
    SIMPLE_REGISTERED_MAIL = "simple_registered_mail"
    RETURN_VISIT = "return_visit"
    COUNTER = "counter"


class Person(StrEnum):
    """Whose documents a combination speaks of."""

    APPLICANT = "applicant"
    APPLICANT_UNDER_15 = "applicant_under_15"
    ADULT_WARD = "adult_ward"
    LEGAL_REPRESENTATIVE = "legal_representative"
    PROXY = "proxy"


class Certifier(StrEnum):
    """Who may certify the photo of a 顔写真証明書 (facts 1.6); their own word for whom is in the rule file."""

    FACILITY_HEAD = "facility_head"
    CARE_MANAGER = "care_manager"
    PUBLIC_SUPPORT = "public_support"
    LEGAL_REPRESENTATIVE = "legal_representative"


class Occasion(StrEnum):
    """場面: at which moment identity is checked. The first two are applications, the others have rules of their own."""

    ONSITE = "onsite"
    AT_APPLICATION = "at_application"
    SUPPORT = "support"
    AT_ISSUE = "at_issue"
    PROXY_ISSUE = "proxy_issue"
    EXPRESS = "express"
    LOSS_REPORT = "loss_report"


class Purpose(StrEnum):
    """Why the person has come."""

    FIRST = "first"
    RENEWAL = "renewal"
    SPACE_FULL = "space_full"
    LOST = "lost"
    DAMAGED = "damaged"
    CERTIFICATE_ONLY = "certificate_only"


class Residence(StrEnum):
    """Nationality and status as far as the card's validity depends on it (facts 5.1)."""

    JAPANESE = "japanese"
    PERMANENT = "permanent"
    HIGHLY_SKILLED_2 = "highly_skilled_2"
    SPECIAL_PERMANENT = "special_permanent"
    LIMITED = "limited"


class Stay(StrEnum):
    """The period of stay seen from the day: `none` for people without one, `unknown` while nobody has asked."""

    NONE = "none"
    UNKNOWN = "unknown"
    RUNNING = "running"
    ENDING = "ending"
    ENDED = "ended"


class CardLife(StrEnum):
    """The existing card's printed expiry seen from the day."""

    UNKNOWN = "unknown"
    RUNNING = "running"
    RENEWABLE = "renewable"
    EXPIRED = "expired"


class Guardianship(StrEnum):
    """成年後見制度: only an adult ward is represented in the application; the others act themselves."""

    NONE = "none"
    ADULT_WARD = "adult_ward"
    CURATELAGE = "curatelage"
    ASSISTANCE = "assistance"
    VOLUNTARY = "voluntary"


class Representative(StrEnum):
    """Who acts for the applicant, or stands beside them."""

    NONE = "none"
    PARENT = "parent"
    MINOR_GUARDIAN = "minor_guardian"
    ADULT_GUARDIAN = "adult_guardian"
    CURATOR = "curator"
    ASSISTANT = "assistant"
    VOLUNTARY_GUARDIAN = "voluntary_guardian"
    PROXY = "proxy"


class NumberPaper(StrEnum):
    """What became of 通知カード or 個人番号通知書."""

    UNKNOWN = "unknown"
    NEVER_HAD = "never_had"
    HANDED_IN = "handed_in"
    NOTICE_SHOWN = "notice_shown"
    KEPT = "kept"
    LOST = "lost"


class OldCard(StrEnum):
    """What became of the My Number card the new one replaces, and apart from it of a 住民基本台帳カード."""

    UNKNOWN = "unknown"
    NONE = "none"
    HANDED_IN = "handed_in"
    KEPT = "kept"
    LOST = "lost"


class FormState(StrEnum):
    """The application form in the person's hand."""

    CURRENT = "current"
    BEFORE_MOVE = "before_move"
    HANDWRITTEN = "handwritten"
    SEALED_ENVELOPE = "sealed_envelope"
    NONE = "none"


class AfterMove(StrEnum):
    """Whether a form printed before a move may be used (facts 3.3: the sources conflict)."""

    ALLOW = "allow"
    CORRECT = "allow_with_correction"
    REISSUE = "reissue"


class AgeLimit(StrEnum):
    """Ages with a legal meaning."""

    REPRESENTATIVE_BELOW = "representative_below"
    PHOTO_FROM = "photo_from"
    SIGNATURE_FROM = "signature_from"
    ADULT_FROM = "adult_from"


class Span(StrEnum):
    """Windows of time with a meaning."""

    CARD_RENEWAL = "card_renewal"
    CERTIFICATE_RENEWAL = "certificate_renewal"
    STAY_ENDING = "stay_ending"
    EXPRESS_EVENT = "express_event"
    PHOTO_AGE = "photo_age"


class Lifetime(StrEnum):
    """What has a validity counted in birthdays."""

    ADULT_CARD = "adult_card"
    MINOR_CARD = "minor_card"
    CERTIFICATE = "certificate"


APPLICATION = (Occasion.ONSITE, Occasion.AT_APPLICATION)
