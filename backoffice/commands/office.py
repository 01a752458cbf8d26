"""`demado-backoffice import | balance | enrol-ticket | attendant | reopen …`: the office's rooms by command."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from backoffice.audit import service as audit
from backoffice.commands import municipality, photo, providers, quarantine, retention, say
from backoffice.database import Database
from backoffice.devices import service as devices
from backoffice.intake import balance, closings, service, usb
from backoffice.kit import jobs
from backoffice.kit.errors import SetUpInvalid
from backoffice.kit.keyring import SigningKeys
from backoffice.kit.sealed_file import read_passphrase
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from backoffice.organisations import service as organisations
from backoffice.parts import make_intake, open_database
from backoffice.settings import Settings
from backoffice.visits import demo
from backoffice.visits import service as visits
from schemas.balance import ClosingBalance
from schemas.ids import MunicipalityCode, VisitId
from schemas.visit import AttendantRole

_JST = ZoneInfo("Asia/Tokyo")
_BY = "command"


class Command(Protocol):
    """What a command does, on an open database."""

    def __call__(
        self, arguments: argparse.Namespace, settings: Settings, database: Database, now: Callable[[], datetime], /
    ) -> int: ...


def add_commands(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add every command of this module; `add` is the sub-parsers' `add_parser`."""
    carried = add("import", help="take in a file of the USB courier")
    carried.add_argument("file", type=Path)
    carried.add_argument("--receipts", type=Path, help="where to write the receipts (default: beside the file)")
    counted = add("balance", help="per device and visit: received, opened, missing")
    ticket = add("enrol-ticket", help="make a one-time ticket that enrols one device")
    ticket.add_argument("--visit", type=VisitId.parse, help="where the device will work")
    attendant = add("attendant", help="somebody who may sign in on the tablet; the PIN is read from a file")
    attendant.add_argument("--name", required=True)
    attendant.add_argument("--role", type=AttendantRole, choices=list(AttendantRole), default=AttendantRole.STAFF)
    attendant.add_argument("--pin-file", type=Path, required=True)
    again = add("reopen", help="try again what could not be opened, and jobs that were given up")
    proof = add("audit-verify", help="check the hash chain of the audit log; exit 1 where it is broken")
    for parser in (counted, again, proof):
        parser.add_argument(
            "--municipality", type=MunicipalityCode.parse, help="default: every one of the installation"
        )
    for parser in (ticket, attendant):
        parser.add_argument("--municipality", type=MunicipalityCode.parse, required=True)
    planted = add("demo-data", help="plant the example visit of 福島市消防本部 with invented bookings")
    commands: Sequence[tuple[argparse.ArgumentParser, Command]] = (
        (carried, _import), (counted, _balance), (ticket, _ticket), (attendant, _attendant), (again, _reopen),
        (quarantine.add_command(add), quarantine.run), (proof, _verify), (planted, _demo),
        (photo.add_command(add), _photo_report), (retention.add_command(add), retention.run),
        (providers.add_command(add), providers.run), (municipality.add_command(add), municipality.run),
    )  # fmt: skip
    for parser, command in commands:
        parser.set_defaults(office=command)


def run(arguments: argparse.Namespace, settings: Settings, *, now: Callable[[], datetime]) -> int:
    database = open_database(settings)
    try:
        return int(arguments.office(arguments, settings, database, now))
    finally:
        database.close()


def _import(arguments: argparse.Namespace, settings: Settings, database: Database, now: Callable[[], datetime]) -> int:
    done = usb.import_file(
        arguments.file, database=database, intake=make_intake(settings), now=now, receipts=arguments.receipts
    )
    say(
        file=str(arguments.file), device=done.device.id, received=done.received, known=done.known,
        refused=done.refused, receipts=str(done.receipts),
    )  # fmt: skip
    return 0 if not done.refused else 1


def _balance(
    arguments: argparse.Namespace, _settings: Settings, database: Database, now: Callable[[], datetime]
) -> int:
    with transaction(database, now=now) as work:
        for code in _wanted(work, arguments):
            for device in balance.of_municipality(work, code):
                counted = balance.visits_of(work, code, device.device.id)
                _say_device(device, counted, closings.of_device(work, code, device.device.id))
    return 0


