"""pcscd with vpcd on a machine that may have no systemd: use the one that runs, else start it and stop it at the end.

One pcscd serves the whole machine (its socket path is compiled in). Everyone who needs it holds a shared lock, one at a
time starts it, and the last one to leave stops the pcscd that one of them started. Needs root or `sudo -n` to start it.
Clients: pcsc-lite without polkit (Debian 12) admits every local user; with polkit, users outside an active session need
a rule for `org.debian.pcsc-lite.access_pcsc` and `.access_card` (deploy/kiosk).

vpcd's ports lie where Linux takes the outgoing connections' own ports from (32768–60999): a connection that has one of
them when pcscd starts, or had it less than a minute before, leaves pcscd without its virtual reader. So the ports are
reserved before the start, and a pcscd of ours without vpcd is started again.
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
_VPCD_SECONDS = 2.0
_PORT_FREE_SECONDS = 90.0  # a closed connection keeps its port for 60 s
_DRIVER = Path("/etc/reader.conf.d/vpcd")
_RESERVED = "/proc/sys/net/ipv4/ip_local_reserved_ports"
_RESERVE = f"""
already=$(cat {_RESERVED}) && case "$already" in
*{FIRST_PORT}*) ;;
*) echo "${{already:+$already,}}{FIRST_PORT}-{SECOND_PORT}" > {_RESERVED} ;;
esac
"""


@contextmanager
def pcscd_running() -> Iterator[bool]:
    """Inside, pcscd runs and vpcd listens; True when it was started for us. Raises `ServiceMissing` with the reason."""
    with _locked("demado-pcscd", fcntl.LOCK_SH) as lock:
        try:
            with _locked("demado-pcscd-start", fcntl.LOCK_EX):
                started = _bring_up(lock)
            yield started
        finally:
            _stop_if_last(lock)


def _bring_up(lock: IO[str]) -> bool:
    until = time.monotonic() + _PORT_FREE_SECONDS
    started = False
    while True:
        if not _answers():
            _start(lock)
            started = True
        if _vpcd_listens():
            return started
        if time.monotonic() > until or not _DRIVER.exists() or not _stop_ours(lock):
            raise ServiceMissing("pcscd runs without vpcd (apt-get install vsmartcard-vpcd, then restart pcscd)")


def _answers() -> bool:
    with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
        probe.connect(str(_SOCKET))
        return True
    return False


def _start(lock: IO[str]) -> None:
    program = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        raise ServiceMissing("pcscd is not installed (apt-get install pcscd vsmartcard-vpcd)")
    _as_root("sh", "-c", _RESERVE)
    if _as_root(program):
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
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _stop_ours(lock)


def _stop_ours(lock: IO[str]) -> bool:
    """The lock file says whether one of us started the pcscd that runs; only that one is stopped."""
    lock.seek(0)
    ours = lock.read() == "started"
    lock.seek(0)
    lock.truncate()
    process_id = _PROCESS_ID.read_text(encoding="ascii").strip("\x00\n ") if ours and _PROCESS_ID.exists() else ""
    if not process_id.isdigit() or b"pcscd" not in _command_line(int(process_id)):
        return False
    if os.geteuid() == 0:
        os.kill(int(process_id), signal.SIGTERM)
    else:
        _as_root("kill", process_id)
    until = time.monotonic() + _START_SECONDS
    while _answers() and time.monotonic() < until:
        time.sleep(0.05)
    return True


def _as_root(*command: str) -> int:
    """The exit code. Raises `ServiceMissing` when we are not root and may not become it."""
    return subprocess.run(
        [*([] if os.geteuid() == 0 else _sudo()), *command], check=False, capture_output=True
    ).returncode


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


def _vpcd_listens() -> bool:
    until = time.monotonic() + _VPCD_SECONDS
    while not {FIRST_PORT, SECOND_PORT} <= _listening_ports():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _listening_ports() -> set[int]:
    """From the kernel's table: connecting to look would itself count as inserting a card."""
    ports = set()
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A":
            ports.add(int(fields[1].rsplit(":", 1)[1], 16))
    return ports


@contextmanager
def _locked(name: str, how: int) -> Iterator[IO[str]]:
    path = Path(tempfile.gettempdir()) / f"{name}-{os.getuid()}.lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        fcntl.flock(lock, how)
        yield lock
