"""`python -m tests.simulation [--people 94] [--kiosks 2] [--hours 3.5] [--seed 20261121]`: the report in JSON lines.

94 in three and a half hours is 川越市's best day (facts 7.2). Exit 0 when both bounds hold: machine time of each
applicant at most 10 s at the 90th percentile, a person's median at most 90 s.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

import structlog

from tests.simulation.afternoon import Visit, afternoon, queue
from tests.simulation.venue import opened

MACHINE_MOST, PERSON_MOST = 10.0, 90.0


def p90(values: Iterable[float]) -> float:
    listed = sorted(values)
    return listed[int(0.9 * (len(listed) - 1))]


def simulate(people: int, seed: int) -> list[Visit]:
    """Everybody through one real kiosk in a folder of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as venue:
        visits = afternoon(venue, people=people, seed=seed)
        venue.kiosk.until(lambda _: venue.outbox.gauges().unsent == 0)
        received = len(venue.office.office.opened(venue.outbox.identity.device))  # type: ignore[union-attr]
    assert received == people, f"{received} of {people} arrived at the office"
    return visits


def figures(visits: Sequence[Visit]) -> Iterable[dict[str, object]]:
    """The bounds of the counter, over everybody."""
    machine, own = [visit.machine for visit in visits], [visit.own for visit in visits]
    whole = [visit.whole for visit in visits]
    yield _figure("machine_time_per_applicant_p90", p90(machine), MACHINE_MOST, median=median(machine))
    yield _figure("person_median", median(own), PERSON_MOST, p90=p90(own))
    yield {"figure": "with_waiting_for_staff", "unit": "s", "median": _short(median(whole)), "p90": _short(p90(whole))}


def by_screen(visits: Sequence[Visit]) -> Iterable[dict[str, object]]:
    """Where people's seconds go: per screen how many came to it, and the median there."""
    for screen in dict.fromkeys(screen for visit in visits for screen in visit.human):
        spent = [visit.human[screen] for visit in visits if screen in visit.human]
        yield {"screen": screen, "people": len(spent), "person_s": _short(median(spent))}


def _figure(name: str, value: float, most: float, **beside: float) -> dict[str, object]:
    rounded = {key: _short(each) for key, each in beside.items()}
    return {"figure": name, "unit": "s", **rounded, "value": _short(value), "max": most, "ok": value <= most}


def _short(value: float) -> float:
    return round(value, 1)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--people", type=int, default=94)
    parser.add_argument("--kiosks", type=int, default=2)
    parser.add_argument("--hours", type=float, default=3.5)
    parser.add_argument("--seed", type=int, default=20261121)
    wanted = parser.parse_args(words)
    visits = simulate(wanted.people, wanted.seed)
    for name in sorted({visit.kind for visit in visits}):
        of_it = [visit for visit in visits if visit.kind == name]
        person, machine = median(each.own for each in of_it), median(each.machine for each in of_it)
        told = {"kind": name, "people": len(of_it), "person_s": _short(person), "machine_s": _short(machine)}
        print(json.dumps(told, ensure_ascii=False))
    for line in by_screen(visits):
        print(json.dumps(line, ensure_ascii=False))
    found = list(figures(visits))
    for kiosks in range(1, wanted.kiosks + 1):
        line = queue(visits, kiosks=kiosks, hours=wanted.hours, seed=wanted.seed)
        found.append({
            "figure": "queue", "kiosks": kiosks, "people": len(visits), "hours": wanted.hours, "unit": "min",
            "wait_median": _short(median(line.waits) / 60), "wait_p90": _short(p90(line.waits) / 60),
            "last_done": _short(line.ended / 60),
        })  # fmt: skip
    for figure in found:
        print(json.dumps(figure, ensure_ascii=False))
    return 0 if all(figure.get("ok", True) for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
