"""The office as a process of the fault runs: `demado-backoffice serve`, settings in the environment, nothing else."""

from __future__ import annotations

import os

from backoffice.__main__ import main
from tests.faults.points import Deadly, die_at, list_points


def run(*, environment: dict[str, str], points: str | None = None, deadly: tuple[str, int] | None = None) -> int:
    """Serve until killed. `points`: a file for the names of commit points; `deadly`: the one to die at."""
    os.environ.update(environment)
    if points:
        from pathlib import Path

        list_points(Path(points))
    if deadly:
        die_at(Deadly(*deadly))
    return main(["serve", "--role", "all"])
