"""What the applicant's posts carry, parsed at the border. Values that cannot be are refused with a stable code."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.flow import FlowRefused
from schemas.dates import ERAS, from_wareki, parse_date, to_wareki
from schemas.errors import IdentifierInvalid
from schemas.ids import ApplicationFormId, digits_only
from schemas.intake import FormKind, FormReading
from schemas.language import Language

WESTERN = "西暦"


class Fields(BaseModel):
    """Fields of one post; others (the token) are not this model's."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_max_length=600)


class LanguageFields(Fields):
    language: Language = Language.JA


class ViewFields(Fields):
    """The person's switches; absent: unchanged."""

    large: Literal["on", "off"] | None = None
    sound: Literal["on", "off"] | None = None
    contrast: Literal["on", "off"] | None = None


class FormFields(Fields):
    """`kind`: typed (the id twice), scanned (`code`: a hand scanner's line), sealed_envelope, handwritten, none."""

    kind: str = "typed"
    code: str = Field(default="", max_length=600)
    form_id: str = ""
    form_id_again: str = ""

    @property
    def typed(self) -> dict[str, str]:
        """What goes back into the fields after a refusal."""
        return {"form_id": self.form_id, "form_id_again": self.form_id_again}

    def reading(self) -> FormReading:
        if self.kind in (FormKind.SEALED_ENVELOPE, FormKind.HANDWRITTEN, FormKind.NONE):
            return FormReading(kind=FormKind(self.kind))
        if self.kind != FormKind.TYPED:
            raise FlowRefused("form.kind_unknown")
        form_id = ApplicationFormId.parse(self.form_id)
        if ApplicationFormId.parse(self.form_id_again) != form_id:
            raise FlowRefused("form_id.twice_different")
        return FormReading(kind=FormKind.TYPED, form_id=form_id)


class CardFields(Fields):
    """`action`: check (without PIN), pin, keep what was found, skip. The PIN is four digits, used once.
    `purpose`: who came to have a certificate looked at, and now wants a card."""

    action: Literal["check", "pin", "keep", "skip"]
    purpose: str = Field(default="", max_length=20)
    pin: str = Field(default="", max_length=20, repr=False)
    last_try: Literal["yes", ""] = ""

    @property
    def pin_digits(self) -> str:
        return digits_only(self.pin)


class HolderFields(Fields):
    """`action`: look (how many tries are left), read with the PIN of 券面事項入力補助, keep what was read."""

    action: Literal["look", "read", "keep"]
    pin: str = Field(default="", max_length=20, repr=False)
    last_try: Literal["yes", ""] = ""

    @property
    def pin_digits(self) -> str:
        return digits_only(self.pin)


class PersonFields(Fields):
    """Birth date as one text (`birth_date`) or in parts; home municipality by its 団体コード. Either or both;
    an empty municipality: asked next."""

    birth_date: str = Field(default="", max_length=40)
    era: str = Field(default="", max_length=4)
    year: str = Field(default="", max_length=8)
    month: str = Field(default="", max_length=8)
    day: str = Field(default="", max_length=8)
    municipality: str | None = Field(default=None, max_length=20)

    @property
    def gives_birth(self) -> bool:
        return bool(self.birth_date or self.era or self.year or self.month or self.day)

    @property
    def typed(self) -> dict[str, str]:
        """What goes back into the fields after a refusal."""
        date = {"era": self.era, "year": self.year, "month": self.month, "day": self.day}
        return date if self.municipality is None else {**date, "municipality": self.municipality}

    def born(self) -> date:
        """Raises `IdentifierInvalid`; an era year past the era's end too: nobody was born in 昭和65年."""
        if self.birth_date:
            return _of_its_era(parse_date(self.birth_date), self.birth_date)
        year, month, day = _number(self.year), _number(self.month), _number(self.day)
        if self.era in (WESTERN, "western"):
            return parse_date(f"{year:04d}-{month:02d}-{day:02d}")
        return _of_its_era(from_wareki(self.era, year, month, day), self.era)


def _of_its_era(found: date, written: str) -> date:
    era = next((name for name, *_ in ERAS if name in written), None)
    if era is not None and to_wareki(found).era != era:
        raise IdentifierInvalid("date.past_era", f"{era} had ended")
    return found


def _number(text: str) -> int:
    digits = digits_only(text)
    if digits == "元":
        return 1
    if not digits.isascii() or not digits.isdigit() or len(digits) > 4:
        raise IdentifierInvalid("date.unreadable", "year, month and day are numbers")
    return int(digits)


class SearchFields(Fields):
    q: str = Field(default="", max_length=60)


class ChangeFields(Fields):
    step: str = Field(max_length=20)


class HelpFields(Fields):
    wanted: Literal["yes", "no"] = "yes"
