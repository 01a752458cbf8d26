"""What each kind of applicant has to bring, asked of the municipality's rule set and not written down a second time."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from pydantic import TypeAdapter

from schemas.ids import MunicipalityCode
from schemas.language import Language, Wording
from schemas.rules import (
    AgeLimit,
    DocumentType,
    Facts,
    Guardianship,
    Item,
    Notice,
    NumberPaper,
    OldCard,
    Person,
    Purpose,
    Residence,
    RuleSet,
    Situation,
    decide,
)


class Kind(StrEnum):
    """Applicants who bring different things."""

    ADULT = "adult"
    RENEWAL = "renewal"
    LOST = "lost"
    CHILD = "child"
    WARD = "ward"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Answers:
    """What a person tells of themselves for their own list; nothing in it says who they are."""

    child: bool = False
    purpose: Purpose = Purpose.FIRST
    limited_stay: bool = False
    ward: bool = False
    number_paper: bool = False

    def stored(self) -> dict[str, str]:
        flags = {"child": self.child, "limited_stay": self.limited_stay, "ward": self.ward}
        given = {name: "yes" for name, value in {**flags, "number_paper": self.number_paper}.items() if value}
        return {**given, "purpose": self.purpose.value}


def answers_of(given: Mapping[str, str]) -> Answers:
    """From a form or a row; what means nothing is left at its usual value."""
    purpose = given.get("purpose", "")
    known = Purpose(purpose) if purpose in ASKED_PURPOSES else Purpose.FIRST
    flags = {name: given.get(name) == "yes" for name in ("child", "limited_stay", "ward", "number_paper")}
    return Answers(purpose=known, **flags)


ASKED_PURPOSES: Final = (Purpose.FIRST, Purpose.RENEWAL, Purpose.LOST)
OF_KIND: Final[Mapping[Kind, Answers]] = {
    Kind.ADULT: Answers(number_paper=True),
    Kind.RENEWAL: Answers(purpose=Purpose.RENEWAL),
    Kind.CHILD: Answers(child=True, number_paper=True),
    Kind.LOST: Answers(purpose=Purpose.LOST),
    Kind.FOREIGN: Answers(limited_stay=True, number_paper=True),
    Kind.WARD: Answers(ward=True, number_paper=True),
}


@dataclass(frozen=True)
class Bring:
    """A person's list: of `choices` one for each person, all of `always`; `told`: what else they should know."""

    choices: Mapping[Person, tuple[Item, ...]]
    always: tuple[Item, ...]
    told: tuple[Notice, ...]


def bring(rules: RuleSet, day: date, municipality: MunicipalityCode, answers: Answers) -> Bring:
    """What the rules ask of somebody with these answers who comes with nothing yet."""
    decided = decide(rules, situation(rules, day, municipality, answers))
    choices: dict[Person, tuple[Item, ...]] = {}
    for item in decided.bring:
        if item.one_of is not None:
            choices[item.one_of] = (*choices.get(item.one_of, ()), item)
    return Bring(choices, tuple(item for item in decided.bring if item.one_of is None), decided.notices)


def situation(rules: RuleSet, day: date, municipality: MunicipalityCode, answers: Answers) -> Situation:
    limit = rules.years(AgeLimit.REPRESENTATIVE_BELOW, day) or 0
    facts = Facts(
        purpose=answers.purpose,
        residence=Residence.LIMITED if answers.limited_stay else Residence.JAPANESE,
        guardianship=Guardianship.ADULT_WARD if answers.ward else Guardianship.NONE,
        number_paper=NumberPaper.KEPT if answers.number_paper else NumberPaper.UNKNOWN,
    )
    if answers.purpose is not Purpose.FIRST:
        facts = replace(facts, old_card=OldCard.LOST if answers.purpose is Purpose.LOST else OldCard.KEPT)
    age = max(0, limit - 1) if answers.child else max(30, limit)
    return Situation(day, age, municipality, municipality, identity_checker=True, facts=facts)


def documents(rules: RuleSet, day: date) -> dict[str, list[DocumentType]]:
    """The kinds of documents people may show on a day, by their class."""
    found: dict[str, list[DocumentType]] = {}
    seen: set[str] = set()
    for person in (Person.APPLICANT, Person.APPLICANT_UNDER_15, Person.LEGAL_REPRESENTATIVE):
        for kind in rules.documents_for(person, day):
            if kind.code not in seen:
                seen.add(kind.code)
                found.setdefault(kind.rank, []).append(kind)
    return dict(sorted(found.items()))


@cache
def words() -> dict[str, Wording]:
    """The sentences of printed matter."""
    text = files(__package__).joinpath("papers.toml").read_text("utf-8")
    return TypeAdapter(dict[str, Wording]).validate_python(tomllib.loads(text))


def say(name: str, language: Language, **values: object) -> str:
    """A sentence in a language; readings stay marked."""
    sentence = words()[name][language]
    for key, value in values.items():
        sentence = sentence.replace(f"{{{key}}}", str(value))
    return sentence
