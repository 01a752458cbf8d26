"""What the optional questions' posts carry. Left out altogether, a post means the usual answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Final, Literal

from pydantic import Field

from kiosk.flow import FlowRefused, events
from kiosk.web.forms import Fields, PersonFields
from schemas.answers import Coming, Company, Contact, Licence, Residing, Wishes
from schemas.rules import Delivery, Guardianship, Purpose, Representative, Residence

MOVED: Final = "moved"
WITHOUT_CARD: Final = frozenset({Purpose.FIRST.value, Purpose.LOST.value, MOVED})
"""Reasons of people who have no card to lay down."""
MAIL_DOMAINS: Final = (
    "gmail.com", "yahoo.co.jp", "icloud.com", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp",
)  # fmt: skip
"""A key each; the usual ones of private people here."""
_OTHER_DOMAINS: Final = ("hotmail.com", "outlook.jp", "outlook.com", "au.com", "i.softbank.jp", "ymail.ne.jp")
HIDDEN: Final = "hidden"
"""In the place of a delivery: how is settled with staff, and nothing goes to an address."""
COMPANIES: Final[Mapping[str, Company]] = {
    "alone": Company(),
    "parent": Company(representative=Representative.PARENT, representative_present=True, same_household=True),
    "parent_apart": Company(representative=Representative.PARENT, representative_present=True, same_household=False),
    "minor_guardian": Company(
        representative=Representative.MINOR_GUARDIAN, representative_present=True, same_household=False
    ),
    "child_alone": Company(representative=Representative.PARENT, representative_present=False),
    "adult_guardian": Company(
        guardianship=Guardianship.ADULT_WARD, representative=Representative.ADULT_GUARDIAN, representative_present=True
    ),
    "curator": Company(
        guardianship=Guardianship.CURATELAGE, representative=Representative.CURATOR, representative_present=True
    ),
    "assistant": Company(
        guardianship=Guardianship.ASSISTANCE, representative=Representative.ASSISTANT, representative_present=True
    ),
    "voluntary_guardian": Company(
        guardianship=Guardianship.VOLUNTARY,
        representative=Representative.VOLUNTARY_GUARDIAN,
        representative_present=True,
    ),
    "proxy": Company(representative=Representative.PROXY, applicant_present=False, representative_present=True),
}
"""Who is here, by the word of the form."""


def company_word(company: Company | None) -> str:
    """The form's word for an answer."""
    return next((word for word, each in COMPANIES.items() if each == company), "alone")


def near_mail(mail: str) -> str:
    """The address with the usual domain that was probably meant (gmial.com); empty where nothing is near."""
    name, _, domain = mail.partition("@")
    known = (*MAIL_DOMAINS, *_OTHER_DOMAINS)
    meant = [] if domain.lower() in known else get_close_matches(domain.lower(), known, n=1, cutoff=0.8)
    return f"{name}@{meant[0]}" if meant else ""


class WhyFields(Fields):
    """`purpose`: a purpose of the rules, or `moved`: a first card with a form that shows the former address.
    `card`: none, the tile says by itself that there is no card to lay down."""

    purpose: str = Field(default=Purpose.FIRST.value, max_length=20)
    card: Literal["none", ""] = ""

    def told(self) -> events.WhyTold:
        return events.WhyTold(coming_of(self.purpose), without_card=bool(self.card) and self.purpose in WITHOUT_CARD)


def coming_of(word: str) -> Coming:
    if word == MOVED:
        return Coming(form_before_move=True, asked=True)
    if word not in set(Purpose):
        raise FlowRefused("why.unknown")
    return Coming(purpose=Purpose(word), asked=True)


class LicenceFields(Fields):
    on_card: Literal["yes", "no", ""] = ""

    def licence(self) -> Licence:
        return {"yes": Licence.ON_CARD, "no": Licence.NONE, "": Licence.NOT_ASKED}[self.on_card]


class ResidenceFields(PersonFields):
    """`residence`; for a limited stay its last day like a birth date (`stay_until`, or era, year, month, day)."""

    residence: str = Field(default=Residence.JAPANESE.value, max_length=20)
    stay_until: str = Field(default="", max_length=40)

    @property
    def typed(self) -> dict[str, str]:
        return {**super().typed, "residence": self.residence}

    def residing(self) -> Residing:
        """Raises `IdentifierInvalid` for a day that is none."""
        if self.residence not in set(Residence):
            raise FlowRefused("residence.unknown")
        residence = Residence(self.residence)
        return Residing(residence=residence, stay_until=self._day() if residence is Residence.LIMITED else None)

    def _day(self) -> date | None:
        if not (self.stay_until or self.year or self.month or self.day):
            return None
        return self.model_copy(update={"birth_date": self.stay_until}).born()


class WhoFields(Fields):
    who: str = Field(default="alone", max_length=20)

    def company(self) -> Company:
        if self.who not in COMPANIES:
            raise FlowRefused("who.unknown")
        return COMPANIES[self.who]


class WishesFields(Fields):
    """`chosen`: the boxes were on the page, so one that is missing is a no."""

    chosen: Literal["1", ""] = ""
    signature: Literal["on", ""] = ""
    authentication: Literal["on", ""] = ""
    braille: Literal["on", ""] = ""
    face_authentication: Literal["on", ""] = ""
    delivery: str = Field(default="", max_length=40)
    then: Literal["contact", "options", "delivery", "express", "stay", ""] = ""

    @property
    def hidden(self) -> bool | None:
        """Nothing may be sent home; None where the post does not say."""
        return self.delivery == HIDDEN if self.chosen or self.delivery else None

    def wishes(self) -> Wishes:
        if self.delivery not in ("", HIDDEN, *Delivery):
            raise FlowRefused("wishes.delivery_unknown")
        delivery = Delivery(self.delivery) if self.delivery in set(Delivery) else None
        if not self.chosen:
            return Wishes(delivery=delivery)
        return Wishes(
            signature=bool(self.signature),
            authentication=bool(self.authentication),
            braille=bool(self.braille),
            face_authentication=bool(self.face_authentication),
            delivery=delivery,
        )


class ContactFields(Fields):
    """`look`: a mail address is shown once more before it counts."""

    phone: str = Field(default="", max_length=40)
    mail: str = Field(default="", max_length=300)
    skip: Literal["yes", ""] = ""
    look: Literal["yes", ""] = ""

    @property
    def typed(self) -> dict[str, str]:
        return {"phone": self.phone, "mail": self.mail}

    def contact(self) -> Contact | None:
        """Raises `IdentifierInvalid`."""
        return None if self.skip else Contact.parse(self.phone, self.mail)
