"""`demado-hardware card` and `demado-hardware trust`: one JSON line, exit 0 only for valid (README, "Commands")."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from hardware.card import AttributesReport, CardReport
from hardware.card.authority_line import generation_of
from hardware.card.errors import AnchorRefused
from hardware.card.memory import keep_out_of_dumps
from hardware.card.pcsc import open_card_desk
from hardware.card.trust import Anchor, add_anchor, default_folder
from hardware.command import print_line
from hardware.settings import DeviceSettings
from schemas.card import GENUINE, CardVerdict

_LONGEST_PIN_LINE = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reader", default="", help="name of the reader, or a part of it")
    parser.add_argument("--trust", type=Path, help="folder of trust anchors, PEM or DER")
    parser.add_argument("--crl", type=Path, action="append", default=[], help="a revocation list; may be repeated")
    parser.add_argument("--pin-stdin", action="store_true", help="read the PIN from standard input, prove the key")
    parser.add_argument("--last-try", action="store_true", help="yes, use the last try of the PIN if it comes to that")
    parser.add_argument("--ocsp", default="", metavar="URL", help="the authority's responder, if you may ask it")
    parser.add_argument("--generations", type=Path, metavar="FILE", help="card generations: AID, files, algorithm")
    parser.add_argument("--card-expiry", action="store_true", help="also say when the card itself expires")
    parser.add_argument(
        "--attributes", action="store_true", help="also read the four attributes; their PIN is the next line of input"
    )
    parser.add_argument("--wait", type=float, default=10.0, metavar="S", help="seconds to wait for a card")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 for a valid card (and, when asked for, its attributes), 1 for everything else, 2 for settings that
    cannot be used."""
    keep_out_of_dumps()
    try:
        settings = _settings(arguments)
    except ValidationError as error:
        print_line({"error": "settings", "reason": error.errors(include_input=False)[0]["msg"]})
        return 2
    pin = _pin_line() if arguments.pin_stdin else None
    attributes_pin = _pin_line() if arguments.attributes else None
    desk = open_card_desk(settings, card_expiry=arguments.card_expiry)
    last_try, wait_s = arguments.last_try, max(0.0, arguments.wait)
    report = desk.check(pin=pin, last_try_confirmed=last_try, wait_s=wait_s)
    fields, good = report_fields(report), report.verdict is CardVerdict.VALID
    if arguments.card_expiry:
        fields["card_expires"] = None if report.card_expires is None else report.card_expires.isoformat()
    if attributes_pin is not None:
        read = AttributesReport(report.verdict, "no PIN is sent to this card")
        if report.verdict in GENUINE:
            read = desk.attributes(pin=attributes_pin, last_try_confirmed=last_try, wait_s=wait_s)
        fields["attributes"] = _attribute_fields(read)
        good = good and read.attributes is not None
    desk.close()
    print_line(fields)
    return 0 if good else 1


def _settings(arguments: argparse.Namespace) -> DeviceSettings:
    return DeviceSettings(
        card_reader=arguments.reader,
        card_trust=arguments.trust,
        card_crls=tuple(arguments.crl),
        card_ocsp=arguments.ocsp,
        card_generations=arguments.generations,
        card_attributes=arguments.attributes,
    )


def _pin_line() -> str:
    """Empty, which is no PIN, when there is no standard input at all."""
    return "" if sys.stdin is None else sys.stdin.readline(_LONGEST_PIN_LINE).strip()


def _attribute_fields(read: AttributesReport) -> dict[str, object]:
    found = read.attributes
    fields: dict[str, object] = {"verdict": read.verdict.value, "reason": read.reason, "tries_left": read.tries_left}
    if found is not None:
        born = found.birth_date.isoformat()
        fields |= {"name": found.name, "address": found.address, "birth_date": born, "sex": found.sex}
    return fields


def report_fields(report: CardReport) -> dict[str, object]:
    """The fields of the JSON line; moments in ISO 8601, Japanese time."""
    return {
        "verdict": report.verdict.value,
        "reason": report.reason,
        "not_before": _iso(report.not_before),
        "not_after": _iso(report.not_after),
        "serial": report.serial,
        "tries_left": report.tries_left,
        "revocation": report.revocation.value,
        "possession": report.possession,
        "apdus": report.apdus,
        "ms": report.ms,
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def add_trust_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("add", help="install a trust anchor after comparing its SHA-256 fingerprint")
    add.add_argument("file", type=Path)
    add.add_argument("--trust", type=Path, help="the trust folder")
    add.add_argument("--sha256", default="", help="the fingerprint from the authority's own sheet")


def run_trust(arguments: argparse.Namespace) -> int:
    """0 when the anchor was installed."""
    folder = arguments.trust or default_folder()
    try:
        anchor, path = add_anchor(arguments.file, folder, confirmed_sha256=arguments.sha256)
    except AnchorRefused as refused:
        print_line({"installed": False, "reason": str(refused)})
        return 1
    print_line(_anchor_fields(anchor, path))
    return 0 if path else 1


def _anchor_fields(anchor: Anchor, path: Path | None) -> dict[str, object]:
    certificate = anchor.certificate
    reason = anchor.known_as or "the fingerprint is the one given"
    if path is None:
        line = generation_of(certificate)
        named = f"by name and serial number generation {line.number}; " if line else ""
        reason = (
            f"{named}not a published certificate: compare the fingerprint with the authority's sheet, then add --sha256"
        )
    return {
        "installed": path is not None,
        "reason": reason,
        "sha256": anchor.sha256,
        "known": anchor.known_as,
        "subject": certificate.subject.rfc4514_string(),
        "not_before": certificate.not_valid_before_utc.isoformat(),
        "not_after": certificate.not_valid_after_utc.isoformat(),
        "file": str(path) if path else None,
    }
