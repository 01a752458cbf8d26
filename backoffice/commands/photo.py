"""`demado-backoffice photo-report`: returned photos compared with what was measured when they were taken."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from backoffice.cases.photo_cases import lines, long_photo_report
from backoffice.cases.photo_report import PhotoReport
from backoffice.commands import say
from backoffice.database import Database
from backoffice.kit.errors import SetUpInvalid
from backoffice.web.spreadsheet import csv_lines
from schemas.ids import MunicipalityCode

_JST = ZoneInfo("Asia/Tokyo")
DAYS = 365


def add_command(add: Callable[..., argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = add("photo-report", help="returned photos against accepted ones, by check, place, lamp and camera")
    parser.add_argument("--municipality", type=MunicipalityCode.parse, required=True)
    parser.add_argument("--since", type=date.fromisoformat, help=f"first day of decision; without it {DAYS} days back")
    parser.add_argument("--until", type=date.fromisoformat, help="last day of decision; without it today")
    parser.add_argument("--csv", type=Path, help="write the table of checks to this file too")
    return parser


def run(arguments: argparse.Namespace, database: Database, now: Callable[[], datetime]) -> int:
    """One line a group, one line a check; then the reasons. One line `nothing` when no photo was decided on."""
    since, until = period(arguments.since, arguments.until, now())
    found = long_photo_report(database, arguments.municipality, since=since, until=until)
    if not found.groups:
        say(line="nothing", since=str(since.date()), until=str((until - timedelta(days=1)).date()), of=0)
    _say(found)
    if arguments.csv:
        try:
            arguments.csv.write_bytes(b"".join(csv_lines(lines(found))))
        except OSError as error:
            raise SetUpInvalid(f"{arguments.csv}: cannot be written: {error}") from error
    return 0


def period(since: date | None, until: date | None, now: datetime) -> tuple[datetime, datetime]:
    """Whole days in Japan, both ends included. Raises `SetUpInvalid` when the last day lies before the first."""
    last = until or now.astimezone(_JST).date()
    first = since or last - timedelta(days=DAYS)
    if first > last:
        raise SetUpInvalid(f"--since {first} lies after --until {last}: there is no such time")
    return datetime.combine(first, time(), _JST), datetime.combine(last + timedelta(days=1), time(), _JST)


def _say(found: PhotoReport) -> None:
    for group in found.groups:
        low, high = group.returned.interval
        say(
            line="group", kind=group.kind, group=group.group, returned=group.returned.count, of=group.returned.of,
            share=round(group.returned.value, 4), low=round(low, 4), high=round(high, 4), enough=group.enough,
        )  # fmt: skip
    rows = lines(found)
    header = next(rows)
    for row in rows:
        say(line="check", **dict(zip(header, row, strict=True)))
    for code, count in found.reasons:
        say(line="reason", code=code, count=count)
