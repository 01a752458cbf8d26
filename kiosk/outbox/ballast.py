"""Room kept aside, so that a full disk never keeps packets from leaving it.

Noting a receipt and overwriting packets need some room for the WAL: about 1 MiB a portion, or once the size of a larger
packet. When somebody else has filled the disk, the ballast is thrown off to make it; it is taken on again later, and
until then nothing new is kept: else new packets would eat the room that the old ones need to leave.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from kiosk.outbox.files import FILE_MODE

BALLAST_BYTES = 4 * 1024 * 1024
_NAME = "ballast"


class Ballast:
    """A file of zeros with its blocks really taken (posix_fallocate(3))."""

    def __init__(self, folder: Path, *, size: int = BALLAST_BYTES) -> None:
        self._path = folder / _NAME
        self._size = size

    def take_on(self) -> bool:
        """True when the ballast is there. A disk without room for it is no fault."""
        if self._path.exists():
            return True
        try:
            handle = os.open(self._path, os.O_CREAT | os.O_WRONLY, FILE_MODE)
            try:
                os.posix_fallocate(handle, 0, self._size)
            finally:
                os.close(handle)
        except OSError:
            self.throw_off()
            return False
        return True

    def throw_off(self) -> bool:
        """True when room was made."""
        with suppress(OSError):
            self._path.unlink()
            return True
        return False
