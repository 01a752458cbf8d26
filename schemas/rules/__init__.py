"""Rule sets: `load` reads TOML text, `default_rules` the marked example, `decide` evaluates. All pure."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from pydantic import ValidationError

from schemas.errors import RulesInvalid
from schemas.rules.evaluate import Situation, decide, persons_to_check, questions
from schemas.rules.model import (
    Decision,
    Delivery,
    DocumentCheck,
    DocumentType,
    Method,
    Person,
    Reason,
    RuleSet,
)

__all__ = [
    "Decision", "Delivery", "DocumentCheck", "DocumentType", "Method", "Person", "Reason", "RuleSet",
    "Situation", "decide", "default_rules", "load", "persons_to_check", "questions",
]  # fmt: skip


def load(text: str, *, name: str) -> RuleSet:
    """A rule set from TOML. `RulesInvalid` names the file, and the line or the entry that does not fit."""
    try:
        return RuleSet.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RulesInvalid("rules.not_toml", f"{name}: {error}") from error
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(str(part) for part in entry['loc'])}: {entry['msg']}" for entry in error.errors()
        )
        raise RulesInvalid("rules.invalid", f"{name}: {places}") from error


def default_rules() -> RuleSet:
    """The example set shipped with Demado. Municipalities replace it; screens mark it as an example."""
    return load(files(__name__).joinpath("default.toml").read_text("utf-8"), name="default.toml")
