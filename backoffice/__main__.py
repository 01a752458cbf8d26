"""demado-backoffice: the office's service, its worker, and what an administrator does beside them.

JSON on stdout, one object a line; exit 0 only for success, otherwise the last line is {"error", "message"}. Logs go to
stderr. Settings: backoffice/settings.py.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from types import FrameType

from backoffice import migrations
from backoffice.commands import keys, office, say
from backoffice.database import Database
from backoffice.kit import logs
from backoffice.kit.errors import OfficeError, SetUpInvalid
from backoffice.kit.keyring import RecordKeys
from backoffice.kit.sealed_file import read_passphrase
from backoffice.kit.unit_of_work import utc_now
from backoffice.parts import make_postman, make_worker, open_database
from backoffice.settings import Role, Settings
from backoffice.staff import command as staff
from schemas.errors import ContractError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0 for success, 1 for anything else (2: the command line itself)."""
    options = _parser().parse_args(arguments)
    os.umask(0o077)
    try:
        role: Role | None = getattr(options, "serve_role", None)
        settings = Settings.load(**({"role": role} if role else {}))
        logs.set_up(settings.log_level)
        run: Callable[[argparse.Namespace, Settings], int] = options.run
        return run(options, settings)
    except (OfficeError, ContractError) as error:
        say(error=error.code, message=getattr(error, "title", str(error)))
    except SetUpInvalid as error:
        say(error="setup.invalid", message=str(error))
    except KeyboardInterrupt:
        pass
    return 1


def _serve(_options: argparse.Namespace, settings: Settings) -> int:
    import uvicorn

    from backoffice.app import create_app  # a second of importing that no other command needs

    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    return 0


def _work(options: argparse.Namespace, settings: Settings) -> int:
    database = open_database(settings)
    records = RecordKeys.load(settings.keys, read_passphrase(settings.records_secret))
    worker = make_worker(database, records, settings=settings, now=utc_now)
    postman = make_postman(database, settings=settings, now=utc_now)
    if options.once:
        say(jobs=worker.drain(), mails=postman.deliver_due() if postman else 0)
    else:
        _stop_on_signals(worker.stop)
        with postman.running() if postman else nullcontext():
            worker.run()
    database.close()
    return 0


def _migrate(_options: argparse.Namespace, settings: Settings) -> int:
    if settings.database.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database.connect(settings.database)
    before = migrations.current(database)
    say(before=before, after=migrations.upgrade(database))
    database.close()
    return 0


def _openapi(_options: argparse.Namespace, _settings: Settings) -> int:
    from backoffice.openapi import document  # imports every machine route

    say(**document())
    return 0


def _staff(options: argparse.Namespace, settings: Settings) -> int:
    database = open_database(settings)
    try:
        return staff.run(options, database, public_url=settings.public_url, out=sys.stdout)
    finally:
        database.close()


def _stop_on_signals(stop: Callable[[], None]) -> None:
    def handle(_signal: int, _frame: FrameType | None) -> None:
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="demado-backoffice",
        description="The office. Settings: DEMADO_BACKOFFICE_*, or a TOML file DEMADO_BACKOFFICE_CONFIG.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the service")
    serve.add_argument("--role", dest="serve_role", type=Role, choices=list(Role))
    serve.set_defaults(run=_serve)
    work = commands.add_parser("work", help="open received packets, beside or instead of the service's own worker")
    work.add_argument("--once", action="store_true", help="do what is due now, then end")
    work.set_defaults(run=_work)
    commands.add_parser("migrate", help="bring the database schema up to date").set_defaults(run=_migrate)
    machine = commands.add_parser("openapi", help="the machine interface as an OpenAPI document")
    machine.set_defaults(run=_openapi)
    accounts = commands.add_parser("staff", help="accounts of the console")
    staff.add_arguments(accounts)
    accounts.set_defaults(run=_staff)
    ring = commands.add_parser("keys", help="make, show, rotate, back up and restore the keys")
    keys.add_arguments(ring)
    ring.set_defaults(run=lambda options, settings: keys.run(options, settings, now=utc_now))

    def add_office(name: str, *, help: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help)
        added.set_defaults(run=lambda options, settings: office.run(options, settings, now=utc_now))
        return added

    office.add_commands(add_office)
    return parser


if __name__ == "__main__":
    sys.exit(main())
