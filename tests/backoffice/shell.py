"""`demado-backoffice` as a test runs it: in a process of its own, or inside the test's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from backoffice.__main__ import main
from tests.backoffice.office import CHEAP

PROGRAM = [sys.executable, "-W", "error", "-m", "backoffice"]
Lines = list[dict[str, Any]]


def environment_of(folder: Path) -> dict[str, str]:
    return {"DEMADO_BACKOFFICE_DATA_DIR": str(folder), "DEMADO_BACKOFFICE_SCRYPT_COST": str(CHEAP)}


def in_a_process(folder: Path, *arguments: str) -> tuple[int, Lines]:
    """The command as it is really started."""
    done = subprocess.run(
        [*PROGRAM, *arguments],
        env={**os.environ, **environment_of(folder)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@dataclass
class Shell:
    """Runs commands inside the test's own process, which is quicker by a second each."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, **environment: str) -> tuple[int, Lines]:
        with self.monkeypatch.context() as patch:
            for name, value in {**environment_of(self.folder), **environment}.items():
                patch.setenv(name, value)
            try:
                code = main(arguments)
            except SystemExit as end:
                code = int(end.code or 0)
        return code, [json.loads(line) for line in self.capsys.readouterr().out.splitlines()]
