"""demado-kiosk: the kiosk service and what a technician does beside it.

JSON on stdout, one object a line; exit 0 only for success, otherwise the last line is {"error", "message"}. What the
world does never ends in a traceback here. Logs go to stderr.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from hardware.card.memory import keep_out_of_dumps
from kiosk.errors import KioskError, OutboxFault, OutboxInUse, UplinkError
from kiosk.logs import write_logs
from kiosk.outbox import Outbox
from kiosk.outbox.keys import new_key
from kiosk.settings import KioskSettings, load_settings
from schemas.balance import Balance
from schemas.enrolment import EnrolmentTicket
from schemas.errors import ContractError
from schemas.ids import VisitId

NOTHING_TO_CARRY = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. The exit code is 0 for success and 1 for anything else (2: the command line itself; 3: there is
    nothing to carry, so `export` wrote no file)."""
    options = _parser().parse_args(arguments)
    write_logs()
    try:
        return int(options.run(load_settings(), options))
    except (KioskError, ContractError) as error:
        _say(error=error.code, message=str(error))
        return 1
    except KeyboardInterrupt:
        return 1


def _serve(settings: KioskSettings, _options: argparse.Namespace) -> int:
    from kiosk.app import create_app  # loads screens and devices, which no other command needs

    os.umask(0o077)  # slips too are nobody else's
    keep_out_of_dumps()  # no crash puts a person's data on the disk
    with _outbox(settings):
        pass  # a folder that cannot be had is an answer of this command, not a traceback of the server
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    return 0


def _enrol(settings: KioskSettings, options: argparse.Namespace) -> int:
    ticket = EnrolmentTicket.parse(options.ticket)
    with _outbox(settings) as outbox:
        identity = outbox.enrol(ticket, options.name)
        try:
            outbox.refresh_bundle()
        except UplinkError as error:
            _say(notice=error.code, message="enrolled; the visit will come with the next contact")
        _say(device=identity.device, municipality=identity.municipality, counter=identity.counter, name=identity.name)
    return 0


def _new_key(_settings: KioskSettings, _options: argparse.Namespace) -> int:
    sys.stdout.write(new_key().decode())
    return 0


def _export(settings: KioskSettings, options: argparse.Namespace) -> int:
    with _outbox(settings, looking=True) as outbox:
        report = outbox.export(options.folder)
    if not report.packets:
        _say(error="usb.nothing_unsent", message="the office has signed for everything: no file was written")
        return NOTHING_TO_CARRY
    _say(files=[str(path) for path in report.files], packets=report.packets, bytes=report.size)
    return 0


def _receipts(settings: KioskSettings, options: argparse.Namespace) -> int:
    with _outbox(settings) as outbox:
        report = outbox.take_receipts(options.file)
    _say(received=report.received, known=report.known, refused=report.refused)
    return 0


def _balance(settings: KioskSettings, options: argparse.Namespace) -> int:
    with _outbox(settings, looking=True) as outbox:
        mine = outbox.balance(options.visit)
        theirs, problem = (None, None) if options.offline else _ask_office(outbox, options.visit)
    _say(
        device=mine.device,
        visit=mine.visit,
        captured=mine.captured,
        received=mine.received,
        erased=mine.erased,
        unsent=mine.captured - mine.received - mine.refused,
        refused=mine.refused,
        balanced=mine.closed and (theirs is None or _agrees(theirs, mine)),
        office=theirs.model_dump(mode="json", include={"captured", "received", "erased", "refused", "gaps"})
        if theirs
        else None,
        office_problem=problem,
    )
    return 0


def _ask_office(outbox: Outbox, visit: VisitId | None) -> tuple[Balance | None, str | None]:
    try:
        return outbox.office_balance(visit), None
    except UplinkError as error:
        return None, error.code


def _agrees(theirs: Balance, mine: Balance) -> bool:
    return theirs.received == mine.captured and not theirs.gaps and not theirs.refused


def _doctor(settings: KioskSettings, _options: argparse.Namespace) -> int:
    from kiosk.doctor import examine  # opens devices

    findings = list(examine(settings))
    for finding in findings:
        advice = {"ja": finding.advice.ja, "en": finding.advice.en}
        _say(check=finding.check, ok=finding.ok, code=finding.code, detail=finding.detail, advice=advice)
    return 0 if all(finding.ok for finding in findings) else 1


@contextmanager
def _outbox(settings: KioskSettings, *, looking: bool = False) -> Iterator[Outbox]:
    """The outbox; while the service owns it, or its disk takes no more writes, commands that only look may look: what
    is sealed on a broken machine still finds its way onto a stick."""
    try:
        outbox = Outbox.open(settings.data, allow_plain_http=settings.development)
    except (OutboxInUse, OutboxFault):
        if not looking:
            raise
        outbox = Outbox.open(settings.data, readonly=True)
    try:
        yield outbox
    finally:
        outbox.close()


def _say(**values: object) -> None:
    print(json.dumps(values, ensure_ascii=False), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="demado-kiosk",
        description="The kiosk service and its commands. Settings: DEMADO_KIOSK_*, or a TOML file DEMADO_KIOSK_CONFIG.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run the kiosk service")
    serve.set_defaults(run=_serve)
    enrol = commands.add_parser("enrol", help="become the device an office's enrolment ticket speaks of")
    enrol.add_argument("ticket", metavar="TICKET", help="the text of the enrolment QR: DEMADO-ENROL.1.…")
    enrol.add_argument("--name", default="kiosk", help="what the office calls this device (default: kiosk)")
    enrol.set_defaults(run=_enrol)
    key = commands.add_parser("new-key", help="print a device key, for: systemd-creds encrypt --name=demado-device-key")
    key.set_defaults(run=_new_key)
    export = commands.add_parser("export", help="put unsent packets onto a USB stick, proven by reading them back")
    export.description = "Exit 0 when files lie on the stick, proven; 3 when there is nothing unsent; 1 for trouble."
    export.add_argument("folder", metavar="DIR", type=Path)
    export.set_defaults(run=_export)
    receipts = commands.add_parser(
        "receipts", help="take the office's receipts from a USB stick and erase against them"
    )
    receipts.add_argument("file", metavar="FILE", type=Path)
    receipts.set_defaults(run=_receipts)
    _add_balance(commands.add_parser("balance", help="captured, received, erased – here and at the office"))
    doctor = commands.add_parser("doctor", help="what is plugged in, what works, what to do; exit 0 when all is well")
    doctor.set_defaults(run=_doctor)
    return parser


def _add_balance(balance: argparse.ArgumentParser) -> None:
    balance.description = (
        "Prints one line. `balanced` is true when captured = received = erased, nothing is refused, and the office, "
        "when it could be asked, received the same number without a gap. Exit 0 when the figures could be read, "
        "balanced or not."
    )
    balance.add_argument(
        "--visit", metavar="ID", type=VisitId.parse, help="one visit only (default: the device's life)"
    )
    balance.add_argument("--offline", action="store_true", help="do not ask the office")
    balance.set_defaults(run=_balance)


if __name__ == "__main__":
    sys.exit(main())
