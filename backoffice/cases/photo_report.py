"""What comes back, compared with what was measured when the picture was taken: the ground for tuning bounds. Pure.

Returned are cases sent back for a reason of the photo, accepted are approved ones; others say nothing about the photo
and are left out. Small numbers are named, not hidden: below `LEAST_ACCEPTED` or `LEAST_RETURNED` a line has counts and
no conclusion. Shares carry Wilson's 95 % interval; the separation is the chance that a returned picture has the worse
value (area under the ROC curve) with Hanley and McNeil's 95 % interval (Radiology 143, 1982). With twenty checks one
of them stands out by chance: a bound is tuned on one line only when later cases show the same.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

LEAST_ACCEPTED: Final = 30
LEAST_RETURNED: Final = 10
COST: Final = 0.05  # a candidate bound may refuse so many of the accepted pictures
Z: Final = 1.959964
WHOLE: Final = ("all", "")


@dataclass(frozen=True)
class Value:
    """One check of one picture, as the record carries it."""

    value: float
    unit: str
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True)
class Picture:
    """One decided case. `groups`: kind → name, e.g. place, lamp, camera."""

    returned: bool
    reasons: tuple[str, ...]
    groups: Mapping[str, str]
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Share:
    """`count` of `of`, with the 95 % interval."""

    count: int
    of: int

    @property
    def value(self) -> float:
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval."""
        if not self.of:
            return 0.0, 1.0
        n, p = self.of, self.value
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Spread:
    """How the values of one side lie."""

    count: int
    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Separation:
    """The chance that a returned picture has the worse value; 0.5: the check tells nothing apart."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Candidate:
    """A bound that `COST` of the accepted pictures would not pass, and the returned ones it would have stopped."""

    side: str
    bound: float
    stopped: Share


@dataclass(frozen=True)
class CheckLine:
    """One check in one group. `separation` and `candidate` are None when there is too little, or nothing to say."""

    kind: str
    group: str
    check: str
    unit: str
    minimum: float | None
    maximum: float | None
    accepted: Spread | None
    returned: Spread | None
    enough: bool
    separation: Separation | None = None
    candidate: Candidate | None = None


@dataclass(frozen=True)
class GroupLine:
    """How many pictures of a place, lamp or camera came back."""

    kind: str
    group: str
    returned: Share
    enough: bool


@dataclass(frozen=True)
class PhotoReport:
    """`reasons`: how often each was given, most frequent first."""

    groups: tuple[GroupLine, ...]
    checks: tuple[CheckLine, ...]
    reasons: tuple[tuple[str, int], ...]


@dataclass
class _Heap:
    """What is collected of one group."""

    accepted: int = 0
    returned: int = 0
    values: dict[str, tuple[list[float], list[float]]] = field(default_factory=lambda: defaultdict(lambda: ([], [])))


def report(pictures: Iterable[Picture]) -> PhotoReport:
    """The report over pictures read one by one."""
    heaps: dict[tuple[str, str], _Heap] = defaultdict(_Heap)
    newest: dict[str, Value] = {}
    reasons: dict[str, int] = defaultdict(int)
    for picture in pictures:
        newest.update(picture.values)
        for reason in picture.reasons:
            reasons[reason] += 1
        for group in (WHOLE, *picture.groups.items()):
            heap = heaps[group]
            heap.returned += picture.returned
            heap.accepted += not picture.returned
            for name, value in picture.values.items():
                heap.values[name][picture.returned].append(value.value)
    ordered = sorted(heaps.items(), key=lambda item: (item[0] != WHOLE, item[0]))
    return PhotoReport(
        groups=tuple(_group_line(group, heap) for group, heap in ordered),
        checks=tuple(
            _check_line(group, name, newest[name], *sides)
            for group, heap in ordered
            for name, sides in heap.values.items()
        ),
        reasons=tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
    )


def _group_line(group: tuple[str, str], heap: _Heap) -> GroupLine:
    enough = heap.accepted + heap.returned >= LEAST_ACCEPTED
    return GroupLine(*group, Share(heap.returned, heap.accepted + heap.returned), enough)


def _check_line(
    group: tuple[str, str], name: str, bounds: Value, accepted: list[float], returned: list[float]
) -> CheckLine:
    accepted.sort()
    returned.sort()
    enough = len(accepted) >= LEAST_ACCEPTED and len(returned) >= LEAST_RETURNED
    sides = [side for side, bound in (("minimum", bounds.minimum), ("maximum", bounds.maximum)) if bound is not None]
    separation, candidate = None, None
    if enough and sides:
        candidates = [_candidate(side, accepted, returned) for side in sides]
        candidate = max(candidates, key=lambda each: each.stopped.count)
        separation = _separation(candidate.side, accepted, returned)
        if candidate.stopped.interval[0] <= COST:  # no better than throwing dice
            candidate = None
    return CheckLine(
        *group, name, bounds.unit, bounds.minimum, bounds.maximum, _spread(accepted), _spread(returned), enough,
        separation, candidate,
    )  # fmt: skip


def _spread(values: Sequence[float]) -> Spread | None:
    if not values:
        return None
    return Spread(len(values), quantile(values, 0.05), quantile(values, 0.5), quantile(values, 0.95))


def quantile(values: Sequence[float], share: float) -> float:
    """Of sorted values, interpolated."""
    place = share * (len(values) - 1)
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def _candidate(side: str, accepted: Sequence[float], returned: Sequence[float]) -> Candidate:
    if side == "minimum":
        bound = quantile(accepted, COST)
        return Candidate(side, bound, Share(bisect_left(returned, bound), len(returned)))
    bound = quantile(accepted, 1 - COST)
    return Candidate(side, bound, Share(len(returned) - bisect_right(returned, bound), len(returned)))


def _separation(side: str, accepted: Sequence[float], returned: Sequence[float]) -> Separation:
    """Hanley and McNeil's standard error from both counts."""
    wins = sum(bisect_left(accepted, value) + bisect_right(accepted, value) for value in returned) / 2
    area = wins / (len(accepted) * len(returned))
    area = 1 - area if side == "minimum" else area
    q1, q2 = area / (2 - area), 2 * area * area / (1 + area)
    a, r = len(accepted), len(returned)
    variance = (area * (1 - area) + (r - 1) * (q1 - area * area) + (a - 1) * (q2 - area * area)) / (a * r)
    half = Z * math.sqrt(max(variance, 0.0))
    return Separation(area, max(0.0, area - half), min(1.0, area + half))
