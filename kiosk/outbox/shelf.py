"""The visit bundle on disk: verified, replaced whole, never exchanged for an older one.

Of one visit the higher version is newer; when the device moves to another visit, the later `issued_at` is. What lies
on the disk is verified again at every start, because a disk is outside too. Only parts that changed come down; here
they are always put together and kept whole.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from kiosk.errors import AnswerInvalid
from kiosk.outbox.card_trust import lay_out
from kiosk.outbox.files import read_limited, wipe, write_durably
from kiosk.outbox.keys import Identity, Keys
from kiosk.outbox.stubs import Counts
from kiosk.outbox.trust import read_bundle
from kiosk.outbox.vitals import arrivals, vitals
from schemas.bundle import BUNDLE_LIMIT, Part, SignedBundle, holds
from schemas.visit import OfficeKey, VisitBundle

_DISK_LIMIT = 2 * BUNDLE_LIMIT
CameOf = Callable[[VisitBundle], Iterable[str] | None]
"""Booking numbers of a visit whose people have come, as the venue knows; None: nobody here knows."""


class Shelf:
    """The newest verified bundle of one identity, and with it the office keys now believed."""

    def __init__(self, folder: Path, identity: Identity, *, came: CameOf = lambda _bundle: None) -> None:
        self._came = came
        self._folder, self._path = folder, folder / f"bundle-{identity.device}.json"
        self._keys = Keys(folder)
        self.identity = identity
        self.bundle: VisitBundle | None = None
        self.checked_at: datetime | None = None
        self.problem: str | None = None
        self._signer: OfficeKey | None = None
        self._parts: tuple[Part, ...] = ()
        self._putting = threading.Lock()
        self._take_down()

    @property
    def version(self) -> int:
        """What to tell the office we have; 0 for nothing."""
        return self.bundle.version if self.bundle else 0

    def question(self, counts: Counts) -> dict[str, str]:
        """What to ask the office with: what lies here, how far this device has sealed and sent, who has come, how the
        machine is."""
        bundle = self.bundle
        came = self._came(bundle) if bundle else None
        told = arrivals(bundle.visit, came) if bundle and came is not None else {}
        return (
            vitals(self._folder)
            | told
            | {
                "have": str(self.version),
                "holds": holds(self._parts),
                "sealed": str(counts.captured),
                "unsent": str(counts.unsent + counts.refused),
            }
        )

    def take(self, body: bytes, *, at: datetime) -> bool:
        """The office's answer to "anything newer?", empty for no. True when a newer bundle lies here now. Raises
        `AnswerInvalid` when it is not to be believed, `OutboxFault` when it cannot be written; the old one stays."""
        with self._putting:
            try:
                newer = bool(body) and self._put(body)
            except AnswerInvalid as error:
                if error.code == "bundle.part_missing":
                    self._parts = ()  # next time everything comes
                raise
            if self.bundle is not None:
                self._checked(at)
            return newer

    def _put(self, body: bytes) -> bool:
        signed, bundle = read_bundle(body, identity=self.identity, held=self._parts)
        if not _newer(bundle, self.bundle):
            return False
        signer = _key_of(signed, self.identity)
        self._believe(bundle, bundle.office_keys + tuple(key for key in (signer, self._signer) if key))
        write_durably(self._path, signed.canonical())
        self.bundle, self._signer, self._parts = bundle, signer, signed.parts
        lay_out(bundle.card_trust, self._folder)
        return True

    def clear(self) -> None:
        """Forget the visit: in memory and on the disk."""
        with self._putting:
            self.bundle, self._parts, self.checked_at = None, (), None
            wipe(self._path)
            lay_out(None, self._folder)

    def _checked(self, at: datetime) -> None:
        """When the office last said that this is the newest; the file's own time keeps it over a restart."""
        self.checked_at = at
        with suppress(OSError):
            os.utime(self._path, (at.timestamp(), at.timestamp()))

    def _take_down(self) -> None:
        body = read_limited(self._path, _DISK_LIMIT)
        if body is None:
            return
        try:
            signed, self.bundle = read_bundle(body, identity=self.identity)
            self._signer, self._parts = _key_of(signed, self.identity), signed.parts
            self.checked_at = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
        except AnswerInvalid as error:
            self.problem = error.code  # the next bundle from the office replaces it

    def _believe(self, bundle: VisitBundle, keys: tuple[OfficeKey, ...]) -> None:
        """The bundle's keys, its signer's, and the old bundle's: a power cut now must not orphan what lies here. The
        name is the office's to give."""
        unique = tuple({key.key: key for key in keys}.values())
        told = {"office_keys": unique, "name": bundle.device_name or self.identity.name}
        if told != {"office_keys": self.identity.office_keys, "name": self.identity.name}:
            self.identity = self.identity.model_copy(update=told)
            self._keys.write_identity(self.identity)


def _newer(bundle: VisitBundle, known: VisitBundle | None) -> bool:
    if known is None:
        return True
    if bundle.visit == known.visit:
        return bundle.version > known.version
    return bundle.issued_at > known.issued_at


def _key_of(signed: SignedBundle, identity: Identity) -> OfficeKey:
    return next(key for key in identity.office_keys if key.key == signed.office_key)
