"""Which slips had an intake open: what a crash of the service took is said by number, so that nobody waits in vain.

An open intake lives in memory only, and a parked one may not have been kept. A number does not tell who it is, so the
numbers of both are noted; after a restart the board asks the people of those that are not back to begin again.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from kiosk.outbox.files import read_limited, write_durably
from kiosk.web.hall.wire import KioskState, Word
from schemas.ids import SlipNumber, VisitId

_LIMIT = 256 * 1024


class Noted(Word):
    """`open`: at the kiosk or parked; `lost`: were so when the service before this one ended."""

    visit: VisitId
    open: tuple[SlipNumber, ...] = ()
    lost: tuple[SlipNumber, ...] = ()


class Openings:
    """Used by the venue's one loop and read by screens."""

    def __init__(self, file: Path) -> None:
        self._file = file
        before = _read(file)
        self._noted = before.model_copy(update={"lost": (*before.lost, *before.open), "open": ()}) if before else None

    def lost(self, visit: VisitId) -> tuple[SlipNumber, ...]:
        noted = self._noted
        return noted.lost if noted is not None and noted.visit == visit else ()

    def note(self, visit: VisitId, state: KioskState) -> None:
        """What is open now; written when it has changed. A number that is open again is lost no more."""
        slips = tuple(sorted({bay.slip for bay in state.parked} | ({state.slip} if state.slip else set())))
        lost = tuple(slip for slip in self.lost(visit) if slip not in slips)
        self._keep(Noted(visit=visit, open=slips, lost=lost))

    def forget(self, visit: VisitId) -> None:
        """Staff have seen it."""
        if self._noted is not None and self._noted.visit == visit:
            self._keep(self._noted.model_copy(update={"lost": ()}))

    def _keep(self, noted: Noted) -> None:
        if noted != self._noted:
            write_durably(self._file, noted.model_dump_json().encode())
            self._noted = noted


def _read(file: Path) -> Noted | None:
    try:
        return Noted.model_validate_json(read_limited(file, _LIMIT) or b"")
    except ValidationError:
        return None
