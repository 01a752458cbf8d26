"""pcscd with vpcd on a machine that may have no systemd: use the one that runs, else start it and stop it at the end.

One pcscd serves the whole machine (its socket path is compiled in). Everyone who needs it holds a shared lock; the last
one to leave stops the pcscd that one of them started. Needs root or `sudo -n` only to start it. Clients: pcsc-lite
without polkit (Debian 12) admits every local user; with polkit, users outside an active session need a rule for
`org.debian.pcsc-lite.access_pcsc` and `.access_card` (deploy/kiosk).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from hardware.card.errors import ServiceMissing
from hardware.card.virtual.slot import FIRST_PORT, SECOND_PORT

_SOCKET = Path(os.environ.get("PCSCLITE_CSOCK_NAME", "/run/pcscd/pcscd.comm"))
_PROCESS_ID = _SOCKET.with_name("pcscd.pid")
_START_SECONDS = 10.0


@contextmanager
def pcscd_running() -> Iterator[bool]:
    """Inside, pcscd runs and vpcd listens; True when it was started for us. Raises `ServiceMissing` with the reason."""
    with _shared_lock() as lock:
        started = False
        if not _answers():
            _start(lock)
            started = True
        _await_vpcd()
        try:
            yield started
        finally:
            _stop_if_last(lock)


def _answers() -> bool:
    with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
        probe.connect(str(_SOCKET))
        return True
    return False


def _start(lock: IO[str]) -> None:
    program = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        raise ServiceMissing("pcscd is not installed (apt-get install pcscd vsmartcard-vpcd)")
    command = [program] if os.geteuid() == 0 else [*_sudo(), program]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        raise ServiceMissing("pcscd could not be started")
    until = time.monotonic() + _START_SECONDS
    while not _answers():
        if time.monotonic() > until:
            raise ServiceMissing("pcscd was started and does not answer")
        time.sleep(0.05)
    lock.seek(0)
    lock.truncate()
    lock.write("started")
    lock.flush()


def _stop_if_last(lock: IO[str]) -> None:
    """The lock file says whether one of us started the pcscd that runs."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    lock.seek(0)
    ours = lock.read() == "started"
    lock.seek(0)
    lock.truncate()
    process_id = _PROCESS_ID.read_text(encoding="ascii").strip("\x00\n ") if ours and _PROCESS_ID.exists() else ""
    if not process_id.isdigit() or b"pcscd" not in _command_line(int(process_id)):
        return
    if os.geteuid() == 0:
        os.kill(int(process_id), signal.SIGTERM)
    else:
        subprocess.run([*_sudo(), "kill", process_id], check=False, capture_output=True)
    until = time.monotonic() + _START_SECONDS
    while _answers() and time.monotonic() < until:
        time.sleep(0.05)


def _sudo() -> list[str]:
    if (
        shutil.which("sudo") is None
        or subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode
    ):
        raise ServiceMissing("pcscd does not run, and starting it needs root or sudo without a password")
    return ["sudo", "-n"]


def _command_line(process_id: int) -> bytes:
    try:
        return Path(f"/proc/{process_id}/cmdline").read_bytes()
    except OSError:
        return b""


def _await_vpcd() -> None:
    until = time.monotonic() + _START_SECONDS
    while not {FIRST_PORT, SECOND_PORT} <= _listening_ports():
        if time.monotonic() > until:
            raise ServiceMissing("pcscd runs without vpcd (apt-get install vsmartcard-vpcd, then restart pcscd)")
        time.sleep(0.05)


def _listening_ports() -> set[int]:
    """From the kernel's table: connecting to look would itself count as inserting a card."""
    ports = set()
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A":
            ports.add(int(fields[1].rsplit(":", 1)[1], 16))
    return ports


@contextmanager
def _shared_lock() -> Iterator[IO[str]]:
    path = Path(tempfile.gettempdir()) / f"demado-pcscd-{os.getuid()}.lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield lock
