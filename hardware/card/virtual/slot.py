"""A slot of vpcd, the virtual reader driver of pcscd: our side of its protocol (vsmartcard, virtualsmartcard/src/vpcd).

The driver listens on one TCP port a slot (35963, 35964); a card is whoever is connected. Messages are a two-byte length
and that many bytes; one byte alone is control: 0 off, 1 on, 2 reset, 4 give the ATR. The driver accepts one card a slot
and leaves a second one waiting unheard, so a card counts as inserted when the driver has asked it something, and a file
lock keeps two programs off one slot. Without TCP_NODELAY and quick acknowledgement on our side, the driver's control
byte followed by a question costs 40 ms (Nagle against delayed acknowledgement).
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from hardware.card.errors import ReaderBusy, ServiceMissing
from hardware.card.virtual.card import TORN_ANSWER, VirtualCard

FIRST_PORT = 35963
SECOND_PORT = 35964
_OFF, _GIVE_ATR = 0, 4
# pcscd looks at the slot every 0.4 s (from the cut to the hanging up of its driver: 405 ms at most on an idle machine,
# 476 ms with six busy processes on two cores).
# After a cut in the middle of a command the driver hangs up at once while pcscd has yet to look: a card put back before
# that look stays unseen. So a removal lasts until the driver has hung up, and this long at least.
UNTIL_NOTICED_S = 0.5
_MOST_UNTIL_NOTICED_S = 10.0
_VPCD_SECONDS = 2.0


def reader_name(port: int) -> str:
    """The PC/SC name of the slot."""
    return f"Virtual PCD 00 {port - FIRST_PORT:02d}"


class VirtualSlot:
    """One slot; `insert` and `remove` are what a hand would do. Usable as `with slot.holding(card)`."""

    def __init__(
        self, port: int = FIRST_PORT, *, host: str = "127.0.0.1", until_noticed_s: float = UNTIL_NOTICED_S
    ) -> None:
        """`until_noticed_s` 0: the next card comes before pcscd has looked, as when a hand is quick."""
        self._address = (host, port)
        self._until_noticed_s = until_noticed_s
        self._connection: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._lock: IO[str] | None = None
        self._heard = threading.Event()
        self._gone = threading.Event()
        self._left_at = 0.0

    @property
    def reader(self) -> str:
        return reader_name(self._address[1])

    def claim(self, *, wait_s: float = 10.0) -> None:
        """Keep the slot, empty for now: no other program of this machine inserts a card before `remove`. Raises
        `ReaderBusy`."""
        if self._lock is None:
            self._lock = _take_lock(self._address[1], time.monotonic() + wait_s)

    def insert(self, card: VirtualCard, *, wait_s: float = 10.0) -> None:
        """Returns when the driver sees the card. Raises `ServiceMissing` (no vpcd), `ReaderBusy` (slot taken)."""
        until = time.monotonic() + wait_s
        if self._connection is not None:
            raise ReaderBusy("this slot holds a card already")
        self.claim(wait_s=wait_s)
        try:
            self._connection = _connect(self._address, min(until, time.monotonic() + _VPCD_SECONDS))
        except ServiceMissing:
            self.remove()
            raise
        self._heard.clear()
        self._gone.clear()
        self._thread = threading.Thread(target=self._serve, args=(self._connection, card), daemon=True)
        self._thread.start()
        if not self._heard.wait(max(0.1, until - time.monotonic())):
            self.remove()
            raise ReaderBusy("the slot is taken by another card, or pcscd does not look at it")

    def remove(self) -> None:
        """Returns when the driver has noticed and pcscd has looked. Harmless when no card is in."""
        if self._connection is not None:
            self._take_away(self._connection)
        if self._thread is not None:
            self._thread.join(timeout=_MOST_UNTIL_NOTICED_S)
            time.sleep(max(0.0, self._left_at + self._until_noticed_s - time.monotonic()))
        if self._lock is not None:
            self._lock.close()
        self._connection = self._thread = self._lock = None

    def wait_until_gone(self, seconds: float | None = None) -> bool:
        """True when the card has left by itself or pcscd has stopped."""
        return self._gone.wait(seconds)

    def _serve(self, connection: socket.socket, card: VirtualCard) -> None:
        try:
            while (message := _receive(connection)) is not None:
                self._heard.set()
                answer = _control(card, message[0]) if len(message) == 1 else card.transmit(message)
                if answer is None:
                    if card.mood.tear:
                        connection.sendall(struct.pack(">H", 64) + TORN_ANSWER)
                    break
                if answer:
                    connection.sendall(struct.pack(">H", len(answer)) + answer)
        except OSError:
            pass
        finally:
            card.power_off()
            self._gone.set()
            self._take_away(connection)
            _await_hang_up(connection)
            connection.close()
            self._left_at = time.monotonic()

    def _take_away(self, connection: socket.socket) -> None:
        """A quick hand does not wait for the driver, nor does a card that the driver has never asked anything."""
        noticed = self._until_noticed_s > 0 and self._heard.is_set()
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR if noticed else socket.SHUT_RDWR)


def _connect(address: tuple[str, int], until: float) -> socket.socket:
    """A pcscd that has just started may not listen yet. Raises `ServiceMissing`."""
    while True:
        try:
            connection = socket.create_connection(address, timeout=_VPCD_SECONDS)
            break
        except OSError as error:
            if time.monotonic() > until:
                raise ServiceMissing("no vpcd listens; is pcscd running with vsmartcard-vpcd installed?") from error
            time.sleep(0.05)
    connection.settimeout(None)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _control(card: VirtualCard, code: int) -> bytes:
    """Only the ATR is answered."""
    if code == _OFF:
        card.power_off()
    return card.atr if code == _GIVE_ATR else b""


def _receive(connection: socket.socket) -> bytes | None:
    head = _exactly(connection, 2)
    if head is None:
        return None
    return _exactly(connection, struct.unpack(">H", head)[0])


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    content = b""
    while len(content) < size:
        if hasattr(socket, "TCP_QUICKACK"):  # the kernel forgets the option after use
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = connection.recv(size - len(content))
        if not part:
            return None
        content += part
    return content


def _await_hang_up(connection: socket.socket) -> None:
    """Until the other side has closed, or has never noticed."""
    with suppress(OSError):
        connection.settimeout(_MOST_UNTIL_NOTICED_S)
        while connection.recv(256):
            pass


def _take_lock(port: int, until: float) -> IO[str]:
    """One card a slot over all programs of this machine. Raises `ReaderBusy`."""
    path = Path(tempfile.gettempdir()) / f"demado-vpcd-{port}-{os.getuid()}.lock"
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            if time.monotonic() > until:
                file.close()
                raise ReaderBusy("another virtual card holds the slot") from None
            time.sleep(0.05)
