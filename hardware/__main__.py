"""demado-hardware: the devices from the command line. JSON lines on stdout, words on stderr, 0 only for success."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from hardware.command import prepare_streams, print_line


@dataclass(frozen=True)
class _Command:
    """Where a command lives; its module is loaded only when it is called, with the library it needs."""

    module: str
    help: str
    arguments: str = "add_arguments"
    run: str = "run"


COMMANDS = {
    "qr": _Command("hardware.qr.command", "read QR codes in pictures"),
    "photo": _Command("hardware.photo.command", "judge pictures and write ID photos"),
    "card": _Command("hardware.card.command", "check the card on the reader"),
    "trust": _Command("hardware.card.command", "install a trust anchor", "add_trust_arguments", "run_trust"),
    "virtual-card": _Command("hardware.card.virtual.command", "put a test card into the virtual reader"),
    "doctor": _Command("hardware.doctor", "say which devices work and what to do about the others"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code; never a traceback for what is on the command line, in a file or on a device."""
    prepare_streams()
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _call(words)
    except BrokenPipeError:
        _forget_stdout()
        return 1
    except OSError as error:  # what the devices and files raise is answered where it happens: this is stdout's disk
        _forget_stdout()
        print(f"demado-hardware: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _call(words: list[str]) -> int:
    if not words or words[0] not in COMMANDS:
        _overview().parse_args(words)  # answers --help with exit code 0, everything else with 2
        return 2
    command = COMMANDS[words[0]]
    parser = argparse.ArgumentParser(prog=f"demado-hardware {words[0]}")
    try:
        module = importlib.import_module(command.module)
    except ImportError as error:
        print_line({"error": "setup.library_missing", "message": f"{error}; run uv sync --all-extras"})
        return 1
    getattr(module, command.arguments)(parser)
    return int(getattr(module, command.run)(parser.parse_args(words[1:])))


def _overview() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="demado-hardware", description="The devices of a Demado counter.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.help, add_help=False)
    return parser


def _forget_stdout() -> None:
    """Python flushes stdout once more at exit; nobody reads it any more."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
