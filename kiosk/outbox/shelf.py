"""The visit bundle on disk: verified, replaced whole, never exchanged for an older one.

Of one visit the higher version is newer; when the device moves to another visit, the later `issued_at` is. What lies
on the disk is verified again at every start, because a disk is outside too.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from kiosk.errors import AnswerInvalid
from kiosk.outbox.files import read_limited, write_durably
from kiosk.outbox.keys import Identity, Keys
from kiosk.outbox.trust import read_bundle
from kiosk.outbox.uplink import BUNDLE_LIMIT
from schemas.visit import OfficeKey, SignedBundle, VisitBundle


class Shelf:
    """The newest verified bundle of one identity, and with it the office keys now believed."""

    def __init__(self, folder: Path, identity: Identity) -> None:
        self._path = folder / f"bundle-{identity.device}.json"
        self._keys = Keys(folder)
        self.identity = identity
        self.bundle: VisitBundle | None = None
        self.checked_at: datetime | None = None
        self.problem: str | None = None
        self._signer: OfficeKey | None = None
        self._putting = threading.Lock()
        self._take_down()

    @property
    def version(self) -> int:
        """What to tell the office we have; 0 for nothing."""
        return self.bundle.version if self.bundle else 0

    def take(self, body: bytes, *, at: datetime) -> bool:
        """The office's answer to "anything newer?", empty for no. True when a newer bundle lies here now. Raises
        `AnswerInvalid` when it is not to be believed, `OutboxFault` when it cannot be written; the old one stays."""
        with self._putting:
            newer = bool(body) and self._put(body)
            if self.bundle is not None:
                self._checked(at)
            return newer

    def _put(self, body: bytes) -> bool:
        signed, bundle = read_bundle(body, identity=self.identity)
        if not _newer(bundle, self.bundle):
            return False
        signer = _key_of(signed, self.identity)
        self._believe(bundle.office_keys + tuple(key for key in (signer, self._signer) if key))
        write_durably(self._path, body)
        self.bundle, self._signer = bundle, signer
        return True

    def _checked(self, at: datetime) -> None:
        """When the office last said that this is the newest; the file's own time keeps it over a restart."""
        self.checked_at = at
        with suppress(OSError):
            os.utime(self._path, (at.timestamp(), at.timestamp()))

    def _take_down(self) -> None:
        body = read_limited(self._path, BUNDLE_LIMIT)
        if body is None:
            return
        try:
            signed, self.bundle = read_bundle(body, identity=self.identity)
            self._signer = _key_of(signed, self.identity)
            self.checked_at = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
        except AnswerInvalid as error:
            self.problem = error.code  # the next bundle from the office replaces it

    def _believe(self, keys: tuple[OfficeKey, ...]) -> None:
        """The bundle's keys, its signer's, and the old bundle's: a power cut now must not orphan what lies here."""
        unique = tuple({key.key: key for key in keys}.values())
        if unique != self.identity.office_keys:
            self.identity = self.identity.model_copy(update={"office_keys": unique})
            self._keys.write_identity(self.identity)


def _newer(bundle: VisitBundle, known: VisitBundle | None) -> bool:
    if known is None:
        return True
    if bundle.visit == known.visit:
        return bundle.version > known.version
    return bundle.issued_at > known.issued_at


def _key_of(signed: SignedBundle, identity: Identity) -> OfficeKey:
    return next(key for key in identity.office_keys if key.key == signed.office_key)
