"""A rule file from text: every problem with its file and line, all of them at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from schemas.errors import RulesInvalid
from schemas.rules.model import ONE_OF_A_CODE, RuleSet
from schemas.rules.positions import Path, line_of, positions
from schemas.rules.soundness import flaws

_LINE = re.compile(r"at line (\d+)")
MOST_SHOWN = 20
DEEPEST = 20


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a rule file. `path`: the key's way from the top, dotted, tables of a list counted from 0."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path + ': ' if self.path else ''}{self.message}"


def load(text: str, *, name: str) -> RuleSet:
    """A rule set from TOML. `RulesInvalid` names the file, and line and entry of everything that does not fit."""
    rules, problems, code = _read(text, name)
    if rules is None or problems:
        shown = "\n".join(str(problem) for problem in problems[:MOST_SHOWN])
        more = f"\n({len(problems) - MOST_SHOWN} more)" if len(problems) > MOST_SHOWN else ""
        raise RulesInvalid(code, shown + more)
    return rules


def problems_of(text: str, *, name: str) -> tuple[Problem, ...]:
    """Everything wrong with a rule file; empty when it can be used."""
    return _read(text, name)[1]


def _read(text: str, name: str) -> tuple[RuleSet | None, tuple[Problem, ...], str]:
    text = text.removeprefix("\ufeff")  # Windows' editor puts it there; TOML does not know it
    try:
        values = tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and Python's own refusal of numbers with thousands of digits
        place = _LINE.search(str(error))
        last = text.count("\n") + 1
        return None, (Problem(name, int(place[1]) if place else last, "", str(error)),), "rules.not_toml"
    except RecursionError:
        return None, (Problem(name, 1, "", "nested too deeply"),), "rules.not_toml"
    if _depth(values) > DEEPEST:
        return None, (Problem(name, 1, "", "nested too deeply"),), "rules.not_toml"
    try:
        rules = RuleSet.model_validate(values)
    except ValidationError as error:
        doubled = [(path, "code given twice") for path in _doubled(values)]
        # The model says of doubled codes only that there are some; here they have their places.
        others = [(at["loc"], at["msg"]) for at in error.errors() if at["loc"] or not doubled]
        return None, _placed(name, text, doubled + others), "rules.invalid"
    return rules, _placed(name, text, list(flaws(rules))), "rules.invalid"


def _depth(values: object) -> int:
    """How many tables and lists lie in one another, counted no further than one too many."""
    layer, depth = [values], 0
    while layer and depth <= DEEPEST:
        inside = (each.values() if isinstance(each, dict) else each for each in layer if isinstance(each, dict | list))
        layer, depth = [value for values in inside for value in values], depth + 1
    return depth


def _doubled(values: Mapping[str, object]) -> Iterator[Path]:
    """The later of two entries with one code, in the tables where a code names one entry."""
    for table in ONE_OF_A_CODE:
        entries = values.get(table)
        codes = [entry.get("code") if isinstance(entry, dict) else None for entry in _list(entries)]
        yield from ((table, at, "code") for at, code in enumerate(codes) if code is not None and code in codes[:at])


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _placed(name: str, text: str, found: Sequence[tuple[Path, str]]) -> tuple[Problem, ...]:
    """Problems with their lines, from the top of the file down; positions are worked out only when needed."""
    lines = positions(text) if found else {}
    problems = (Problem(name, line_of(lines, path), ".".join(map(str, path)), message) for path, message in found)
    return tuple(sorted(problems, key=lambda problem: problem.line))
