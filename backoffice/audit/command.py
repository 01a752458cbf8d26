"""`demado-backoffice audit verify`: checks the chain of a municipality; exit 0 only when it is whole.

Keep the printed `head` outside the database: a chain rewritten as a whole shows against it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from backoffice.audit import service
from backoffice.database import Database
from backoffice.kit.unit_of_work import transaction, utc_now
from schemas.ids import MunicipalityCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Fill the sub-parser of `demado-backoffice audit`."""
    verify = parser.add_subparsers(dest="verb", required=True).add_parser("verify", help="check the hash chain")
    verify.add_argument("--municipality", required=True, type=MunicipalityCode.parse, metavar="CODE")


def run(
    arguments: argparse.Namespace,
    database: Database,
    *,
    now: Callable[[], datetime] = utc_now,
    out: TextIO = sys.stdout,
) -> int:
    with transaction(database, now=now) as work:
        found = service.verify(work, arguments.municipality)
    line = {
        "municipality": arguments.municipality,
        "intact": found.intact,
        "entries": found.entries,
        "head": found.head,
        "broken_at": found.broken_at,
    }
    print(json.dumps(line), file=out)
    return 0 if found.intact else 1
