"""Predicates of a rule file: `when = { age_below = 15, old_card = ["kept"] }`. Every value given must hold.

Several alternatives of one kind stand in a list; alternatives of different kinds are entries of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from schemas.rules.facts import Situation
from schemas.rules.terms import (
    CardLife,
    Delivery,
    FormState,
    Guardianship,
    NumberPaper,
    Occasion,
    OldCard,
    Purpose,
    Representative,
    Residence,
    Stay,
)


class Rule(BaseModel):
    """A piece of a rule file: frozen, no unknown fields, names as in TOML."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class When(Rule):
    """A predicate. Fields left out do not matter; a fact nobody knows matches no given value."""

    age_from: int | None = Field(default=None, ge=0, le=130)
    age_below: int | None = Field(default=None, ge=0, le=130)
    occasion: tuple[Occasion, ...] | None = None
    purpose: tuple[Purpose, ...] | None = None
    residence: tuple[Residence, ...] | None = None
    stay: tuple[Stay, ...] | None = None
    guardianship: tuple[Guardianship, ...] | None = None
    representative: tuple[Representative, ...] | None = None
    number_paper: tuple[NumberPaper, ...] | None = None
    old_card: tuple[OldCard, ...] | None = None
    juki_card: tuple[OldCard, ...] | None = None
    card_life: tuple[CardLife, ...] | None = None
    certificate_life: tuple[CardLife, ...] | None = None
    form: tuple[FormState, ...] | None = None
    delivery_wish: tuple[Delivery, ...] | None = None
    elsewhere: bool | None = None
    same_household: bool | None = None
    domicile_here: bool | None = None
    special_photo: bool | None = None
    face_authentication: bool | None = None
    licence_on_card: bool | None = None
    address_hidden: bool | None = None
    photo_too_old: bool | None = None
    express: bool | None = None


def _listed(value: object) -> object:
    return (value,) if isinstance(value, dict | When) else value


# `unless = { … }`, or a list of predicates any one of which lifts the rule.
Unless = Annotated[tuple[When, ...], BeforeValidator(_listed)]


@dataclass(frozen=True)
class Known:
    """A situation with what follows from its dates (`schemas.rules.spans.known`)."""

    situation: Situation
    stay: Stay
    card_life: CardLife
    certificate_life: CardLife
    photo_too_old: bool | None

    def value(self, name: str) -> object:
        """The fact a predicate's field of this name speaks of."""
        found: object = getattr(self if name in _DERIVED else self.situation.facts, name)
        return found

    @property
    def elsewhere(self) -> bool:
        return self.situation.home != self.situation.receiving

    @property
    def express(self) -> bool:
        return self.situation.facts.express_event is not None


_DERIVED: Final = frozenset({"elsewhere", "express", "stay", "card_life", "certificate_life", "photo_too_old"})
_AGES: Final = frozenset({"age_from", "age_below"})


def matches(when: When, known: Known) -> bool:
    """True when every value the predicate gives holds."""
    age = known.situation.age
    if age < (when.age_from or 0) or (when.age_below is not None and age >= when.age_below):
        return False
    given = ((name, value) for name, value in when if value is not None and name not in _AGES)
    return all(_holds(value, known.value(name)) for name, value in given)


def applies(when: When | None, unless: Unless, known: Known) -> bool:
    """True when `when` holds (or is left out) and nothing in `unless` does."""
    return (when is None or matches(when, known)) and not any(matches(each, known) for each in unless)


def _holds(wanted: object, fact: object) -> bool:
    return fact in wanted if isinstance(wanted, tuple) else fact is wanted
