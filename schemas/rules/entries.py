"""The tables of a rule file, one class each. Every entry may carry the days it holds, both inclusive."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.ids import MunicipalityCode
from schemas.language import Language, Wording
from schemas.rules.terms import (
    APPLICATION,
    AfterMove,
    AgeLimit,
    Delivery,
    FormState,
    Lifetime,
    Occasion,
    Person,
    PhotoExcuse,
    PhotoSaid,
    Span,
)
from schemas.rules.when import Rule, Unless, When

CODE = r"^[a-z0-9_]+$"


class Dated(Rule):
    """An entry with the days it holds: `valid_from`/`valid_until`, both inclusive, open when left out."""

    valid_from: date | None = None
    valid_until: date | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise ValueError("valid_from is after valid_until")
        return self

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class Need(Rule):
    """`count` documents of any class in `classes` ("BC"), or of the kinds named in `documents`."""

    classes: str = Field(default="", pattern=r"^[A-Z]*$")
    documents: tuple[str, ...] = ()
    count: int = Field(ge=1, le=5)

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if bool(self.classes) == bool(self.documents):
            raise ValueError("a need names either classes or documents")
        return self


class Combination(Dated):
    """One sufficient set of documents for a person at the named occasions (applications when left out)."""

    code: str = Field(pattern=CODE, max_length=60)
    person: Person
    needs: tuple[Need, ...] = Field(min_length=1)
    photo_needed: bool = False
    pin_verified: bool = False
    distinct_issuers: bool = False
    occasions: tuple[Occasion, ...] = Field(default=APPLICATION, min_length=1)
    when: When | None = None
    name: Wording
    source: str = ""


class Condition(Dated):
    """A question asked for postal delivery. Unmet: the person collects the card, and is told `unmet`.

    `deliveries`: asked for these only (empty: all but the counter).
    """

    code: str = Field(pattern=CODE, max_length=60)
    question: Wording
    wanted: bool = True
    unmet: Wording
    minimum_age: int = Field(default=0, ge=0)
    deliveries: tuple[Delivery, ...] = ()
    when: When | None = None
    unless: Unless = ()
    bring: tuple[str, ...] = ()
    source: str = ""


class Barrier(Dated):
    """A fact that stops delivery by post, known without asking. `bring`: items that would lift it here."""

    code: str = Field(pattern=CODE, max_length=60)
    when: When
    unless: Unless = ()
    text: Wording
    bring: tuple[str, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    source: str = ""


class Proof(Dated):
    """A paper that shows someone may act for the applicant: any one of `documents` will do."""

    code: str = Field(pattern=CODE, max_length=60)
    person: Person = Person.LEGAL_REPRESENTATIVE
    documents: tuple[str, ...] = Field(min_length=1)
    occasions: tuple[Occasion, ...] = Field(default=APPLICATION, min_length=1)
    when: When | None = None
    unless: Unless = ()
    name: Wording
    source: str = ""


class Thing(Dated):
    """Something to bring. `collect`: it belongs to what is needed when the card is handed over at the counter."""

    code: str = Field(pattern=CODE, max_length=60)
    name: Wording
    collect: bool = False
    when: When | None = None


class Advice(Dated):
    """A sentence to tell people it applies to; decides nothing."""

    code: str = Field(pattern=CODE, max_length=60)
    when: When
    unless: Unless = ()
    text: Wording
    source: str = ""


class Fee(Dated):
    """What the municipality asks, in yen; the kiosk takes no money, it says so beforehand."""

    code: str = Field(pattern=CODE, max_length=60)
    yen: int = Field(ge=0, le=100_000)
    when: When
    unless: Unless = ()
    name: Wording
    source: str = ""


class Age(Dated):
    """An age with a legal meaning, in full years."""

    code: AgeLimit
    years: int = Field(ge=0, le=130)
    source: str = ""


class Window(Dated):
    """A span before an end or after an event. Months are calendar months; one of the two is given.

    `first_day`: the day exactly that far away belongs to the window (敦賀・大口: it does not, "3か月未満").
    """

    code: Span
    months: int | None = Field(default=None, ge=1, le=120)
    days: int | None = Field(default=None, ge=1, le=3650)
    first_day: bool = False
    source: str = ""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.months is None) == (self.days is None):
            raise ValueError("a window is given in months or in days")
        return self


class Validity(Dated):
    """How many birthdays after issue something is valid."""

    code: Lifetime
    birthdays: int = Field(ge=1, le=20)
    source: str = ""


class ProxyReason(Dated):
    """A reason for which somebody else may collect the card (代理交付). `by_itself`: holds for everyone `when` fits,
    without being named."""

    code: str = Field(pattern=CODE, max_length=60)
    when: When | None = None
    by_itself: bool = False
    name: Wording
    source: str = ""


class SpecialPhoto(Dated):
    """やむを得ない理由 for a photo outside the standard; staff pass `declare` on to J-LIS. `excuses`: the checks it
    switches off, `confirm`: what nobody is asked to confirm then. Dark, blurred or cut pictures stay refused."""

    code: str = Field(pattern=CODE, max_length=40)
    name: Wording
    excuses: tuple[PhotoExcuse, ...] = ()
    confirm: tuple[PhotoSaid, ...] = ()
    source: str = ""


class Phone(Dated):
    """Whom to call. `hours` in words; `languages`: who is understood there. `staff`: not a number for applicants."""

    code: str = Field(pattern=CODE, max_length=60)
    number: str = Field(pattern=r"^0\d{1,4}-\d{1,4}-\d{2,4}(-\d{2,4})?$")
    name: Wording
    hours: Wording | None = None
    languages: tuple[Language, ...] = (Language.JA,)
    staff: bool = False
    source: str = ""


class Text(Dated):
    """A text of the municipality's own by its code (an address, an expected time, a promise)."""

    code: str = Field(pattern=CODE, max_length=60)
    text: Wording
    source: str = ""


class FormRules(Rule):
    """Which application forms are taken, and what happens to one printed before a move."""

    accepted: tuple[FormState, ...] = tuple(FormState)
    after_move: AfterMove = AfterMove.CORRECT


class PhotoRules(Rule):
    """Photo rules beyond geometry (that is the photo room's): monochrome, retouching, who declares a special reason."""

    monochrome: bool = True
    retouching: bool = False
    declare: Wording | None = None


class ExpressEvent(Dated):
    """What entitles to 特急発行. `counted`: only within the window `express_event` after the event."""

    code: str = Field(pattern=CODE, max_length=60)
    name: Wording
    counted: bool = True
    when: When | None = None


class ExpressRules(Rule):
    """特急発行. `here`: the visiting desk may take it (facts D6: unknown, so off unless a municipality says so)."""

    here: bool = False
    delivery: Delivery = Delivery.SIMPLE_REGISTERED_MAIL
    events: tuple[ExpressEvent, ...] = Field(default=(), alias="event")


class HomeMunicipality(Dated):
    """What another municipality does for its residents who apply here."""

    code: MunicipalityCode
    posts: bool


class ChipAttributes(Dated):
    """券面事項入力補助: name and birth date may be read from an existing card's chip, with the PIN of that application
    and only if the person wishes. `purpose`: why this municipality asks, told before the PIN is typed."""

    purpose: Wording
    source: str = ""


AgeDay = Literal["visit", "application"]
