"""Work that may hang in a driver: done in a thread of its own, given up after a silence, one piece at a time.

PC/SC has no way to end a command that a card or reader never answers. The thread is left to itself then; until it comes
back the desk says that it is busy.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from hardware.card import Transport

_T = TypeVar("_T")
_STEP_SECONDS = 0.25


class Watchdog:
    """`silence_s`: how long the work may go without `alive()`."""

    def __init__(self, silence_s: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._silence_s = silence_s
        self._monotonic = monotonic
        self._busy = threading.Lock()
        self._heard_at = 0.0

    @property
    def busy(self) -> bool:
        return self._busy.locked()

    def alive(self) -> None:
        """The work is getting on."""
        self._heard_at = self._monotonic()

    def run(self, work: Callable[[], _T], *, busy: _T, hung: _T) -> _T:
        """The result of `work`; `busy` when an earlier piece is still at it, `hung` when this one fell silent."""
        if not self._busy.acquire(blocking=False):
            return busy
        self.alive()
        results: list[_T] = []
        finished = threading.Event()
        threading.Thread(target=self._work, args=(work, results, finished), name="card", daemon=True).start()
        while not finished.wait(min(_STEP_SECONDS, self._silence_s)):
            if self._monotonic() - self._heard_at > self._silence_s:
                break
        return results[0] if results else hung

    def _work(self, work: Callable[[], _T], results: list[_T], finished: threading.Event) -> None:
        try:
            results.append(work())
        finally:
            self._busy.release()
            finished.set()


class WatchedTransport:
    """Every answered command is a sign of life."""

    def __init__(self, transport: Transport, alive: Callable[[], None]) -> None:
        self._transport = transport
        self._alive = alive

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        answer = self._transport.transmit(apdu)
        self._alive()
        return answer
