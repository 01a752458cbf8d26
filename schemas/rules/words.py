"""The sentences of the reasons and notices that every rule set has: `words.toml`. All others stand in the rule sets."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from schemas.language import Wording
from schemas.rules.terms import Person

_WORDS: Final = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


def _table(name: str) -> dict[str, Wording]:
    return {code: Wording.model_validate(entry) for code, entry in _WORDS[name].items()}


REASONS: Final[Mapping[str, Wording]] = _table("reasons")
INCOMPLETE: Final[Mapping[Person, Wording]] = {Person(code): said for code, said in _table("incomplete").items()}
NOTICES: Final[Mapping[str, Wording]] = _table("notices")
