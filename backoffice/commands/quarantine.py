"""`demado-backoffice quarantine [list | accept PACKET --municipality CODE --reason WHY]`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime

from backoffice.commands import say
from backoffice.database import Database
from backoffice.intake import forks, service
from backoffice.kit.unit_of_work import transaction
from backoffice.organisations import service as organisations
from backoffice.parts import make_intake
from backoffice.settings import Settings
from schemas.ids import MunicipalityCode, PacketId

_BY = "command"


def add_command(add: Callable[..., argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = add("quarantine", help="what was refused and is kept: by device, and what no device of ours has signed")
    parser.add_argument("--municipality", type=MunicipalityCode.parse, help="default: every one of the installation")
    verbs = parser.add_subparsers(dest="verb")
    listed = verbs.add_parser("list", help="the same as without a verb")
    listed.add_argument("--municipality", type=MunicipalityCode.parse, default=argparse.SUPPRESS)
    taken = verbs.add_parser("accept", help="receive a packet under a number that was taken already (a copied device)")
    taken.add_argument("packet", type=PacketId.parse, help="its id, as `quarantine list` says it")
    taken.add_argument("--municipality", type=MunicipalityCode.parse, required=True)
    taken.add_argument("--reason", required=True, help="why, for the audit log")
    return parser


def run(arguments: argparse.Namespace, settings: Settings, database: Database, now: Callable[[], datetime]) -> int:
    if arguments.verb == "accept":
        return _accept(arguments, settings, database, now)
    with transaction(database, now=now) as work:
        given: MunicipalityCode | None = arguments.municipality
        codes = [given] if given else [tenant.code for tenant in organisations.tenants(work)]
        for code in (*codes, *([] if given else [service.UNASSIGNED])):
            for kept in service.quarantined(work, code):
                say(
                    municipality=code, packet=kept.packet, device=kept.device, sequence=kept.sequence,
                    record=kept.record, reason=kept.reason, size=kept.size, times=kept.times,
                    first_at=kept.first_at.isoformat(), last_at=kept.last_at.isoformat(), blob=kept.blob,
                )  # fmt: skip
    return 0


def _accept(arguments: argparse.Namespace, settings: Settings, database: Database, now: Callable[[], datetime]) -> int:
    intake = make_intake(settings)
    with transaction(database, now=now) as work:
        done = forks.accept(work, intake, arguments.municipality, arguments.packet, actor=_BY, reason=arguments.reason)
    receipt = done.receipt
    say(packet=receipt.packet, device=receipt.device, sequence=receipt.sequence, record=receipt.record, new=done.new)
    return 0
