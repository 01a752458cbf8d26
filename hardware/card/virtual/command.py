"""`demado-hardware virtual-card`: a test card in vpcd until Ctrl-C; its authority and list go to a folder.

A demonstration or test run that is killed leaves its card behind in the slot, and the next one finds a card that nobody
has put there: `--with-parent` lets the card leave when the process that started it has gone.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import threading
from datetime import UTC, datetime
from pathlib import Path

from hardware.card.errors import ReaderTrouble
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.card import Mood
from hardware.card.virtual.service import pcscd_running
from hardware.card.virtual.slot import FIRST_PORT, SECOND_PORT, VirtualSlot
from hardware.card.virtual.states import CardMaker, CardState, Holder
from hardware.command import print_line

_GLANCE_SECONDS = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", type=CardState, choices=list(CardState), default=CardState.VALID)
    parser.add_argument("--pin", type=_four_digits, default="1234", help="the card's four digits")
    parser.add_argument("--tries", type=int, choices=range(4), default=3, help="tries left on the PIN (0 to 3)")
    parser.add_argument("--out", type=Path, help="folder for trust/authority.pem and revoked.crl")
    parser.add_argument(
        "--port", type=int, choices=(FIRST_PORT, SECOND_PORT), default=FIRST_PORT, help="vpcd's slot: 35963 or 35964"
    )
    parser.add_argument("--remove-after", type=_count, help="the card leaves after this many commands")
    parser.add_argument("--slow", type=_count, default=0, metavar="MS", help="milliseconds the card takes a command")
    parser.add_argument("--most-bytes", type=_at_least_one, help="the longest answer the card gives")
    parser.add_argument("--with-parent", action="store_true", help="leave when the process that started this has gone")
    parser.add_argument("--asleep", action="store_true", help="6F00 to the first command after power-up")


def _four_digits(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}", text):
        raise argparse.ArgumentTypeError("four digits")
    return text


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise argparse.ArgumentTypeError("a whole number, 0 or more")
    return int(text)


def _at_least_one(text: str) -> int:
    if (count := _count(text)) == 0:
        raise argparse.ArgumentTypeError("1 or more")
    return count


def run(arguments: argparse.Namespace) -> int:
    """Blocks until Ctrl-C or until the card has left; 1 when it cannot be inserted."""
    maker = CardMaker(VirtualAuthority.create(_now()), _now)
    mood = Mood(
        remove_after=arguments.remove_after,
        slow_s=arguments.slow / 1000,
        most_bytes=arguments.most_bytes,
        asleep=arguments.asleep,
    )
    card = maker.card(arguments.state, Holder(pin=arguments.pin, tries=arguments.tries), mood=mood)
    written = {}
    if arguments.out is not None:
        revoked = card if arguments.state is CardState.REVOKED else None
        try:
            written = write_trust(arguments.out, maker.authority.pem, maker.revocation_list(revoked))
        except OSError as error:
            print_line({"event": "failed", "reason": f"cannot write into {arguments.out}: {error.strerror}"})
            return 1
    slot = VirtualSlot(arguments.port)
    stopped, parent = _stopped_by_signal(), os.getppid()
    try:
        with pcscd_running():
            slot.insert(card)
            print_line({"event": "inserted", "reader": slot.reader, "state": arguments.state, **written})
            while not stopped.is_set() and not slot.wait_until_gone(_GLANCE_SECONDS):
                if arguments.with_parent and os.getppid() != parent:
                    break
            slot.remove()
    except ReaderTrouble as trouble:
        print_line({"event": "failed", "reason": str(trouble)})
        return 1
    print_line({"event": "removed", "apdus": len(card.commands)})
    return 0


def write_trust(folder: Path, authority_pem: bytes, crl_pem: bytes) -> dict[str, str]:
    """`trust/` is a trust folder, the list lies beside it. Returns where they are."""
    trust, crl = folder / "trust", folder / "revoked.crl"
    trust.mkdir(parents=True, exist_ok=True)
    (trust / "authority.pem").write_bytes(authority_pem)
    crl.write_bytes(crl_pem)
    return {"trust": str(trust), "crl": str(crl)}


def _stopped_by_signal() -> threading.Event:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def _now() -> datetime:
    return datetime.now(UTC)
