"""The intake record: the plaintext a kiosk seals for one applicant. Schema version 1.

It holds what the office needs to work the case and nothing more: never a 個人番号, never a PIN, no bank data, no
certificate serial, no document numbers – of a document only that it was shown and what was checked.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field, field_validator, model_validator

from schemas.answers import CardHolder, Coming, Company, Contact, Licence, Override, Papers, Residing, Wishes
from schemas.canonical import Wire
from schemas.card import CardCheck
from schemas.circumstances import Booking, Circumstances, FamilyPlace
from schemas.ids import (
    ApplicationFormId,
    DeviceId,
    MunicipalityCode,
    RecordId,
    SlipNumber,
    StaffId,
    VisitId,
    contains_my_number,
)
from schemas.language import Language
from schemas.rules.model import Decision, DocumentCheck
from schemas.stamp import Stamp


class FormKind(StrEnum):
    """How the application form came (facts: forms F1–F6)."""

    QR = "qr"
    TYPED = "typed"
    SEALED_ENVELOPE = "sealed_envelope"
    HANDWRITTEN = "handwritten"
    NONE = "none"


class FormReading(Wire):
    """The form id; None for a sealed envelope and a handwritten form, which goes into one (both carry the 個人番号:
    counted, never read), and when there is no form."""

    kind: FormKind
    form_id: ApplicationFormId | None = None

    @model_validator(mode="after")
    def _id_fits_kind(self) -> FormReading:
        if (self.form_id is not None) != (self.kind in (FormKind.QR, FormKind.TYPED)):
            raise ValueError("form id and form kind do not fit")
        return self


class PhotoSource(StrEnum):
    """How the picture came: the kiosk's camera, the tablet's, or a file somebody brought."""

    CAMERA = "camera"
    TABLET = "tablet"
    FILE = "file"


class PhotoPoint(StrEnum):
    """What no machine judges honestly: a person looks at the large picture and confirms it."""

    NO_HAT = "no_hat"
    NO_GLARE = "no_glare"
    NO_HANDS = "no_hands"
    EYES_FREE = "eyes_free"


class ApprovedReason(Wire):
    """A special reason (やむを得ない理由) by the municipality's own code, never in words. `excuses`: what it
    switched off."""

    code: str = Field(pattern=r"^[a-z0-9_]+$", max_length=40)
    excuses: tuple[str, ...] = Field(default=(), max_length=20)
    approved_by: StaffId


class PhotoPlace(Wire):
    """Under which conditions the picture was taken, for comparing what comes back: names of places and things only.

    `place`: the venue's room or station of the visit; `lamp`: what is written on the lamp; `camera`: the device's name;
    `engine`: what judged, with its version.
    """

    place: str = Field(default="", max_length=120)
    lamp: str = Field(default="", max_length=60)
    camera: str = Field(default="", max_length=120)
    engine: str = Field(default="", max_length=80)


class PhotoCheck(Wire):
    """One measured value of the photo with its bounds, in the unit named (ISO/IEC 29794-5 vocabulary). `warning`: a
    value outside its bounds does not refuse; `excused`: it does not count for this person."""

    name: str = Field(pattern=r"^[a-z0-9_]+$", max_length=40)
    value: str = Field(max_length=24)
    unit: str = Field(max_length=16)
    minimum: str | None = Field(default=None, max_length=24)
    maximum: str | None = Field(default=None, max_length=24)
    ok: bool
    warning: bool = False
    excused: bool = False


class PhotoEvidence(Wire):
    """The photo beside the record in the payload. `accepted_by`: the staff who confirmed despite a refusal.

    `confirmed`: what a person has confirmed on the large picture. `taken_on`: the day a file was taken, as its bringer
    said; `taken` is then the moment it was handed in.
    """

    file: Literal["photo.jpg"] = "photo.jpg"
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    width: int = Field(ge=480, le=6000)
    height: int = Field(ge=480, le=6000)
    taken: Stamp
    accepted: bool
    advice: tuple[str, ...] = ()
    checks: tuple[PhotoCheck, ...] = ()
    accepted_by: StaffId | None = None
    source: PhotoSource = PhotoSource.CAMERA
    taken_on: date | None = None
    confirmed: tuple[PhotoPoint, ...] = ()
    special: ApprovedReason | None = None
    conditions: PhotoPlace = PhotoPlace()


class IdentityCheck(Wire):
    """本人確認: what was shown and who looked at it. None of the documents' numbers."""

    documents: tuple[DocumentCheck, ...]
    checked_by: StaffId
    checked: Stamp


class Answer(Wire):
    """An answer to one delivery condition of the rule set, by its code."""

    condition: str = Field(pattern=r"^[a-z0-9_]+$", max_length=60)
    yes: bool


class Consent(Wire):
    """Agreement to the notice; `notice` names its version."""

    notice: str = Field(max_length=40)
    given: Stamp


class IntakeRecord(Wire):
    """Everything of one applicant at one counter. `holder`: read from the chip, only where the rules ask for it."""

    schema_version: Literal[1] = 1
    record: RecordId
    municipality: MunicipalityCode
    visit: VisitId
    device: DeviceId
    slip: SlipNumber
    language: Language
    consent: Consent
    form: FormReading
    card: CardCheck | None = None
    birth_date: date
    holder: CardHolder | None = None
    home_municipality: MunicipalityCode
    photo: PhotoEvidence | None = None
    identity: IdentityCheck | None = None
    coming: Coming = Coming()
    licence: Licence = Licence.NOT_ASKED
    residing: Residing = Residing()
    company: Company = Company()
    wishes: Wishes = Wishes()
    contact: Contact | None = None
    booking: Booking | None = None
    family: FamilyPlace | None = None
    circumstances: Circumstances = Circumstances()
    papers: Papers = Papers()
    answers: tuple[Answer, ...] = ()
    decision: Decision
    override: Override | None = None
    note: str = Field(default="", max_length=500)
    started: Stamp
    confirmed: Stamp

    @field_validator("note")
    @classmethod
    def _no_my_number(cls, text: str) -> str:
        if contains_my_number(text):
            raise ValueError("the note may hold a 個人番号")
        return text
