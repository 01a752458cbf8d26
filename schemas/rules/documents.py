"""The table `document` of a rule file: which papers prove who somebody is, and what each of them shows."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.language import Wording
from schemas.rules.entries import CODE
from schemas.rules.terms import Certifier, Person, Purpose
from schemas.rules.when import Rule


class Certifying(Rule):
    """Somebody who may certify a photo; `below_age`: only for younger applicants."""

    by: Certifier
    below_age: int | None = Field(default=None, ge=0, le=130)

    def may(self, age: int) -> bool:
        return self.below_age is None or age < self.below_age


class DocumentType(Rule):
    """One kind of identity document. `accepted_from`/`accepted_until`: days the rule holds, both inclusive.

    `shows`: what of birth date and address every such document has; all of it must agree. Empty: it has one or the
    other. `issuer`: same word = same issuer. `persons`: who may use it (empty: all). `below_age`: only for younger
    applicants. `expired_for`: purposes at which it counts although out of date (the card a renewal replaces).
    `certified_by`: the paper counts only when one of these certified it; `photo_months`: how old its photo may be.
    """

    code: str = Field(pattern=CODE, max_length=60)
    rank: str = Field(alias="class", pattern=r"^[A-Z]$")
    name: Wording
    photo: bool = False
    shows: tuple[Literal["birth", "address"], ...] = ()
    accepted_from: date | None = None
    accepted_until: date | None = None
    issuer: str = Field(default="", pattern=r"^[a-z0-9_]*$")
    persons: tuple[Person, ...] = ()
    below_age: int | None = Field(default=None, ge=0)
    expired_for: tuple[Purpose, ...] = ()
    certified_by: tuple[Certifying, ...] = ()
    photo_months: int | None = Field(default=None, ge=1, le=24)
    source: str = ""

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.accepted_from and self.accepted_until and self.accepted_from > self.accepted_until:
            raise ValueError("accepted_from is after accepted_until")
        return self

    def may_show(self, part: Literal["birth", "address"]) -> bool:
        return not self.shows or part in self.shows

    def agrees(self, *, birth: bool, address: bool) -> bool:
        """What was found to agree is enough for this kind."""
        found = {"birth": birth, "address": address}
        return all(found[part] for part in self.shows) if self.shows else birth or address

    def certifiers(self, age: int) -> tuple[Certifier, ...]:
        """Who may certify it for an applicant of this age."""
        return tuple(each.by for each in self.certified_by if each.may(age))

    def accepted_on(self, day: date) -> bool:
        return (self.accepted_from is None or self.accepted_from <= day) and (
            self.accepted_until is None or day <= self.accepted_until
        )
