"""A municipality's rule set as data, and the decision it leads to.

Classes of documents are data (A/B/T by default, others S/A/B/C/D); a combination counts classes; a condition is a
question with the answer postal delivery needs. Sources stand in `default.toml`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.canonical import Wire
from schemas.language import Wording


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
    LEGAL_REPRESENTATIVE = "legal_representative"


class Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class DocumentType(Rule):
    """One kind of identity document. `accepted_from`/`accepted_until`: days the rule holds, both inclusive."""

    code: str = Field(pattern=r"^[a-z0-9_]+$")
    rank: str = Field(alias="class", pattern=r"^[A-Z]$")
    name: Wording
    photo: bool = False
    accepted_from: date | None = None
    accepted_until: date | None = None

    def accepted_on(self, day: date) -> bool:
        return (self.accepted_from is None or self.accepted_from <= day) and (
            self.accepted_until is None or day <= self.accepted_until
        )


class Need(Rule):
    """`count` documents of any class in `classes`, e.g. classes "BC", count 2."""

    classes: str = Field(pattern=r"^[A-Z]+$")
    count: int = Field(ge=1, le=5)


class Combination(Rule):
    """One sufficient set of documents for a person."""

    code: str = Field(pattern=r"^[a-z0-9_]+$")
    person: Person
    needs: tuple[Need, ...] = Field(min_length=1)
    photo_needed: bool = False
    name: Wording


class Condition(Rule):
    """A question asked for postal delivery. Unmet: the person collects the card, and is told `unmet`."""

    code: str = Field(pattern=r"^[a-z0-9_]+$")
    question: Wording
    wanted: bool = True
    unmet: Wording
    minimum_age: int = Field(default=0, ge=0)


class RuleSet(Rule):
    """A municipality's rules from a day on. `example` marks sets nobody has decided: screens say so."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: Wording
    example: bool
    source: str
    effective_from: date
    method: Method
    delivery: Delivery
    fallback_delivery: Delivery = Delivery.COUNTER
    accepts_other_municipalities: bool = False
    representative_below_age: int = Field(default=15, ge=0)
    photo_from_age: int = Field(default=1, ge=0)
    documents: tuple[DocumentType, ...] = Field(alias="document", min_length=1)
    combinations: tuple[Combination, ...] = Field(alias="combination", min_length=1)
    conditions: tuple[Condition, ...] = Field(default=(), alias="condition")

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        for kind in ("documents", "combinations", "conditions"):
            codes = [entry.code for entry in getattr(self, kind)]
            doubled = {code for code in codes if codes.count(code) > 1}
            if doubled:
                raise ValueError(f"{kind}: code given twice: {', '.join(sorted(doubled))}")
        return self

    def document(self, code: str) -> DocumentType | None:
        return next((document for document in self.documents if document.code == code), None)


class DocumentCheck(Wire):
    """One document shown at the counter: its kind and what the attendant checked, never its number."""

    document: str = Field(pattern=r"^[a-z0-9_]+$", max_length=60)
    person: Person = Person.APPLICANT
    original: bool = False
    in_date: bool = False
    name_matches: bool = False
    birth_or_address_matches: bool = False
    photo_matches: bool | None = None

    @property
    def sound(self) -> bool:
        """All checks made and passed; the photo check counts where one was made."""
        made = (self.original, self.in_date, self.name_matches, self.birth_or_address_matches)
        return all(made) and self.photo_matches is not False


class Reason(Wire):
    """One line of why: `satisfied` or not, in words a person at the counter understands."""

    code: str = Field(pattern=r"^[a-z0-9_.]+$", max_length=80)
    satisfied: bool
    text: Wording


class Decision(Wire):
    """The method decided, with every reason, and what to bring when something is missing."""

    rule_set: str
    effective_from: date
    method: Method
    delivery: Delivery
    reasons: tuple[Reason, ...]
    bring: tuple[Wording, ...] = ()
