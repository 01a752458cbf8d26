"""What a person says beside form, birth date and home, and what staff add: why they came, who is here, wishes, contact.

Every answer has a usual value, so a counter may leave a question out. None of it is a PIN, a number of a document or
a reason in words of the applicant's own.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Final
from unicodedata import category

from pydantic import Field, field_validator, model_validator

from schemas.canonical import Wire
from schemas.errors import IdentifierInvalid
from schemas.ids import StaffId, contains_my_number, digits_only
from schemas.rules.terms import (
    Delivery,
    Guardianship,
    Method,
    NumberPaper,
    OldCard,
    Purpose,
    Representative,
    Residence,
)

# WHATWG HTML, "valid e-mail address", with at least one dot in the domain.
_MAIL: Final = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+"
)
_UNPRINTED: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})  # Unicode categories; names have U+3000 and private characters
_PHONE: Final = re.compile(r"0[0-9]{9,10}")


class Coming(Wire):
    """Why the person has come. `form_before_move`: the form still shows the former address. `asked`: said by the
    person, not taken as usual. `printed_until`: the last day of their present card, as it is printed on its face."""

    purpose: Purpose = Purpose.FIRST
    form_before_move: bool = False
    asked: bool = False
    printed_until: date | None = None


class Licence(StrEnum):
    """マイナ免許証: whether licence data is on the present card (facts 5.5)."""

    NOT_ASKED = "not_asked"
    NONE = "none"
    ON_CARD = "on_card"


class Residing(Wire):
    """Nationality and status as far as the card's validity depends on it. `stay_until`: last day of a limited stay."""

    residence: Residence = Residence.JAPANESE
    stay_until: date | None = None

    @model_validator(mode="after")
    def _day_fits(self) -> Residing:
        if self.stay_until is not None and self.residence is not Residence.LIMITED:
            raise ValueError("only a limited stay has a last day")
        return self


class Company(Wire):
    """Who is here. The usual value: the applicant alone, acting for themselves."""

    guardianship: Guardianship = Guardianship.NONE
    representative: Representative = Representative.NONE
    applicant_present: bool = True
    representative_present: bool | None = None
    same_household: bool | None = None


class Wishes(Wire):
    """`signature`, `authentication`: the two certificates. `delivery`: None leaves it to the municipality."""

    signature: bool = True
    authentication: bool = True
    braille: bool = False
    face_authentication: bool = False
    delivery: Delivery | None = None


class Contact(Wire):
    """How the office may reach the person, both optional. `phone`: ten or eleven digits."""

    phone: str = Field(default="", max_length=11)
    mail: str = Field(default="", max_length=254)

    @field_validator("phone")
    @classmethod
    def _is_a_phone(cls, text: str) -> str:
        if text and not _PHONE.fullmatch(text):
            raise ValueError("not a Japanese phone number")
        return text

    @field_validator("mail")
    @classmethod
    def _is_a_mail(cls, text: str) -> str:
        if text and (not _MAIL.fullmatch(text) or contains_my_number(text)):
            raise ValueError("not a mail address")
        return text

    @classmethod
    def parse(cls, phone: str, mail: str) -> Contact:
        """From what was typed. Raises `IdentifierInvalid`."""
        digits, written = digits_only(phone), mail.strip()
        if contains_my_number(phone) or contains_my_number(mail):
            raise IdentifierInvalid("text.my_number", "looks like a 個人番号")
        if digits and not _PHONE.fullmatch(digits):
            raise IdentifierInvalid("contact.phone", "not a Japanese phone number")
        if written and (len(written) > 254 or not _MAIL.fullmatch(written)):
            raise IdentifierInvalid("contact.mail", "not a mail address")
        return cls(phone=digits, mail=written)


class CardHolder(Wire):
    """What the card's chip said of its holder with the holder's own PIN, and they confirmed; empty: asked, not read.

    Address and sex, which lie in the same file, are not kept."""

    name: str = Field(default="", max_length=200, repr=False)
    birth_date: date | None = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _whole(self) -> CardHolder:
        if bool(self.name) != (self.birth_date is not None):
            raise ValueError("name and birth date come together")
        if _UNPRINTED & {category(letter) for letter in self.name} or contains_my_number(self.name):
            raise ValueError("not a name")
        return self


class Papers(Wire):
    """What staff took at the counter. `pin_request`: the number on the sealed PIN setting request, never what is in
    it. `juki_card`: the 住民基本台帳カード, another card than `old_card` and counted apart. `loss_report`: the loss of
    card or notification card was written down here."""

    number_paper: NumberPaper = NumberPaper.UNKNOWN
    old_card: OldCard = OldCard.UNKNOWN
    juki_card: OldCard = OldCard.UNKNOWN
    loss_report: bool = False
    pin_request: str = Field(default="", pattern=r"^[A-Za-z0-9-]{0,20}$")

    @field_validator("pin_request")
    @classmethod
    def _no_pin(cls, text: str) -> str:
        """Four figures alone could be a PIN (facts 6.1): a sheet's number is longer or has letters."""
        if contains_my_number(text) or re.fullmatch(r"[0-9]{4}", text):
            raise ValueError("not the number of a sheet")
        return text


class Override(Wire):
    """Two municipal staff decided otherwise than the rules: why, who, and what the rules had said."""

    reason: str = Field(min_length=1, max_length=300)
    decided_by: StaffId
    seconded_by: StaffId
    delivery: Delivery
    was_method: Method
    was_delivery: Delivery

    @model_validator(mode="after")
    def _sound(self) -> Override:
        if self.decided_by == self.seconded_by:
            raise ValueError("an override needs a second person")
        if contains_my_number(self.reason):
            raise ValueError("the reason may hold a 個人番号")
        return self
