"""The state of one applicant's intake: immutable, never unsealed on a disk, silent in logs and tracebacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from kiosk.flow.steps import Step
from schemas.answers import CardHolder, Coming, Company, Contact, Licence, Override, Papers, Residing, Wishes
from schemas.card import CardCheck
from schemas.circumstances import Booking, Domicile, Express
from schemas.ids import MunicipalityCode, RecordId, SlipNumber, StaffId, VisitId
from schemas.intake import Answer, ApprovedReason, Consent, FormReading, PhotoEvidence
from schemas.language import Language
from schemas.photo_rules import PhotoRules, photo_rules_of
from schemas.rules import Decision, DocumentCheck, RuleSet
from schemas.stamp import Stamp
from schemas.visit import AttendantRole


@dataclass(frozen=True)
class BookedTime:
    """When somebody is expected: one booking of the visit, without a name."""

    day: date
    begins: time


@dataclass(frozen=True)
class Context:
    """What the flow must know beside the intake: the visit's rules and today (JST, corrected by the office).

    `bookings`: the visit's, by number. `used`: the numbers somebody has already come with to this kiosk."""

    rules: RuleSet
    receiving: MunicipalityCode
    municipalities: frozenset[MunicipalityCode]
    today: date
    notice: str
    visit: VisitId | None = None
    bookings: Mapping[str, BookedTime] = field(default_factory=dict)
    used: frozenset[str] = frozenset()

    @property
    def photo(self) -> PhotoRules:
        """Today's rules of the picture."""
        return photo_rules_of(self.rules, self.today)

    @property
    def booked_today(self) -> bool:
        """True when people with a booking are expected today."""
        return any(time.day == self.today for time in self.bookings.values())


@dataclass(frozen=True)
class CardAnswer:
    """The answer to the existing card: what the chip said, or None when there is no card or it was not checked.
    `implied`: nobody was asked, why they came said it (a first card, a lost one)."""

    check: CardCheck | None
    implied: bool = False


class Position(StrEnum):
    """How somebody is photographed; the usual one is sitting upright (facts 4.5)."""

    SEATED = "seated"
    WHEELCHAIR = "wheelchair"
    CHILD = "child"
    LYING = "lying"


@dataclass(frozen=True)
class TakenPhoto:
    """The finished picture and what was measured. The only place where an applicant's picture is held."""

    jpeg: bytes = field(repr=False)
    evidence: PhotoEvidence = field(repr=False)


@dataclass(frozen=True)
class Came:
    """With a booking, or without one."""

    booking: Booking | None = None


@dataclass(frozen=True)
class Family:
    """A further member of a family: which one, whose record was first, and who represents its children."""

    first: RecordId
    member: int
    company: Company | None = None


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
    family: Family | None = None
    consent: Consent | None = None
    came: Came | None = None
    coming: Coming | None = None
    form: FormReading | None = None
    card: CardAnswer | None = None
    holder: CardHolder | None = None
    licence: Licence | None = None
    birth_date: date | None = None
    home: MunicipalityCode | None = None
    residing: Residing | None = None
    company: Company | None = None
    domicile: Domicile | None = None
    proxy_reason: str | None = None
    wishes: Wishes | None = None
    express: Express | None = None
    address_hidden: bool = False
    contact_wanted: bool = False
    contact: Contact | None = None
    position: Position = Position.SEATED
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
        booking = self.came.booking if self.came else None
        card = None if self.card is None or self.card.implied else self.card
        read = (booking, self.form, card, self.holder)
        given = (*read, self.birth_date, self.home, self.residing, self.contact, self.photo)
        return any(part is not None for part in given)
