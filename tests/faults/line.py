"""A TCP line between kiosk and office that can be cut, slowed, and made to lose or repeat what goes over it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Trouble:
    """What happens to one connection. `up`/`down`: bytes let through in each direction before the cut, None for all.
    `delay`: seconds before each piece. `twice`: the whole request goes to the office a second time, unseen."""

    up: int | None = None
    down: int | None = None
    delay: float = 0.0
    twice: bool = False


class Line:
    """Listens on a port of its own; `trouble` is asked once a connection, None meaning a good line."""

    def __init__(self, office_port: int, trouble: Callable[[], Trouble | None]) -> None:
        self._office_port = office_port
        self._trouble = trouble
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.connections = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                kiosk, _peer = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._carry, args=(kiosk, self._trouble() or Trouble()), daemon=True).start()

    def _carry(self, kiosk: socket.socket, trouble: Trouble) -> None:
        with kiosk, suppress(OSError), socket.create_connection(("127.0.0.1", self._office_port), timeout=5) as office:
            office.settimeout(30)
            heard = bytearray()
            back = threading.Thread(target=_pump, args=(office, kiosk, trouble.down, trouble.delay), daemon=True)
            back.start()
            _pump(kiosk, office, trouble.up, trouble.delay, heard)
            back.join(30)
            if trouble.twice:
                self._repeat(bytes(heard))

    def _repeat(self, request: bytes) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._office_port), timeout=5) as office:
            office.settimeout(2)
            office.sendall(request)
            while office.recv(65536):
                pass


def _pump(
    source: socket.socket, sink: socket.socket, limit: int | None, delay: float, heard: bytearray | None = None
) -> None:
    """Carry bytes until the end, or cut both directions hard after `limit` bytes."""
    left = limit
    with suppress(OSError):
        while data := source.recv(16_384):
            time.sleep(delay)
            if heard is not None:
                heard += data
            if left is not None and len(data) >= left:
                sink.sendall(data[:left])
                _cut(source, sink)
                return
            sink.sendall(data)
            left = None if left is None else left - len(data)
        sink.shutdown(socket.SHUT_WR)


def _cut(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
