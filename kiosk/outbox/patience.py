"""How long a request may take in all: a line that only dribbles must not hold the one sender.

The client's own timeouts bound each read, never their sum; a broken proxy that gives a byte now and then would keep the
courier for days. Up to the answer's headers a timer shuts the socket (shutdown(2) wakes whoever reads from it); after
them whoever reads the body asks `from_now`'s answer after each piece.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any  # the client's trace events


@dataclass(frozen=True)
class Patience:
    """`seconds` for any request, and as much more as a slow mobile line needs for its bytes."""

    seconds: float = 60.0
    octets_a_second: int = 2_048

    def limit(self, octets: int) -> float:
        """Seconds that so many bytes may take."""
        return self.seconds + octets / self.octets_a_second

    def from_now(self, monotonic: Callable[[], float]) -> Callable[[int], bool]:
        """Tells, from now on, whether so few bytes should have come long before."""
        began = monotonic()
        return lambda octets: monotonic() - began > self.limit(octets)


class Cutter:
    """Knows the connection in use; one request at a time."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """The client's `trace` extension: remember the newest connection."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Shut the connection when this takes longer; whoever reads then gets the client's own error."""
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
