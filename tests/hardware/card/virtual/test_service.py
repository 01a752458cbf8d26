"""pcscd started, shared, restarted: on a service of this test's own, apart from the machine's."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hardware.card.errors import ServiceMissing
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.card import Mood
from hardware.card.virtual.service import pcscd_running
from hardware.card.virtual.slot import FIRST_PORT, SECOND_PORT, VirtualSlot
from hardware.card.virtual.states import CardMaker, CardState

pytestmark = pytest.mark.pcsc

_CONFIGURATION = """FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:{port:#x}
LIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so
CHANNELID {port:#x}
"""
_IN_A_NAMESPACE = 'mkdir -p /run/pcscd && mount --bind "$1" /run/pcscd && exec "$2" --foreground -c "$3"'


@dataclass
class _PrivatePcscd:
    """A pcscd with its own socket and port, in a mount namespace of its own; `start` and `stop` at will."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def socket(self) -> Path:
        return self.folder / "run" / "pcscd.comm"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PCSCLITE_CSOCK_NAME": str(self.socket)}

    def start(self) -> None:
        for name in ("run", "conf"):
            (self.folder / name).mkdir(exist_ok=True)
        (self.folder / "conf" / "vpcd").write_text(_CONFIGURATION.format(port=self.port))
        program = shutil.which("pcscd", path="/usr/sbin:/sbin:/usr/bin") or "pcscd"
        script = ["sh", "-c", _IN_A_NAMESPACE, "sh", str(self.folder / "run"), program, str(self.folder / "conf")]
        self.process = subprocess.Popen(
            ["unshare", "--mount", *script], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 5
        while not self.socket.exists():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                pytest.skip("this machine does not allow a mount namespace (root is needed)")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(5)
        self.process = None

    def card(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "hardware", "card", *arguments]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment
        )


@pytest.fixture
def private(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[_PrivatePcscd]:
    service = _PrivatePcscd(tmp_path, free_port())
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def today() -> CardMaker:
    return CardMaker(VirtualAuthority.create(datetime.now(UTC)), lambda: datetime.now(UTC))


def _line(process: subprocess.Popen[str]) -> dict[str, object]:
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    found: dict[str, object] = json.loads(out)
    return found


def test_without_pcscd_there_is_no_card_and_the_reason(private: _PrivatePcscd) -> None:
    private.stop()
    line = _line(private.card("--wait", "0"))
    assert line["verdict"] == "no_card"
    assert "PC/SC service" in str(line["reason"])


def test_a_pcscd_restarted_while_waiting_is_found_again(
    private: _PrivatePcscd, today: CardMaker, tmp_path: Path
) -> None:
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust" / "authority.pem").write_bytes(today.authority.pem)
    waiting = private.card("--wait", "20", "--trust", str(tmp_path / "trust"))
    time.sleep(1.0)
    private.stop()
    time.sleep(0.5)
    private.start()
    slot = VirtualSlot(private.port)
    slot.insert(today.card(CardState.VALID))
    assert _line(waiting)["verdict"] == "valid"
    slot.remove()


def test_a_pcscd_stopped_in_the_middle_is_removed(private: _PrivatePcscd, today: CardMaker) -> None:
    slot = VirtualSlot(private.port)
    card = today.card(CardState.VALID, mood=Mood(slow_s=0.2))
    slot.insert(card)
    checking = private.card("--wait", "5")
    until = time.monotonic() + 10
    while len(card.commands) < 4 and time.monotonic() < until:
        time.sleep(0.02)
    private.stop()
    assert _line(checking)["verdict"] == "removed"
    slot.remove()


def test_whoever_comes_second_shares_the_service() -> None:
    try:
        with pcscd_running(), pcscd_running() as started_again:
            assert not started_again
    except ServiceMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def port_in_use() -> Iterator[socket.socket]:
    """A connection of somebody else that was given vpcd's own port."""
    with socket.socket() as far, socket.socket() as near:
        far.bind(("127.0.0.1", 0))
        far.listen()
        try:
            near.bind(("127.0.0.1", FIRST_PORT))
        except OSError:
            pytest.skip("pcscd runs already")
        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # leaves no TIME_WAIT
        near.connect(far.getsockname())
        yield near


def test_a_connection_on_the_readers_port_only_delays_it(port_in_use: socket.socket) -> None:
    closing = threading.Timer(0.5, port_in_use.close)
    closing.start()
    try:
        with pcscd_running() as started:
            assert started
            assert str(FIRST_PORT) in Path("/proc/sys/net/ipv4/ip_local_reserved_ports").read_text("ascii")
    except ServiceMissing as missing:
        pytest.skip(str(missing))
    finally:
        closing.join()


def test_a_card_leaves_with_the_process_that_put_it_there(pcscd: None, tmp_path: Path) -> None:
    """Killed, not asked: the slot is free again for others."""
    card = [sys.executable, "-m", "hardware", "virtual-card", "--port", str(SECOND_PORT), "--with-parent"]
    program = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program, *card], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert json.loads(parent.stdout.readline())["event"] == "inserted"
        parent.kill()
        assert json.loads(parent.stdout.readline())["event"] == "removed"
    slot = VirtualSlot(SECOND_PORT)
    slot.claim(wait_s=5)
    slot.remove()


def test_the_virtual_card_command_and_the_card_command_meet(pcscd: None, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hardware"]
    virtual = [*command, "virtual-card", "--port", str(SECOND_PORT), "--state", "revoked", "--out", str(tmp_path)]
    with subprocess.Popen(virtual, stdout=subprocess.PIPE, text=True) as card:
        assert card.stdout is not None
        inserted = json.loads(card.stdout.readline())
        read = ["card", "--reader", inserted["reader"], "--trust", inserted["trust"], "--crl", inserted["crl"]]
        done = subprocess.run([*command, *read], stdout=subprocess.PIPE, text=True, check=False, timeout=60)
        card.send_signal(signal.SIGINT)
        assert json.loads(card.stdout.readline())["event"] == "removed"
    assert (card.returncode, done.returncode) == (0, 1)
    assert json.loads(done.stdout)["verdict"] == "revoked"
