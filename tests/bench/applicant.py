"""Machine time per applicant: twelve people of mixed kinds through the real kiosk over HTTP (tests/simulation)."""

from __future__ import annotations

from collections.abc import Iterable

from tests.simulation.__main__ import figures, simulate

PEOPLE = 12


def run() -> Iterable[dict[str, object]]:
    """What the machine takes of each person's time; the person's own time is a model's."""
    for figure in figures(simulate(PEOPLE, seed=20261121)):
        yield {**figure, "people": PEOPLE}
