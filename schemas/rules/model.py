"""A municipality's rule set as data.

Classes of documents are data (A/B/T by default, others S/A/B/C/D); a combination counts classes; a condition is a
question with the answer postal delivery needs; a barrier is a known fact that stops it. Every entry may carry the
days it holds, so one file spans a change of law. Sources stand in the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Self, TypeVar

from pydantic import Field, model_validator

from schemas.errors import RulesInvalid
from schemas.language import Language, Wording
from schemas.rules.documents import DocumentType
from schemas.rules.entries import (
    Advice,
    Age,
    AgeDay,
    Barrier,
    ChipAttributes,
    Combination,
    Condition,
    Dated,
    ExpressRules,
    Fee,
    FormRules,
    HomeMunicipality,
    Need,
    Phone,
    PhotoRules,
    Proof,
    ProxyReason,
    SpecialPhoto,
    Text,
    Thing,
    Validity,
    Window,
)
from schemas.rules.office import OfficeRules
from schemas.rules.shown import Decision, DocumentCheck, Item, Notice, Reason
from schemas.rules.terms import AgeLimit, Delivery, Lifetime, Method, Person, Span
from schemas.rules.when import Rule

__all__ = [
    "Barrier", "Combination", "Condition", "Decision", "Delivery", "DocumentCheck", "DocumentType", "Item", "Method",
    "Need", "Notice", "Person", "Proof", "Reason", "Rule", "RuleSet", "in_force",
]  # fmt: skip

DatedEntry = TypeVar("DatedEntry", bound=Dated)
# Tables (as in TOML, and their field) whose codes name one entry only. Ages, windows, validities, fees and texts change
# by days under one code.
ONE_OF_A_CODE: Final = {
    "document": "documents", "combination": "combinations", "condition": "conditions", "barrier": "barriers",
    "proof": "proofs", "item": "things", "notice": "advices", "proxy_reason": "proxy_reasons",
    "special_photo": "special_photos", "phone": "phones",
}  # fmt: skip


class RuleSet(Rule):
    """A municipality's rules from a day on. `example` marks sets nobody has decided: screens say so."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: Wording
    example: bool
    source: str
    effective_from: date
    effective_until: date | None = None
    method: Method
    delivery: Delivery
    other_deliveries: tuple[Delivery, ...] = ()
    fallback_delivery: Delivery = Delivery.COUNTER
    accepts_other_municipalities: bool = False
    representative_below_age: int = Field(default=15, ge=0)
    photo_from_age: int = Field(default=1, ge=0)
    age_counts_on: AgeDay = "visit"
    explained_names_count: bool = True
    form: FormRules = FormRules()
    photo: PhotoRules = PhotoRules()
    express: ExpressRules = ExpressRules()
    office: OfficeRules = OfficeRules()
    documents: tuple[DocumentType, ...] = Field(alias="document", min_length=1)
    combinations: tuple[Combination, ...] = Field(alias="combination", min_length=1)
    conditions: tuple[Condition, ...] = Field(default=(), alias="condition")
    barriers: tuple[Barrier, ...] = Field(default=(), alias="barrier")
    proofs: tuple[Proof, ...] = Field(default=(), alias="proof")
    things: tuple[Thing, ...] = Field(default=(), alias="item")
    advices: tuple[Advice, ...] = Field(default=(), alias="notice")
    fees: tuple[Fee, ...] = Field(default=(), alias="fee")
    ages: tuple[Age, ...] = Field(default=(), alias="age")
    windows: tuple[Window, ...] = Field(default=(), alias="window")
    validities: tuple[Validity, ...] = Field(default=(), alias="validity")
    proxy_reasons: tuple[ProxyReason, ...] = Field(default=(), alias="proxy_reason")
    special_photos: tuple[SpecialPhoto, ...] = Field(default=(), alias="special_photo")
    phones: tuple[Phone, ...] = Field(default=(), alias="phone")
    texts: tuple[Text, ...] = Field(default=(), alias="text")
    home_municipalities: tuple[HomeMunicipality, ...] = Field(default=(), alias="home_municipality")
    chip_attributes: tuple[ChipAttributes, ...] = ()

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        for kind in ONE_OF_A_CODE.values():
            codes = [entry.code for entry in getattr(self, kind)]
            doubled = {code for code in codes if codes.count(code) > 1}
            if doubled:
                raise ValueError(f"{kind}: code given twice: {', '.join(sorted(doubled))}")
        return self

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The ways offered to people whose identity was checked here, the usual one first."""
        return (self.delivery, *(other for other in self.other_deliveries if other is not self.delivery))

    def document(self, code: str) -> DocumentType | None:
        return next((document for document in self.documents if document.code == code), None)

    def documents_for(self, person: Person, day: date) -> tuple[DocumentType, ...]:
        """The kinds a person may show on a day, in the file's order."""
        return tuple(
            kind for kind in self.documents if kind.accepted_on(day) and (not kind.persons or person in kind.persons)
        )

    def years(self, limit: AgeLimit, day: date) -> int | None:
        """An age limit on a day. The first two have a value of their own where no dated entry holds."""
        dated = _first(self.ages, day, code=limit)
        if dated is not None:
            return dated.years
        return {
            AgeLimit.REPRESENTATIVE_BELOW: self.representative_below_age,
            AgeLimit.PHOTO_FROM: self.photo_from_age,
        }.get(limit)

    def window(self, span: Span, day: date) -> Window | None:
        return _first(self.windows, day, code=span)

    def validity(self, lifetime: Lifetime, day: date) -> Validity | None:
        return _first(self.validities, day, code=lifetime)

    def text(self, code: str, day: date) -> Wording | None:
        """The municipality's own text on a day; None when it has none."""
        entry = _first(self.texts, day, code=code)
        return None if entry is None else entry.text

    def chip_attributes_on(self, day: date) -> ChipAttributes | None:
        """Set on days on which the chip's attributes are asked for."""
        return next((entry for entry in self.chip_attributes if entry.holds_on(day)), None)

    def phones_on(self, day: date) -> tuple[Phone, ...]:
        return tuple(phone for phone in self.phones if phone.holds_on(day))

    def phones_for(self, language: Language, day: date) -> tuple[Phone, ...]:
        """Whom an applicant may call: where their language is understood, else where Japanese is."""
        lines = [phone for phone in self.phones_on(day) if not phone.staff]
        spoken = Language.JA if language is Language.JA_EASY else language
        found = [phone for phone in lines if spoken in phone.languages]
        return tuple(found or [phone for phone in lines if Language.JA in phone.languages])

    def item(self, code: str) -> Thing | None:
        return next((thing for thing in self.things if thing.code == code), None)

    def in_force_on(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_until is None or day <= self.effective_until)


def _first(entries: Iterable[DatedEntry], day: date, *, code: str) -> DatedEntry | None:
    return next((entry for entry in entries if getattr(entry, "code", None) == code and entry.holds_on(day)), None)


def in_force(sets: Sequence[RuleSet], day: date) -> RuleSet:
    """Of a municipality's sets, the one that holds on a day: the youngest that has begun. `RulesInvalid` when none."""
    begun = [rules for rules in sets if rules.in_force_on(day)]
    if not begun:
        raise RulesInvalid("rules.none_in_force", f"no rule set holds on {day}")
    return max(begun, key=lambda rules: rules.effective_from)
