"""What can happen to an intake. Every event carries values that were already parsed, never a PIN, never raw scans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.flow.intake import CardAnswer, Position, TakenPhoto
from kiosk.flow.steps import Step
from schemas.answers import CardHolder, Coming, Company, Contact, Licence, Papers, Residing, Wishes
from schemas.circumstances import Domicile, Express
from schemas.ids import MunicipalityCode, StaffId, VisitId
from schemas.intake import Answer, Consent, FormReading
from schemas.language import Language
from schemas.rules import Delivery, DocumentCheck
from schemas.stamp import Stamp
from schemas.visit import AttendantRole


@dataclass(frozen=True)
class LanguageChosen:
    language: Language


@dataclass(frozen=True)
class Consented:
    consent: Consent


@dataclass(frozen=True)
class BookingShown:
    """A booking slip, or its number typed in; `number` None: without a booking. `visit`: which one the slip names.
    `accepted_by`: staff take it although it is for another day or was used."""

    number: str | None
    visit: VisitId | None = None
    accepted_by: StaffId | None = None


@dataclass(frozen=True)
class WhyTold:
    """Why the person has come: a first card, renewal, loss … `without_card`: who says so has none to lay down."""

    coming: Coming
    without_card: bool = False


@dataclass(frozen=True)
class FormGiven:
    """The form. Read while the person still says why they came, it is kept and the question stays."""

    reading: FormReading


@dataclass(frozen=True)
class CardAnswered:
    answer: CardAnswer


@dataclass(frozen=True)
class PrintedRead:
    """The last day of the present card as its holder read it from the face; the step stays."""

    day: date


@dataclass(frozen=True)
class HolderRead:
    """Name and birth date from the chip, seen and confirmed by the person; empty: they would rather not."""

    holder: CardHolder


@dataclass(frozen=True)
class LicenceTold:
    licence: Licence


@dataclass(frozen=True)
class BirthGiven:
    birth_date: date


@dataclass(frozen=True)
class HomeGiven:
    home: MunicipalityCode


@dataclass(frozen=True)
class ResidenceTold:
    """At its own step, or beside the home municipality."""

    residing: Residing


@dataclass(frozen=True)
class CompanyTold:
    """Who is here: at its own step, or beside the home municipality."""

    company: Company


@dataclass(frozen=True)
class DomicileTold:
    """本籍 of a child whose parent lives elsewhere."""

    domicile: Domicile


@dataclass(frozen=True)
class ProxyTold:
    """Why somebody else will collect the card: a code of the rules, empty when the applicant will."""

    reason: str


@dataclass(frozen=True)
class ExpressWished:
    """特急発行, at the wishes; None: not wished (any more)."""

    express: Express | None


@dataclass(frozen=True)
class AddressHidden:
    """Nothing may tell where the person is: said at the wishes, or noted by staff at any time."""

    hidden: bool


@dataclass(frozen=True)
class Wished:
    """`contact`: the person also wants to leave phone or mail. `stay`: they go on choosing."""

    wishes: Wishes
    contact: bool = False
    stay: bool = False


@dataclass(frozen=True)
class ContactGiven:
    """None: they have thought better of it."""

    contact: Contact | None


@dataclass(frozen=True)
class PositionChosen:
    """How the person is photographed: screens and staff follow; what is checked does not change by it."""

    position: Position


@dataclass(frozen=True)
class PhotoKept:
    photo: TakenPhoto


@dataclass(frozen=True)
class SpecialReasonSet:
    """Municipal staff approve a special reason for the photo by its code; None: there is none (any more)."""

    code: str | None
    staff: StaffId
    role: AttendantRole


@dataclass(frozen=True)
class DocumentsShown:
    """All documents shown so far, replacing the earlier list; recorded by someone of this role."""

    documents: tuple[DocumentCheck, ...]
    role: AttendantRole


@dataclass(frozen=True)
class ConditionsAnswered:
    """All answers so far, replacing the earlier ones."""

    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class PapersTaken:
    """What was handed in at the counter, replacing what was noted earlier."""

    papers: Papers
    role: AttendantRole


@dataclass(frozen=True)
class Overridden:
    """Municipal staff and a second one of them decide otherwise than the rules; `delivery` None takes it back."""

    delivery: Delivery | None
    reason: str
    staff: StaffId
    role: AttendantRole
    seconded_by: StaffId | None = None
    second_role: AttendantRole | None = None


@dataclass(frozen=True)
class AttendantFinished:
    staff: StaffId
    name: str
    role: AttendantRole
    at: Stamp
    note: str = ""


@dataclass(frozen=True)
class Reached:
    """Something for this step has come: optional questions before it get their usual answers."""

    step: Step


@dataclass(frozen=True)
class Back:
    """One step back; nothing given is lost."""


@dataclass(frozen=True)
class Onward:
    """Leave a step that was already done without changing it, or an optional one with its usual answer."""


@dataclass(frozen=True)
class ChangeRequested:
    """From the review: change this one thing, then return to the review."""

    step: Step


@dataclass(frozen=True)
class Confirmed:
    """The person confirms everything shown; from here the record is sealed."""

    at: Stamp


@dataclass(frozen=True)
class SealFailed:
    """The sealed record could not be stored durably: back to the review, nothing lost."""


@dataclass(frozen=True)
class Kept:
    """The record is sealed and durably stored."""


Event = (
    LanguageChosen | Consented | BookingShown | WhyTold | FormGiven | CardAnswered | PrintedRead | HolderRead
    | LicenceTold | BirthGiven | HomeGiven | ResidenceTold | CompanyTold | DomicileTold | ProxyTold | Wished
    | ExpressWished | AddressHidden | ContactGiven | PositionChosen | PhotoKept | SpecialReasonSet | DocumentsShown
    | ConditionsAnswered | PapersTaken | Overridden | AttendantFinished | Reached | Back | Onward | ChangeRequested
    | Confirmed | SealFailed | Kept
)  # fmt: skip
