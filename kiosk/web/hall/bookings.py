"""Which bookings were used in this venue: known at every kiosk within a second, and again after a restart.

Kept and told is a mark of the number, salted with the visit, never who came. The kiosks tell each other over the lines
they are paired by (`wire`); what one has heard it keeps, so that it holds with the other one gone.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

import structlog
from pydantic import Field, ValidationError

from kiosk.errors import KioskError
from kiosk.outbox.files import read_limited, write_durably
from kiosk.web.hall.wire import BookingMark, Word
from schemas.canonical import sha256_hex
from schemas.ids import VisitId

log = structlog.get_logger(__name__)
_LIMIT = 1024 * 1024


class Page(Word):
    """The bookings of one visit that were used."""

    visit: VisitId
    used: frozenset[BookingMark] = Field(default=frozenset())


class VenueBook:
    """A `BookingBook` on the disk. Safe from any thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._page = _read(file)
        self._elsewhere: Mapping[VisitId, frozenset[BookingMark]] = {}

    def note(self, visit: VisitId, number: str) -> None:
        self.learn(visit, (mark_of(visit, number),))

    def used(self, visit: VisitId, numbers: Iterable[str]) -> frozenset[str]:
        with self._lock:
            marks = self._of(visit).used | self._elsewhere.get(visit, frozenset())
        return frozenset(number for number in numbers if mark_of(visit, number) in marks) if marks else frozenset()

    def marks(self, visit: VisitId) -> tuple[BookingMark, ...]:
        """What was used, for the others."""
        with self._lock:
            return tuple(sorted(self._of(visit).used))

    def learn(self, visit: VisitId, marks: Iterable[BookingMark]) -> None:
        """These were used, here or at another kiosk. What cannot be written is known until the end of the service."""
        with self._lock:
            page = self._of(visit)
            after = page.model_copy(update={"used": page.used | frozenset(marks)})
            if after == page:
                return
            self._page = after
            try:
                write_durably(self._file, after.model_dump_json().encode())
            except KioskError as error:
                log.error("used bookings not written", code=error.code)

    def in_hand_elsewhere(self, visit: VisitId, marks: Iterable[BookingMark]) -> None:
        """Whose intake is open or parked at another kiosk now; this replaces what was said before."""
        with self._lock:
            self._elsewhere = {visit: frozenset(marks)}

    def _of(self, visit: VisitId) -> Page:
        return self._page if self._page is not None and self._page.visit == visit else Page(visit=visit)


def mark_of(visit: VisitId, number: str) -> BookingMark:
    """64 bits that tell a number again to whoever knows the number and the visit."""
    return sha256_hex(b"demado booking v1\x00" + f"{visit}\x00{number}".encode())[:16]


def _read(file: Path) -> Page | None:
    try:
        return Page.model_validate_json(read_limited(file, _LIMIT) or b"")
    except ValidationError:
        return None
