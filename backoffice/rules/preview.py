"""What another rule set would change: example cases decided under both, and the entries that differ.

The cases (examples.toml) name documents by the codes of the shipped example set; a set that does not know a code takes
the document as not shown, and the line says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from schemas.ids import MunicipalityCode
from schemas.language import Wording
from schemas.rules import (
    Certifier,
    Decision,
    DocumentCheck,
    Facts,
    RuleSet,
    Situation,
    decide,
    persons_to_check,
    questions,
)

_FACTS: Final = TypeAdapter(Facts)
_ELSEWHERE: Final = MunicipalityCode("000000")
TABLES: Final = (
    "documents", "combinations", "conditions", "barriers", "proofs", "things", "advices", "fees", "ages", "windows",
    "validities", "proxy_reasons", "special_photos", "phones", "texts", "home_municipalities",
)  # fmt: skip
SCALARS: Final = (
    "method", "delivery", "other_deliveries", "fallback_delivery", "accepts_other_municipalities",
    "representative_below_age", "photo_from_age", "age_counts_on", "explained_names_count", "form", "photo", "express",
    "office", "chip_attributes",
)  # fmt: skip


class Example(BaseModel):
    """One applicant. `age` in full years; `applicant`, `other`: documents shown, all checks passed; `no`: questions
    answered otherwise than postal delivery needs; `facts`: as in `schemas.rules.Facts`; `days`: its dates, in days from
    the day looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z0-9_]+$")
    name: Wording
    age: int = Field(default=36, ge=0, le=130)
    elsewhere: bool = False
    applicant: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    facts: Mapping[str, Any] = Field(default_factory=dict)
    days: Mapping[str, int] = Field(default_factory=dict)

    def facts_on(self, day: date) -> Facts:
        dated = {name: day + timedelta(days=far) for name, far in self.days.items()}
        return _FACTS.validate_python({**self.facts, **dated})


class _File(BaseModel):
    example: tuple[Example, ...]


@cache
def examples() -> tuple[Example, ...]:
    """The cases shipped with Demado, in the file's order."""
    return _File.model_validate(tomllib.loads(files(__package__).joinpath("examples.toml").read_text("utf-8"))).example


@dataclass(frozen=True)
class Outcome:
    """How a set decides a case. `unknown`: documents the set does not know."""

    decision: Decision
    unknown: tuple[str, ...]

    @property
    def unmet(self) -> tuple[Wording, ...]:
        return tuple(reason.text for reason in self.decision.reasons if not reason.satisfied)


@dataclass(frozen=True)
class Compared:
    """One case under the set that holds and the new one."""

    example: Example
    before: Outcome
    after: Outcome

    @property
    def differs(self) -> bool:
        """Another method, another way to the card, other reasons against it, or other things to bring or to be told."""
        return self.changed or _small(self.before.decision) != _small(self.after.decision)

    @property
    def changed(self) -> bool:
        """Another method or another delivery."""
        before, after = self.before.decision, self.after.decision
        return (before.method, before.delivery) != (after.method, after.delivery)


def _small(decision: Decision) -> tuple[object, ...]:
    return (
        decision.unmet, [item.code for item in decision.bring], [item.code for item in decision.collect],
        [(notice.code, notice.text) for notice in decision.notices],
    )  # fmt: skip


def compare(before: RuleSet, after: RuleSet, *, day: date, here: MunicipalityCode) -> list[Compared]:
    """Every example case on a day, those that differ first."""
    lines = [
        Compared(example, outcome(before, example, day=day, here=here), outcome(after, example, day=day, here=here))
        for example in examples()
    ]
    return sorted(lines, key=lambda line: (not line.changed, not line.differs))


def _certifier(rules: RuleSet, code: str, age: int) -> Certifier | None:
    """The first who may: the cases are of papers in order."""
    kind = rules.document(code)
    return next(iter(kind.certifiers(age)), None) if kind else None


def outcome(rules: RuleSet, example: Example, *, day: date, here: MunicipalityCode) -> Outcome:
    """The case under one set."""
    bare = Situation(
        day=day, age=example.age, receiving=here, home=_ELSEWHERE if example.elsewhere else here, identity_checker=True,
        facts=example.facts_on(day),
    )  # fmt: skip
    persons = persons_to_check(rules, bare.age, bare)
    shown = [(persons[0], code) for code in example.applicant] + [(persons[-1], code) for code in example.other]
    known = {code for _person, code in shown if rules.document(code)}
    documents = tuple(
        DocumentCheck(document=code, person=person, original=True, in_date=True, name_matches=True,
                      birth_or_address_matches=True, photo_recent=True, certified_by=_certifier(rules, code, bare.age))
        for person, code in shown if code in known
    )  # fmt: skip
    answers = tuple((each.code, each.wanted != (each.code in example.no)) for each in questions(rules, bare.age, bare))
    unknown = tuple(dict.fromkeys(code for _person, code in shown if code not in known))
    whole = Situation(
        day=day, age=bare.age, receiving=here, home=bare.home, identity_checker=True, documents=documents,
        answers=answers, facts=bare.facts,
    )  # fmt: skip
    return Outcome(decide(rules, whole), unknown)


@dataclass(frozen=True)
class Entries:
    """One table of the file: codes that came, went or read otherwise."""

    table: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def entries(before: RuleSet, after: RuleSet) -> list[Entries]:
    """Tables that differ, and under `""` the single settings that do."""
    settings = tuple(name for name in SCALARS if getattr(before, name) != getattr(after, name))
    found = [Entries("", (), (), settings)] if settings else []
    for table in TABLES:
        old, new = _by_code(before, table), _by_code(after, table)
        entry = Entries(
            table, tuple(code for code in new if code not in old), tuple(code for code in old if code not in new),
            tuple(code for code in new if code in old and new[code] != old[code]),
        )  # fmt: skip
        if entry.added or entry.removed or entry.changed:
            found.append(entry)
    return found


def _by_code(rules: RuleSet, table: str) -> dict[str, list[object]]:
    """Entries by code; of one code there may be several, each with its days."""
    found: dict[str, list[object]] = {}
    for entry in getattr(rules, table):
        found.setdefault(str(entry.code), []).append(entry)
    return found
