"""One spreadsheet read in a process of its own: a hundred thousand rows are ten seconds of computing, and what comes
from outside may want all the memory there is.

The file lies at standard input, its table is written to standard output as CSV. Standard error says how far it is, one
JSON object a line: `{"read": 5000}`, at last `{"rows": 100000}` or `{"refused": code, "title": …, "status": 422}`.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Final

from backoffice.kit.errors import Refused
from backoffice.rosters.reading import as_csv

TOLD_EVERY: Final = 5_000  # rows
MEMORY: Final = 3 * 1024**3
"""Bytes of address space; the largest sheet that is not refused needs a third of it."""
SECONDS: Final = 300
"""Of computing; 200,000 rows need twenty."""


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        table, rows = as_csv(sys.stdin.buffer.read(), tell=_tell)
    except Refused as refusal:
        _say(refused=refusal.code, title=refusal.title, status=refusal.status)
        return 1
    sys.stdout.buffer.write(table)
    _say(rows=rows)
    return 0


def _tell(read: int) -> None:
    if read % TOLD_EVERY == 0:
        _say(read=read)


def _say(**words: str | int) -> None:
    print(json.dumps(words), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
