"""The state of one applicant's intake: immutable, in memory only, and silent in logs and tracebacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kiosk.flow.steps import Step
from schemas.answers import CardHolder, Coming, Company, Contact, Licence, Override, Papers, Residing, Wishes
from schemas.card import CardCheck
from schemas.ids import MunicipalityCode, RecordId, SlipNumber, StaffId
from schemas.intake import Answer, ApprovedReason, Consent, FormReading, PhotoEvidence
from schemas.language import Language
from schemas.photo_rules import PhotoRules, photo_rules
from schemas.rules import Decision, DocumentCheck, RuleSet
from schemas.stamp import Stamp
from schemas.visit import AttendantRole


@dataclass(frozen=True)
class Context:
    """What the flow must know beside the intake: the visit's rules and today (JST, corrected by the office)."""

    rules: RuleSet
    receiving: MunicipalityCode
    municipalities: frozenset[MunicipalityCode]
    today: date
    notice: str
    photo: PhotoRules = field(default_factory=photo_rules)


@dataclass(frozen=True)
class CardAnswer:
    """The answer to the existing card: what the chip said, or None when there is no card or it was not checked."""

    check: CardCheck | None


@dataclass(frozen=True)
class TakenPhoto:
    """The finished picture and what was measured. The only place where an applicant's picture is held."""

    jpeg: bytes = field(repr=False)
    evidence: PhotoEvidence = field(repr=False)


@dataclass(frozen=True)
class Attended:
    """The attendant has finished their part: who, as what, when, and the decision that followed."""

    staff: StaffId
    name: str
    role: AttendantRole
    at: Stamp
    decision: Decision
    note: str = field(default="", repr=False)


@dataclass(frozen=True, repr=False)
class Intake:
    """One applicant. What is not yet given is None; `card` distinguishes "not asked yet" from "no card"."""

    record: RecordId
    slip: SlipNumber
    language: Language
    started: Stamp
    step: Step = Step.CONSENT
    consent: Consent | None = None
    coming: Coming | None = None
    form: FormReading | None = None
    card: CardAnswer | None = None
    holder: CardHolder | None = None
    licence: Licence | None = None
    birth_date: date | None = None
    home: MunicipalityCode | None = None
    residing: Residing | None = None
    company: Company | None = None
    wishes: Wishes | None = None
    contact_wanted: bool = False
    contact: Contact | None = None
    photo: TakenPhoto | None = None
    special: ApprovedReason | None = None
    documents: tuple[DocumentCheck, ...] = ()
    answers: tuple[Answer, ...] = ()
    papers: Papers | None = None
    override: Override | None = None
    attended: Attended | None = None
    confirmed: Stamp | None = None

    def __repr__(self) -> str:
        return f"Intake({self.slip}, {self.step})"

    @property
    def holds_personal_data(self) -> bool:
        """True once something was given that must leave the screen in silence."""
        given = (self.form, self.card, self.holder, self.birth_date, self.home, self.residing, self.contact, self.photo)
        return any(part is not None for part in given)
