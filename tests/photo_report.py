"""How many good portraits are accepted, how many faults are refused for their reason: `python -m tests.photo_report`.

Portraits are labelled sample pictures (see tests/hardware/photo/people.py) and persons drawn by our own code; faults
are those of tests/hardware/photo/faults.py. People fall into two halves by their name, each printed with a 95 % Wilson
interval. Bounds are to be tuned on half A and read off half B. The first bounds were set with both halves in view, so
until they change half B is a second sample of people and not a clean test. With --json a row is one JSON line.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from hardware.camera.portrait import draw_person
from hardware.photo import Advice, Assessment
from hardware.photo.engine.mediapipe_tflite import ModelsMissing, TfliteEngine
from hardware.photo.studio import Studio
from tests.hardware.photo.faults import FAULTS, Fault
from tests.hardware.photo.people import REVIEWED_OUT, Person, labelled, portrait, seated, skin_tone

# What must be heard for each label of the sample pictures; None: nothing is wrong.
LABELS: dict[str, frozenset[Advice] | None] = {
    "glasses": None,
    "eyes_closed": frozenset({Advice.OPEN_EYES}),
    "sunglasses": frozenset({Advice.UNCOVER_EYES}),
    "teeth_smile": frozenset({Advice.CLOSE_MOUTH}),
    "mouth_open": frozenset({Advice.CLOSE_MOUTH}),
    "head_up": frozenset({Advice.CHIN_LEVEL, Advice.NO_FACE}),
    "head_down": frozenset({Advice.CHIN_LEVEL, Advice.OPEN_EYES, Advice.LOOK_STRAIGHT}),
    "sideways": frozenset({Advice.LOOK_STRAIGHT, Advice.NO_FACE}),
    "hat": frozenset({Advice.UNCOVER_FACE}),
    "hand_on_face": frozenset({Advice.UNCOVER_FACE, Advice.UNCOVER_EYES}),
}
AS_TAKEN = {"several": frozenset({Advice.ONE_PERSON}), "no_face": frozenset({Advice.NO_FACE})}
GROUPS = (("light", 28.0, 90.0), ("middle", -30.0, 28.0), ("dark", -90.0, -30.0))


@dataclass
class Count:
    """How often something came out as it should, and what came instead."""

    name: str
    right: int = 0
    seen: int = 0
    instead: list[str] = field(default_factory=list)

    def add(self, good: bool, name: str, assessment: Assessment) -> None:
        self.seen += 1
        self.right += good
        if not good:
            self.instead.append(f"{name}: {','.join(assessment.advice) or 'accepted'}")

    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        n, z = self.seen, 1.96
        if n == 0:
            return 0.0, 1.0
        p = self.right / n
        middle, reach = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)

    def line(self) -> str:
        if self.seen == 0:
            return f"{'–':>26}"
        low, high = self.interval()
        return f"{self.right:4d}/{self.seen:<4d} {self.right / self.seen:5.0%} ({low:3.0%}–{high:4.0%})"


@dataclass
class Row:
    """One yardstick on the half that was tuned on and on the half that was not."""

    name: str
    kind: str
    tuned: Count = field(default_factory=lambda: Count("tuned"))
    held: Count = field(default_factory=lambda: Count("held out"))

    def add(self, person: Person, good: bool, assessment: Assessment) -> None:
        (self.held if person.held_out else self.tuned).add(good, person.name, assessment)

    def print(self, *, misses: bool) -> None:
        print(f"{self.name:28s} {self.tuned.line()}  {self.held.line()}", flush=True)
        if misses:
            for miss in (*self.tuned.instead, *self.held.instead):
                print(f"      {miss}")

    def json(self) -> str:
        counts = {half: {"right": c.right, "seen": c.seen} for half, c in (("tuned", self.tuned), ("held", self.held))}
        return json.dumps({"kind": self.kind, "name": self.name, **counts}, ensure_ascii=False)


def good_people(engine: TfliteEngine) -> list[Person]:
    """Those who should be accepted, as they sit before a camera."""
    drawn = [Person(f"drawn {seed}", "drawn", draw_person(1920, 1080, seed=seed)) for seed in range(10)]
    return [*labelled("portrait_frame"), *drawn]


def heard(assessment: Assessment, advice: frozenset[Advice]) -> bool:
    """Refused, and for one of these reasons."""
    return not assessment.accepted and bool(advice & set(assessment.advice))


def judge_good(studio: Studio, engine: TfliteEngine, people: Iterable[Person]) -> list[Row]:
    rows = {name: Row(f"good, {name} skin", "good") for name, _, _ in GROUPS}
    rows |= {"drawn": Row("good, drawn by us", "good"), "all": Row("good, as labelled", "good")}
    rows["reviewed"] = Row("good, reviewed", "good")
    for person in people:
        assessment = studio.assess(person.pixels)
        seen = portrait(engine, person)
        tone = skin_tone(seen) if seen else 0.0
        group = next(name for name, low, high in GROUPS if low <= tone <= high)
        keys = ("drawn",) if person.label == "drawn" else ("all", group)
        for key in keys if person.label == "drawn" or person.name in REVIEWED_OUT else (*keys, "reviewed"):
            rows[key].add(person, assessment.accepted, assessment)
    return list(rows.values())


def judge_labels(studio: Studio, engine: TfliteEngine) -> Iterable[Row]:
    for label, advice in LABELS.items():
        row = Row(f"{label}, seated" + (" (good)" if advice is None else ""), "label")
        for tile in labelled(label):
            person = seated(engine, tile) or tile
            assessment = studio.assess(person.pixels)
            row.add(person, assessment.accepted if advice is None else heard(assessment, advice), assessment)
        yield row
    for label, advice in AS_TAKEN.items():
        row = Row(label, "label")
        for person in labelled(label):
            assessment = studio.assess(person.pixels)
            row.add(person, heard(assessment, advice), assessment)
        yield row


def judge_fault(studio: Studio, engine: TfliteEngine, fault: Fault, people: Iterable[Person]) -> Row:
    row = Row(fault.name + (" *" if fault.gross else ""), "fault")
    for person in people:
        seen = portrait(engine, person, seed=FAULTS.index(fault))
        if seen is not None:
            assessment = studio.assess(fault.spoil(seen))
            row.add(person, heard(assessment, fault.advice), assessment)
    return row


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.photo_report", description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="faults whose name holds this")
    parser.add_argument("--misses", action="store_true", help="say who came out wrong")
    parser.add_argument("--json", action="store_true", help="one JSON line a row instead of the table")
    chosen = parser.parse_args(arguments)
    try:
        engine = TfliteEngine()
    except ModelsMissing as error:
        print(f"photo models are absent ({error}): run deploy/photo_models.py", file=sys.stderr)
        return 1
    studio = Studio(engine)
    people = good_people(engine)
    show: Callable[[Row], None] = (
        (lambda row: print(row.json())) if chosen.json else lambda row: row.print(misses=chosen.misses)
    )
    if not chosen.json:
        print(f"{'(* gross)':28s} {'half A (tuning)':>26s}  {'half B':>26s}")
    if not chosen.only or chosen.only == "labels":
        for row in (*judge_good(studio, engine, people), *judge_labels(studio, engine)):
            show(row)
    for fault in FAULTS:
        if chosen.only in fault.name:
            show(judge_fault(studio, engine, fault, [person for person in people if person.label != "drawn"] or people))
    return 0


if __name__ == "__main__":
    sys.exit(main())
