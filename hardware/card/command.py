"""`demado-hardware card` and `demado-hardware trust`: one JSON line, exit 0 only for valid (README, "Commands")."""

from __future__ import annotations

import argparse
import resource
import sys
from datetime import datetime
from pathlib import Path

from hardware.card import CardReport
from hardware.card.errors import AnchorRefused
from hardware.card.pcsc import open_card_desk
from hardware.card.trust import Anchor, add_anchor, default_folder
from hardware.command import print_line
from hardware.settings import DeviceSettings
from schemas.card import CardVerdict

_LONGEST_PIN_LINE = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reader", default="", help="name of the reader, or a part of it")
    parser.add_argument("--trust", type=Path, help="folder of trust anchors, PEM or DER")
    parser.add_argument("--crl", type=Path, action="append", default=[], help="a revocation list; may be repeated")
    parser.add_argument("--pin-stdin", action="store_true", help="read the PIN from standard input, prove the key")
    parser.add_argument("--last-try", action="store_true", help="yes, use the last try of the PIN if it comes to that")
    parser.add_argument("--wait", type=float, default=10.0, metavar="S", help="seconds to wait for a card")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 for a valid card, 1 for every other verdict."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold the PIN
    settings = DeviceSettings(card_reader=arguments.reader, card_trust=arguments.trust, card_crls=tuple(arguments.crl))
    pin = sys.stdin.readline(_LONGEST_PIN_LINE).strip() if arguments.pin_stdin else None
    desk = open_card_desk(settings, card_expiry=False)
    report = desk.check(pin=pin, last_try_confirmed=arguments.last_try, wait_s=max(0.0, arguments.wait))
    desk.close()
    print_line(report_fields(report))
    return 0 if report.verdict is CardVerdict.VALID else 1


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
        reason = "not a published certificate: compare the fingerprint with the authority's sheet, then add --sha256"
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
