"""A full verify with possession: our desk against OpenSC's tools, same virtual card, same pcscd, one run.

Both read the certificate, present the PIN and have a challenge signed; OpenSC's part is `pkcs15-tool` and
`pkcs11-tool`, its checking of the signature is not counted. Its tools are programs that start, ours is a service that
runs: `start_ms` says what a start alone takes, and "signing alone" is `pkcs11-tool` without reading the certificate
first – less than what we do, and still beaten. Once with a card that answers at once (what the host costs)
and once with one that takes 15 ms a command, as contactless cards do.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hardware.card import CardDesk
from hardware.card.errors import ReaderBusy, ReaderTrouble
from hardware.card.pcsc import open_card_desk
from hardware.card.virtual.service import pcscd_running
from hardware.card.virtual.slot import FIRST_PORT, SECOND_PORT, reader_name
from hardware.command import prepare_streams
from hardware.settings import DeviceSettings

ROUNDS = 15
CARD_SPEEDS = (0, 15)
PIN = "1234"


@dataclass
class _Card:
    """The virtual card in a process of its own, so that its work is not counted as ours."""

    process: subprocess.Popen[str]
    reader: str
    trust: Path
    crl: Path

    def leave(self) -> int:
        """Take it out; how many commands it has seen."""
        self.process.terminate()
        assert self.process.stdout is not None
        return int(json.loads(self.process.stdout.readline())["apdus"])


@contextmanager
def _card(folder: Path, slow: int) -> Iterator[_Card]:
    command = [sys.executable, "-m", "hardware", "virtual-card", "--port", str(SECOND_PORT), "--pin", PIN]
    command += ["--out", str(folder), "--slow", str(slow)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        if "reader" not in line:
            raise ReaderBusy(line["reason"])
        yield _Card(process, line["reader"], Path(line["trust"]), Path(line["crl"]))
        process.terminate()


def run() -> Iterable[dict[str, object]]:
    prepare_streams()
    try:
        with pcscd_running(), tempfile.TemporaryDirectory() as folder:
            for slow in CARD_SPEEDS:
                yield from _at_speed(Path(folder), slow)
    except ReaderTrouble as trouble:
        yield {"skipped": str(trouble)}


def _at_speed(folder: Path, slow: int) -> Iterator[dict[str, object]]:
    ours = _ours(folder, slow)
    yield {"card_ms_per_command": slow, "tool": "demado", **ours}
    if shutil.which("pkcs11-tool") is None:
        yield {"skipped": "opensc is not installed"}
        return
    theirs = _opensc(folder, slow)
    yield {"card_ms_per_command": slow, "tool": "opensc", **theirs}
    least = _opensc(folder, slow, reading=False)
    yield {"card_ms_per_command": slow, "tool": "opensc, signing alone", **least}
    apdus, wall = ours["apdus"] / theirs["apdus"], ours["wall_ms"] / theirs["wall_ms"]
    yield {
        "card_ms_per_command": slow,
        "apdus_ratio": round(apdus, 3),
        "apdus_ratio_limit": 0.5,
        "wall_ratio": round(wall, 3),
        "wall_ratio_limit": 0.25,
        "apdus_ratio_signing_alone": round(ours["apdus"] / least["apdus"], 3),
        "wall_ratio_signing_alone": round(ours["wall_ms"] / (least["wall_ms"] - least["start_ms"]), 3),
        "host_cpu_ms": ours["host_cpu_ms"],
        "host_cpu_ms_limit": 20,
        "ok": apdus <= 0.5 and wall <= 0.25 and ours["host_cpu_ms"] <= 20,
    }


def _ours(folder: Path, slow: int) -> dict[str, float]:
    with _card(folder, slow) as card:
        settings = DeviceSettings(card_reader=card.reader, card_trust=card.trust, card_crls=(card.crl,))
        desk = open_card_desk(settings, card_expiry=False)
        _verify(desk)
        cpu = time.process_time()
        walls = [_timed(lambda: _verify(desk)) for _ in range(ROUNDS)]
        cpu = 1000 * (time.process_time() - cpu) / ROUNDS
        seen = card.leave() / (ROUNDS + 1)
    return {"apdus": seen, **_wall(walls), "host_cpu_ms": round(cpu, 1)}


def _verify(desk: CardDesk) -> None:
    report = desk.check(pin=PIN)
    if not report.possession:
        raise RuntimeError(f"the check went wrong: {report.reason}")


def _opensc(folder: Path, slow: int, *, reading: bool = True) -> dict[str, float]:
    message, signature = folder / "message", folder / "signature"
    message.write_bytes(bytes(32))
    configuration = folder / "opensc.conf"
    configuration.write_text(f'app default {{ ignored_readers = "{reader_name(FIRST_PORT)}"; }}\n')
    here = {**os.environ, "OPENSC_CONF": str(configuration)}
    with _card(folder, slow) as card:
        read = ["pkcs15-tool", "--reader", card.reader, "--read-certificate", "1"]
        sign = ["pkcs11-tool", "--token-label", "JPKI (User Authentication PIN)", "--login", "--pin", PIN, "--sign"]
        sign += ["-m", "SHA256-RSA-PKCS", "--id", "01", "-i", str(message), "-o", str(signature)]

        def both() -> None:
            for command in (read, sign) if reading else (sign,):
                subprocess.run(command, check=True, capture_output=True, env=here)

        walls = [_timed(both) for _ in range(max(3, ROUNDS // 3))]
        seen = card.leave() / len(walls)
    starts = [_timed(_start) for _ in range(3)]
    return {"apdus": seen, **_wall(walls), "start_ms": round(min(starts), 1)}


def _start() -> None:
    """A tool that only starts, and speaks to no reader."""
    subprocess.run(["pkcs15-tool", "--version"], check=False, capture_output=True)


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _wall(walls: list[float]) -> dict[str, float]:
    return {"wall_ms": round(statistics.median(walls), 1), "wall_ms_worst": round(max(walls), 1)}