def _say_device(
    found: balance.DeviceBalance,
    counted: tuple[balance.VisitCount, ...],
    stated: Mapping[VisitId | None, ClosingBalance],
) -> None:
    """`erased` and `closed` are what the device last stated under its signature, null before that."""
    device, chain = found.device, found.chain
    say(
        municipality=device.municipality, device=device.id, counter=device.counter, visit=None,
        received=chain.received, opened=sum(visit.opened for visit in counted),
        failed=found.failed, head=chain.head, missing=chain.missing,
        gaps=chain.gaps, forks=chain.forks, quarantined=found.quarantined, **_stated(stated.get(None)),
    )  # fmt: skip
    for visit in counted:
        say(
            municipality=device.municipality, device=device.id, counter=device.counter, visit=visit.visit,
            received=visit.received, opened=visit.opened, failed=visit.failed, **_stated(stated.get(visit.visit)),
        )  # fmt: skip


def _stated(closing: ClosingBalance | None) -> dict[str, int | bool | None]:
    if closing is None:
        return {"captured": None, "erased": None, "gifts": None, "closed": None}
    own, gifts = closing.kiosk.balance, closing.kiosk.gifts
    handed = len(gifts.handed) if gifts else None
    return {"captured": own.captured, "erased": own.erased, "gifts": handed, "closed": closing.closed}


def _ticket(arguments: argparse.Namespace, settings: Settings, database: Database, now: Callable[[], datetime]) -> int:
    signing = SigningKeys.load(settings.keys, read_passphrase(settings.signing_secret))
    with transaction(database, now=now) as work:
        if arguments.visit:
            visits.look(work, arguments.municipality, arguments.visit)
        organisations.tenant(work, arguments.municipality)
        made = devices.issue_ticket(
            work, arguments.municipality, signing=signing, office_url=settings.public_url,
            minutes=settings.enrolment_minutes, actor=_BY, visit=arguments.visit,
        )  # fmt: skip
    say(ticket=str(made.ticket), expires_at=made.expires_at.isoformat(), municipality=arguments.municipality)
    return 0


def _attendant(
    arguments: argparse.Namespace, _settings: Settings, database: Database, now: Callable[[], datetime]
) -> int:
    try:
        pin = arguments.pin_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SetUpInvalid(f"{arguments.pin_file}: cannot be read: {error}") from error
    with transaction(database, now=now) as work:
        staff = visits.add_attendant(
            work, arguments.municipality, name=arguments.name, role=arguments.role, pin=pin, actor=_BY
        )
    say(municipality=arguments.municipality, staff=staff, name=arguments.name, role=arguments.role.value)
    return 0


def _reopen(arguments: argparse.Namespace, _settings: Settings, database: Database, now: Callable[[], datetime]) -> int:
    with transaction(database, now=now) as work:
        for code in _wanted(work, arguments):
            say(municipality=code, packets=service.open_again(work, code), jobs=jobs.revive(work, code))
    return 0


def _verify(arguments: argparse.Namespace, _settings: Settings, database: Database, now: Callable[[], datetime]) -> int:
    intact = True
    with transaction(database, now=now) as work:
        for code in _wanted(work, arguments):
            found = audit.verify(work, code)
            intact = intact and found.intact
            say(municipality=code, entries=found.entries, head=found.head, broken_at=found.broken_at)
    return 0 if intact else 1


def _photo_report(
    arguments: argparse.Namespace, _settings: Settings, database: Database, now: Callable[[], datetime]
) -> int:
    return photo.run(arguments, database, now)


def _wanted(work: UnitOfWork, arguments: argparse.Namespace) -> list[MunicipalityCode]:
    """The municipality named, or every one of the installation."""
    given: MunicipalityCode | None = arguments.municipality
    return [given] if given else [tenant.code for tenant in organisations.tenants(work)]


def _demo(_arguments: argparse.Namespace, _settings: Settings, database: Database, now: Callable[[], datetime]) -> int:
    with transaction(database, now=now) as work:
        planted = demo.plant(work, today=now().astimezone(_JST).date())
    people = [
        {"staff": person.staff, "name": person.name, "role": person.role.value, "pin": person.pin}
        for person in planted.attendants
    ]
    say(municipality=planted.municipality, visit=planted.visit, attendants=people)
    return 0
