"""Which facts a rule set asks for: every name its predicates give a value, and what the engine itself looks at."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from schemas.rules.model import RuleSet
from schemas.rules.when import When


def asked_facts(rules: RuleSet) -> frozenset[str]:
    """Names of `When`'s fields that stand in some predicate of the set."""
    return frozenset(
        name for when in _predicates(rules) for name in type(when).model_fields if getattr(when, name) is not None
    )


def _predicates(part: object) -> Iterator[When]:
    if isinstance(part, When):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _predicates(getattr(part, name))
    elif isinstance(part, tuple):
        for each in part:
            yield from _predicates(each)
