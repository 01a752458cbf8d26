"""Where parked intakes stand sealed, so that a crash of the service costs nobody their answers.

Each is one file in `parked/`, AES-256-GCM (NIST SP 800-38D) under a key that lies in memory only (`ram_key`): made for
the first who is parked, destroyed when the last has gone. After a crash the next service reads them; after a power cut
nobody can, and what lies there is erased at the start. So nothing is synced: a power cut makes the file worthless
anyway. The slip's number is the file's name and bound into it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.errors import OutboxFault
from kiosk.outbox.files import FILE_MODE, free_bytes, make_private_folder, read_limited, wipe
from kiosk.outbox.gauges import Limits
from kiosk.outbox.ram_key import RamKey
from schemas.errors import IdentifierInvalid
from schemas.ids import SlipNumber

FOLDER = "parked"
_ENDING = ".parked"
_MAGIC = b"demado parked v1\x00"
_NONCE_BYTES = 12
_LIMIT = 64 * 1024 * 1024
_log = structlog.get_logger("lockup")


class Lockup:
    """Not safe for threads by itself: the desk's lock is around it. `key` None: nothing in memory to keep a key in, so
    nothing is kept. What the disk refuses is said in the log and by `holds`; parking goes on in memory."""

    def __init__(
        self,
        data: Path,
        key: RamKey | None,
        *,
        randomness: Callable[[int], bytes] = os.urandom,
        disk_low: int = Limits().disk_bytes[1],
    ) -> None:
        self._folder, self._ram, self._randomness, self._disk_low = data / FOLDER, key, randomness, disk_low
        self._key: bytes | None = None
        self._held: set[SlipNumber] = set()

    def contents(self) -> Mapping[SlipNumber, bytes]:
        """What a service before this one left; whatever cannot be read is erased."""
        self._key = self._ram.find() if self._ram else None
        found: dict[SlipNumber, bytes] = {}
        for path in sorted(self._folder.glob("*")):
            slip, content = _slip_of(path), None
            with suppress(OutboxFault):
                content = self._opened(slip, read_limited(path, _LIMIT)) if slip else None
            if slip is None or content is None:
                _log.info("parked intake unreadable")
                with suppress(OutboxFault):  # unreadable it is already
                    wipe(path)
            else:
                found[slip] = content
        self._held = set(found)
        self._without_key_when_empty()
        return found

    def holds(self, slip: SlipNumber) -> bool:
        """True when this one outlives a crash."""
        return slip in self._held

    def put(self, slip: SlipNumber, content: bytes) -> bool:
        """Seal and keep; False when it is in memory only."""
        self.drop(slip)
        try:
            sealed = self._sealed(slip, content)
            if sealed is not None:
                self._write(self._path(slip), sealed)
                self._held.add(slip)
        except OutboxFault as fault:
            _log.warning("parked intake not kept on the disk", code=fault.code)
            self._without_key_when_empty()
        return slip in self._held

    def drop(self, slip: SlipNumber) -> None:
        """Overwrite and delete. A file that cannot be is made unreadable: the key goes, for all of them."""
        if slip in self._held:
            self._held.discard(slip)
            self._wipe(self._path(slip))
            self._without_key_when_empty()

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────

    def _sealed(self, slip: SlipNumber, content: bytes) -> bytes | None:
        if self._ram is None:
            return None
        make_private_folder(self._folder)
        if free_bytes(self._folder) <= self._disk_low:
            raise OutboxFault("outbox.disk_low", "the room left is for sealed records")
        self._key = self._key or self._ram.make()
        nonce = self._randomness(_NONCE_BYTES)
        return _MAGIC + nonce + AESGCM(self._key).encrypt(nonce, content, _MAGIC + slip.encode())

    def _opened(self, slip: SlipNumber, sealed: bytes | None) -> bytes | None:
        if self._key is None or not sealed or not sealed.startswith(_MAGIC):
            return None
        rest = sealed[len(_MAGIC) :]
        try:
            return AESGCM(self._key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _MAGIC + slip.encode())
        except (InvalidTag, ValueError):
            return None

    def _write(self, path: Path, sealed: bytes) -> None:
        beside = path.with_suffix(".new")
        try:
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "wb") as file:
                file.write(sealed)
            beside.replace(path)
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            raise OutboxFault("outbox.file", f"a parked intake could not be written: {error.strerror}") from error

    def _wipe(self, path: Path) -> None:
        try:
            wipe(path)
        except OutboxFault as fault:
            _log.error("parked intake not erased, its key is destroyed instead", code=fault.code)
            self._held.clear()
            self._without_key_when_empty()

    def _without_key_when_empty(self) -> None:
        if self._ram is None or self._held:
            return
        self._key = None
        try:
            self._ram.destroy()
        except OutboxFault as fault:
            _log.error("key of parked intakes not destroyed", code=fault.code)

    def _path(self, slip: SlipNumber) -> Path:
        return self._folder / f"{slip}{_ENDING}"


def _slip_of(path: Path) -> SlipNumber | None:
    try:
        return SlipNumber.parse(path.name.removesuffix(_ENDING)) if path.name.endswith(_ENDING) else None
    except IdentifierInvalid:
        return None
