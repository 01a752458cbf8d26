"""Shares with their 95 % interval, for the half of the people that bounds were tuned on and for the other."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field


@dataclass
class Count:
    """How often something came out as it should, and what came instead."""

    right: int = 0
    seen: int = 0
    instead: list[str] = field(default_factory=list)

    def add(self, good: bool, note: str) -> None:
        self.seen += 1
        self.right += good
        if not good:
            self.instead.append(note)

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.seen + other.seen, [*self.instead, *other.instead])

    @property
    def share(self) -> float:
        return self.right / self.seen if self.seen else 0.0

    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        n, z = self.seen, 1.96
        if n == 0:
            return 0.0, 1.0
        p = self.right / n
        middle, reach = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - reach) / (1 + z * z / n)), min(1.0, (middle + reach) / (1 + z * z / n))

    def line(self) -> str:
        if self.seen == 0:
            return f"{'–':>25s}"
        low, high = self.interval()
        return f"{self.right:4d}/{self.seen:<4d}{self.share:5.0%} ({low:3.0%}–{high:4.0%})"


@dataclass
class Row:
    """One yardstick: on half A (tuning) and on half B. `target`: the least share of both halves together; `baseline`:
    what the preparatory measurement got with the same kind of fault on other people."""

    name: str
    kind: str
    target: float | None = None
    baseline: str = ""
    tuned: Count = field(default_factory=Count)
    held: Count = field(default_factory=Count)

    @property
    def all(self) -> Count:
        return self.tuned + self.held

    @property
    def verdict(self) -> str:
        if self.target is None or self.all.seen == 0:
            return ""
        return "met" if self.all.share >= self.target else "MISSED"

    def add(self, held_out: bool, good: bool, note: str) -> None:
        (self.held if held_out else self.tuned).add(good, note)

    def line(self) -> str:
        target = "" if self.target is None else f"≥ {self.target:.0%} {self.verdict}"
        return (
            f"{self.name:36s} {self.tuned.line()}  {self.held.line()}  {self.all.line()}  {target:12s} {self.baseline}"
        )

    def json(self) -> str:
        counts = {half: {"right": c.right, "seen": c.seen} for half, c in (("tuned", self.tuned), ("held", self.held))}
        facts = {"kind": self.kind, "name": self.name, "target": self.target, "baseline": self.baseline}
        return json.dumps({**facts, "verdict": self.verdict, **counts}, ensure_ascii=False)


HEADING = f"{'(* gross)':36s} {'half A (tuned on)':>25s}  {'half B':>25s}  {'both':>25s}  {'target':12s} baseline"
