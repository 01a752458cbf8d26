"""Refusals of the rules room, within the office's error tree.

Refused
└── RulesUnfit   422: the file cannot be used; `problems` names every line
"""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.kit.errors import Refused
from schemas.rules import Problem


class RulesUnfit(Refused):
    status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("rules.unfit", "このファイルは使えません。下の行を直して、もう一度送ってください。")
        self.problems = tuple(problems)
