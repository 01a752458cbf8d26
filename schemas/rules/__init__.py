"""Rule sets: `load` reads TOML text, `default_rules` the marked example, `decide` evaluates. All pure.

`python -m schemas.rules check FILE` says what is wrong with a file, with its line.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from schemas.rules.asked import asked_facts
from schemas.rules.entries import ExpressEvent, ProxyReason
from schemas.rules.evaluate import decide, living_in, persons_to_check, questions
from schemas.rules.express import express_state
from schemas.rules.facts import Facts, Situation
from schemas.rules.model import (
    Decision,
    Delivery,
    DocumentCheck,
    DocumentType,
    Item,
    Method,
    Notice,
    Person,
    Reason,
    RuleSet,
    in_force,
)
from schemas.rules.office import OfficeRules, Retention, SecondPerson
from schemas.rules.reading import Problem, load, problems_of
from schemas.rules.spans import card_valid_until, certificate_valid_until, closes_on, known, life
from schemas.rules.terms import (
    AgeLimit,
    CardLife,
    Certifier,
    FormState,
    Guardianship,
    NumberPaper,
    Occasion,
    OldCard,
    Purpose,
    Representative,
    Residence,
    Span,
)

__all__ = [
    "AgeLimit", "CardLife", "Certifier", "Decision", "Delivery", "DocumentCheck", "DocumentType", "ExpressEvent",
    "Facts", "FormState", "Guardianship", "Item", "Method", "Notice", "NumberPaper", "Occasion", "OfficeRules",
    "OldCard", "Person", "Problem", "ProxyReason", "Purpose", "Reason", "Representative", "Residence", "Retention",
    "RuleSet", "SecondPerson", "Situation", "Span", "asked_facts", "card_valid_until", "certificate_valid_until",
    "closes_on", "decide", "default_rules", "example_rules", "examples", "express_state", "in_force", "known", "life",
    "living_in", "load", "persons_to_check", "problems_of", "questions",
]  # fmt: skip

_FOLDER = files(__name__)


@cache
def default_rules() -> RuleSet:
    """The example set shipped with Demado. Municipalities replace it; screens mark it as an example."""
    return load(_FOLDER.joinpath("default.toml").read_text("utf-8"), name="default.toml")


def examples() -> tuple[str, ...]:
    """Names of the other example sets, each after the published rules of one city."""
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in _FOLDER.joinpath("examples").iterdir()))


@cache
def example_rules(name: str) -> RuleSet:
    """One of `examples()`."""
    return load(_FOLDER.joinpath("examples", f"{name}.toml").read_text("utf-8"), name=f"examples/{name}.toml")
