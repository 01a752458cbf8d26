"""A check's outcome with the advice it would give, and the bounds that decide it."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.photo import Advice, Check


@dataclass(frozen=True)
class Finding:
    """One check of one picture; `advice` is what to do when it is not ok."""

    name: str
    check: Check
    advice: Advice


@dataclass(frozen=True)
class Bounds:
    """The accepted range of a value, ends included. `warning`: shown to a person, refuses nothing.

    `source`: where the bound comes from: a standard or rule, "measured" on labelled portraits (both halves in view), or
    "tuned" on half of the people and read off on the other.
    """

    unit: str
    least: float | None = None
    most: float | None = None
    warning: bool = False
    source: str = ""

    def judge(self, name: str, value: float, advice: Advice) -> Finding:
        low = self.least is None or value >= self.least
        high = self.most is None or value <= self.most
        check = Check(
            round(value, 4), self.unit, self.least, self.most, low and high, self.warning, advice, source=self.source
        )
        return Finding(name, check, advice)
