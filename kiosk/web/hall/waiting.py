"""The queue of this kiosk's venue, kept through restarts: numbers only, one file, one day of one visit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from kiosk.outbox.files import read_limited, write_durably
from kiosk.web.formats import JST
from kiosk.web.hall.queue import Queue
from schemas.visit import VisitBundle

_LIMIT = 4 * 1024 * 1024


class WaitingRoom:
    """The one queue; every change is durable before it is shown. Safe from any thread."""

    def __init__(self, file: Path, *, now: Callable[[], datetime]) -> None:
        self._file, self._now = file, now
        self._lock = threading.Lock()
        self._queue = _read(file)

    def queue(self, bundle: VisitBundle) -> Queue:
        with self._lock:
            return self._current(bundle)

    def change(self, bundle: VisitBundle, act: Callable[[Queue, datetime], Queue]) -> Queue:
        """The queue after `act(queue, now in Japan)`. What `act` raises leaves it as it was."""
        with self._lock:
            before = self._current(bundle)
            after = act(before, self._here())
            if after != before or self._queue is None:
                write_durably(self._file, after.model_dump_json().encode())
            self._queue = after
            return after

    def _current(self, bundle: VisitBundle) -> Queue:
        day = self._here().date()
        kept = self._queue
        fresh = kept if kept is not None and (kept.visit, kept.day) == (bundle.visit, day) else None
        return (fresh or Queue(visit=bundle.visit, day=day)).with_bookings(bundle.places)

    def _here(self) -> datetime:
        return self._now().astimezone(JST)


def _read(file: Path) -> Queue | None:
    try:
        return Queue.model_validate_json(read_limited(file, _LIMIT) or b"")
    except ValidationError:
        return None
