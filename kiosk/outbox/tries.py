"""How many wrong PINs were given on the tablet, kept beside the outbox: a restart of the service gives no fresh tries.

Who it was stands there as a hash of the staff id, nothing of the PIN. How long a name has been closed is not kept,
because the monotonic clock begins anew with the machine: what was closed is closed for the whole time again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import structlog
from pydantic import Field, TypeAdapter, ValidationError

from kiosk.errors import OutboxFault
from kiosk.outbox.files import read_limited, write_durably
from schemas.canonical import Wire, canonical_json, sha256_hex
from schemas.ids import StaffId

FILE = "tries.json"
EVERYBODY = "everybody"
_LIMIT = 256 * 1024
_log = structlog.get_logger("tries")


class Tries(Wire):
    """Wrong PINs in a row since the last right one or the last closing."""

    wrong: int = Field(ge=0, le=1000)
    closed: bool


_BOOK = TypeAdapter(dict[str, Tries])


def name_of(staff: StaffId) -> str:
    """A person's name in the book."""
    return sha256_hex(b"demado pin tries v1\x00" + staff.encode())[:16]


class TryBook:
    """One file, replaced whole. What cannot be read closes everybody once; what cannot be written (a full disk) is
    said in the log, and the count goes on in memory: staff must get at a kiosk whose disk is full."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def read(self) -> dict[str, Tries]:
        try:
            data = read_limited(self._path, _LIMIT)
            return {} if data is None else _BOOK.validate_json(data)
        except (OutboxFault, ValidationError):
            _log.warning("tries.damaged")
            return {EVERYBODY: Tries(wrong=0, closed=True)}

    def write(self, tries: Mapping[str, Tries]) -> None:
        """Durable when this returns."""
        try:
            write_durably(self._path, canonical_json({name: entry.model_dump() for name, entry in tries.items()}))
        except OutboxFault as fault:
            _log.warning("tries.not_written", code=fault.code)
