"""The desk's own thread: turn after turn, with a rest in between that depends on what is going on."""

from __future__ import annotations

import threading
from collections.abc import Callable


class LiveLoop:
    """Calls `turn` until stopped; `turn` returns how many seconds to rest."""

    def __init__(self, turn: Callable[[], float]) -> None:
        self._turn = turn
        self._halt = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._halt.clear()
        self._thread = threading.Thread(target=self._run, name="desk loop", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._halt.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    @property
    def died(self) -> bool:
        """True when a turn raised: the thread is gone although nobody stopped it."""
        return self._thread is not None and not self._thread.is_alive() and not self._halt.is_set()

    def _run(self) -> None:
        while not self._halt.is_set():
            self._halt.wait(self._turn())
