"""`demado-backoffice staff add | list | disable`: accounts from the command line, one JSON object a line.

The first administrator of a municipality is made here; the link that is printed is the only thing handed over.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from backoffice.database import Database
from backoffice.kit.unit_of_work import UnitOfWork, transaction, utc_now
from backoffice.staff import service
from backoffice.staff.authorisation import Role
from backoffice.staff.models import Staff
from backoffice.staff.site import Site
from schemas.ids import MunicipalityCode

_BY = "command"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Fill the sub-parser of `demado-backoffice staff`."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("add", help="make an account and print its one-time link")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, type=Role, choices=list(Role), metavar="|".join(Role))
    add.add_argument("--login", default="", help="what is typed to sign in with a password (default: made up)")
    listed = verbs.add_parser("list", help="print every account")
    disable = verbs.add_parser("disable", help="an account can no longer sign in; its sessions end")
    disable.add_argument("--login", required=True)
    invite = verbs.add_parser("invite", help="print a new one-time link for an account")
    invite.add_argument("--login", required=True)
    for verb in (add, listed, disable, invite):
        verb.add_argument("--municipality", required=True, type=MunicipalityCode.parse, metavar="CODE")


def run(
    arguments: argparse.Namespace,
    database: Database,
    *,
    public_url: str,
    now: Callable[[], datetime] = utc_now,
    out: TextIO = sys.stdout,
) -> int:
    """Carry the verb out in one transaction. Refusals come as `OfficeError`."""
    verbs = {"add": _add, "list": _list, "disable": _disable, "invite": _invite}
    with transaction(database, now=now) as work:
        lines = verbs[arguments.verb](work, arguments, Site.of(public_url))
    for line in lines:
        print(json.dumps(line, ensure_ascii=False), file=out)
    return 0


Lines = list[dict[str, str | None]]


def _add(work: UnitOfWork, arguments: argparse.Namespace, site: Site) -> Lines:
    new = service.Newcomer(name=arguments.name, role=arguments.role, login=arguments.login)
    staff = service.add(work, arguments.municipality, new, by=_BY)
    return [_account(staff) | _link(work, staff, site)]


def _list(work: UnitOfWork, arguments: argparse.Namespace, _site: Site) -> Lines:
    return [_account(staff) for staff in service.all_of(work, arguments.municipality)]


def _disable(work: UnitOfWork, arguments: argparse.Namespace, _site: Site) -> Lines:
    staff = service.by_login(work, arguments.municipality, arguments.login)
    service.disable(work, staff, by=_BY)
    return [_account(staff)]


def _invite(work: UnitOfWork, arguments: argparse.Namespace, site: Site) -> Lines:
    staff = service.by_login(work, arguments.municipality, arguments.login)
    return [_account(staff) | _link(work, staff, site)]


def _account(staff: Staff) -> dict[str, str | None]:
    return {
        "municipality": staff.municipality_id,
        "staff": staff.id,
        "login": staff.login,
        "name": staff.name,
        "role": staff.role.value,
        "disabled_at": staff.disabled_at.isoformat() if staff.disabled_at else None,
    }


def _link(work: UnitOfWork, staff: Staff, site: Site) -> dict[str, str | None]:
    token = service.invite(work, staff, by=_BY)
    return {
        "link": f"{site.origin}/invitation/{token}",
        "link_until": (work.now + service.INVITATION_HOLDS).isoformat(),
    }
