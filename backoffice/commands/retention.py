"""`demado-backoffice retention run [--dry-run]`: personal data of closed cases whose time is over; `retention counts`:
what is kept of them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime

from backoffice.cases import counts, retention
from backoffice.cases.retention import Periods
from backoffice.commands import say
from backoffice.database import Database
from backoffice.kit.blobs import open_blobs
from backoffice.kit.unit_of_work import transaction
from backoffice.organisations import service as organisations
from backoffice.settings import Settings
from schemas.ids import MunicipalityCode

_BY = "command"


def add_command(add: Callable[..., argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = add("retention", help="erase personal data of closed cases whose time is over")
    verbs = parser.add_subparsers(dest="verb", required=True)
    runs = verbs.add_parser("run", help="erase what is due now; from cron once a night")
    runs.add_argument("--dry-run", action="store_true", help="say what would be erased, and erase nothing")
    kept = verbs.add_parser("counts", help="how many cases were erased, by fiscal year, visit and property")
    for verb in (runs, kept):
        verb.add_argument("--municipality", type=MunicipalityCode.parse, help="default: every one of the installation")
    return parser


def run(arguments: argparse.Namespace, settings: Settings, database: Database, now: Callable[[], datetime]) -> int:
    """One line a municipality with the number of cases by part."""
    installed = Periods(
        settings.retention_photo_years, settings.retention_packet_years, settings.retention_record_years
    )
    with transaction(database, now=now) as work:
        given: MunicipalityCode | None = arguments.municipality
        codes = [given] if given else [tenant.code for tenant in organisations.tenants(work)]
    if arguments.verb == "counts":
        return _counts(codes, database, now)
    blobs = open_blobs(settings.blob_store)
    for code in codes:
        with transaction(database, now=now) as work:
            periods = retention.periods(work, code, installed)
        if arguments.dry_run:
            with transaction(database, now=now) as work:
                found = retention.count(work, code, periods)
        else:
            found = retention.run(database, blobs, code, periods, now=now, actor=_BY)
        say(
            municipality=code, dry_run=arguments.dry_run, **found.parts, drafts=found.drafts, names=found.names,
            members=found.members,
        )  # fmt: skip
    return 0


def _counts(codes: Sequence[MunicipalityCode], database: Database, now: Callable[[], datetime]) -> int:
    with transaction(database, now=now) as work:
        for code in codes:
            for line in counts.kept(work, code):
                say(
                    municipality=code, fiscal_year=line.fiscal_year, visit=line.visit_id, kind=line.kind,
                    name=line.name, cases=line.cases,
                )  # fmt: skip
    return 0
