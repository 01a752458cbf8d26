"""An office from nothing: `python deploy/demo/found.py 072010`, with the settings of that office in the environment.

The same commands an administrator types, one after the other in one process, because starting is most of their time.
One JSON object on stdout: what `demo-data`, `staff add` and `enrol-ticket` said.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from backoffice.__main__ import main


def command(*arguments: str) -> dict[str, Any]:
    """What a command said last. A command that fails ends this one with what it said."""
    said = StringIO()
    with redirect_stdout(said):
        failed = main(arguments)
    if failed:
        sys.exit(f"demado-backoffice {' '.join(arguments)}: {said.getvalue()}")
    return dict(json.loads((said.getvalue().splitlines() or ["{}"])[-1]))


def found(municipality: str) -> dict[str, Any]:
    command("keys", "init")
    command("migrate")
    planted = command("demo-data")
    staff = command(
        "staff", "add", "--municipality", municipality, "--name", "管理 葉子（架空）",
        "--role", "administrator", "--login", "demo",
    )  # fmt: skip
    ticket = command("enrol-ticket", "--municipality", municipality, "--visit", planted["visit"])
    return {"planted": planted, "staff": staff, "ticket": ticket}


if __name__ == "__main__":
    print(json.dumps(found(sys.argv[1]), ensure_ascii=False))
