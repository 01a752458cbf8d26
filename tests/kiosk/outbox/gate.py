"""A line that is down or up: a TCP proxy in front of an office. Down, every connection ends at once."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class Gate:
    """Begins up. `down` also cuts what is under way."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open = threading.Event()
        self._open.set()
        self._carried: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.down()
        self._listener.close()

    def up(self) -> None:
        self._open.set()

    def down(self) -> None:
        self._open.clear()
        for end in tuple(self._carried):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                kiosk, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(kiosk,), daemon=True).start()

    def _carry(self, kiosk: socket.socket) -> None:
        with kiosk, suppress(OSError):
            if not self._open.is_set():
                return
            with socket.create_connection(("127.0.0.1", self._port)) as office:
                self._carried |= {kiosk, office}
                back = threading.Thread(target=_pump, args=(office, kiosk), daemon=True)
                back.start()
                _pump(kiosk, office)
                back.join(5)
                self._carried -= {kiosk, office}


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
