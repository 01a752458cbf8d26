"""`demado-backoffice municipality add CODE | change CODE | list`: the municipalities of this installation."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from backoffice.commands import say
from backoffice.database import Database
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from backoffice.organisations import service as organisations
from backoffice.organisations import tenancy
from backoffice.organisations.tenancy import Said
from backoffice.settings import Settings
from schemas.ids import MunicipalityCode

_BY = "command"
_WORDS = ("name", "name_en", "kana", "contact")


def add_command(add: Callable[..., argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = add("municipality", help="take a municipality on, change what it says of itself, list them")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="one line a municipality")
    taken = verbs.add_parser("add", help="a new one; names are known for a part of the country")
    changed = verbs.add_parser("change", help="only what is given changes")
    for verb in (taken, changed):
        verb.add_argument("code", type=MunicipalityCode.parse, help="団体コード, six digits with the check digit")
        verb.add_argument("--name", help="e.g. 福島市")
        verb.add_argument("--name-en")
        verb.add_argument("--kana", help="in hiragana")
        verb.add_argument("--contact", help="whom people ask")
    return parser


def run(arguments: argparse.Namespace, _settings: Settings, database: Database, now: Callable[[], datetime]) -> int:
    with transaction(database, now=now) as work:
        if arguments.verb == "add":
            tenancy.take_on(work, arguments.code, _said(arguments, Said("")), actor=_BY)
        if arguments.verb == "change":
            held = Said.of(organisations.tenant(work, arguments.code))
            tenancy.change(work, arguments.code, _said(arguments, held), actor=_BY)
        lines = _lines(work, None if arguments.verb == "list" else arguments.code)
    for line in lines:
        say(**line)
    return 0


def _said(arguments: argparse.Namespace, held: Said) -> Said:
    given = {name: getattr(arguments, name) for name in _WORDS}
    return Said(**{**asdict(held), **{name: text for name, text in given.items() if text is not None}})


def _lines(work: UnitOfWork, only: MunicipalityCode | None) -> list[dict[str, str]]:
    return [
        {"municipality": each.code, **asdict(Said.of(each))}
        for each in organisations.tenants(work)
        if only in (None, each.code)
    ]
