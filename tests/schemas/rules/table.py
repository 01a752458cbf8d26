"""The case table: reads `cases/*.psv` into situations and what is expected of them. The format stands in the files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Union, get_args, get_origin, get_type_hints

from schemas.dates import age_on
from schemas.ids import MunicipalityCode
from schemas.rules import (
    Decision,
    Delivery,
    DocumentCheck,
    Facts,
    Method,
    Person,
    RuleSet,
    Situation,
    default_rules,
    example_rules,
    examples,
    persons_to_check,
    questions,
)

FOLDER = Path(__file__).parent / "cases"
SETS: Mapping[str, RuleSet] = {"default": default_rules()} | {
    name.removesuffix("_like"): example_rules(name) for name in examples()
}
HERE = MunicipalityCode.parse("072010")
DAY, BORN = date(2026, 7, 10), date(1990, 4, 1)
METHODS = {
    "onsite": Method.ONSITE_RECEPTION, "at_application": Method.RECEPTION_AT_APPLICATION,
    "support": Method.APPLICATION_SUPPORT,
}  # fmt: skip
DELIVERIES = {
    "mail": Delivery.RESTRICTED_DELIVERY_MAIL, "registered": Delivery.SIMPLE_REGISTERED_MAIL,
    "visit": Delivery.RETURN_VISIT, "counter": Delivery.COUNTER,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One line: what is known, and what must follow."""

    name: str
    file: str
    rules: RuleSet
    situation: Situation
    method: Method
    delivery: Delivery
    codes: Mapping[str, tuple[str, ...]]
    source: str

    def found(self, decision: Decision) -> Mapping[str, tuple[str, ...]]:
        """The decision's codes, for the columns this line fills in."""
        every = {
            "unmet": decision.unmet, "bring": tuple(item.code for item in decision.bring),
            "notices": tuple(notice.code for notice in decision.notices),
            "collect": tuple(item.code for item in decision.collect),
        }  # fmt: skip
        return {column: every[column] for column in self.codes}


def cases() -> list[Case]:
    return [_case(path.name, row) for path in sorted(FOLDER.glob("*.psv")) for row in _rows(path)]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    for row in csv.DictReader(lines, delimiter="|", strict=True):
        yield {column.strip(): value.strip() for column, value in row.items()}


def _case(file: str, row: dict[str, str]) -> Case:
    rules = SETS[row["set"] or "default"]
    method, delivery = row["expected"].split()
    codes = {column: row[column] for column in ("unmet", "bring", "notices", "collect") if row[column]}
    return Case(
        name=row["case"], file=file, rules=rules, situation=_situation(rules, row), method=METHODS[method],
        delivery=DELIVERIES[delivery], source=row["source"],
        codes={column: tuple(value.split()) if value != "-" else () for column, value in codes.items()},
    )  # fmt: skip


def _situation(rules: RuleSet, row: dict[str, str]) -> Situation:
    day = date.fromisoformat(row["day"]) if row["day"] else DAY
    born = date.fromisoformat(row["born"]) if row["born"] else BORN
    given = dict(word.split("=") for word in row["facts"].split())
    home = MunicipalityCode.parse(given.pop("home", HERE))
    checker = given.pop("checker", "yes") == "yes"
    bare = Situation(day=day, age=age_on(born, day), receiving=HERE, home=home, identity_checker=checker,
                     facts=facts(given))  # fmt: skip
    persons = persons_to_check(rules, bare.age, bare)
    shown = [(persons[0], row["applicant"]), (persons[-1], row["other"])]
    documents = tuple(_check(rules, person, word) for person, words in shown for word in words.split())
    return Situation(
        day=day, age=bare.age, receiving=HERE, home=home, identity_checker=checker, documents=documents,
        answers=_answers(rules, bare, row["answers"].split()), facts=bare.facts,
    )  # fmt: skip


def facts(given: Mapping[str, str]) -> Facts:
    """Facts from words, each by the type of its field."""
    hints = get_type_hints(Facts)
    assert set(given) <= {field.name for field in fields(Facts)}, given
    return Facts(**{name: _value(hints[name], text) for name, text in given.items()})


def _value(kind: object, text: str) -> object:
    (kind, *_) = get_args(kind) if get_origin(kind) not in (None, Union) or get_args(kind) else (kind,)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(text)
    if kind is bool:
        return {"true": True, "false": False}[text]
    return date.fromisoformat(text) if kind is date else text


def _check(rules: RuleSet, person: Person, word: str) -> DocumentCheck:
    code, _, failed = word.rstrip("~").partition("!")
    code, _, signed = code.partition("@")
    kind = rules.document(code)
    assert kind is not None, code
    checks: dict[str, bool | None] = dict.fromkeys(
        ("original", "in_date", "name_matches", "birth_or_address_matches", "photo_recent"), True
    )
    checks["photo_matches"] = True if kind.photo else None
    if word.endswith("~"):
        checks |= {"name_matches": False, "name_explained": True}
    if failed:
        assert failed in checks, word
        checks[failed] = False
    certifier = {"": "facility_head", "nobody": None}.get(signed, signed) if kind.certified_by else None
    return DocumentCheck.model_validate({"document": code, "person": person, "certified_by": certifier, **checks})


def _answers(rules: RuleSet, situation: Situation, changes: list[str]) -> tuple[tuple[str, bool], ...]:
    asked = {condition.code: condition.wanted for condition in rules.conditions}
    wanted = {condition.code for condition in questions(rules, situation.age, situation)}
    if changes == ["none"]:
        return ()
    marks = {change[1:]: change[0] for change in changes}
    assert set(marks) <= wanted, changes
    return tuple((code, yes != (marks.get(code) == "-")) for code, yes in asked.items() if marks.get(code) != "?")
