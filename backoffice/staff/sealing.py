"""Authenticator secrets at rest: AES-256-GCM (NIST SP 800-38D) under a key derived from the office's storage key.

The derived key (HKDF-SHA-256, RFC 5869) serves nothing else; municipality and account are authenticated with it, so a
sealed secret moved to another row does not open. version u8 · storage key id (8 bytes) · nonce (12 bytes) · ciphertext
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backoffice.kit.errors import Unopenable
from backoffice.kit.keyring import RecordKeys
from backoffice.staff.models import Staff
from schemas.ids import KeyId

_VERSION: Final = b"\x01"
_PURPOSE: Final = b"demado staff secrets v1"


class Sealing:
    """Seals and opens the secrets of accounts."""

    def __init__(self, keys: RecordKeys, *, randomness: Callable[[int], bytes]) -> None:
        self._keys = keys
        self._randomness = randomness

    def seal(self, secret: bytes, staff: Staff, *, now: datetime) -> bytes:
        key = self._keys.current_storage(now)
        head = _VERSION + bytes.fromhex(key)
        nonce = self._randomness(12)
        return head + nonce + self._cipher(key).encrypt(nonce, secret, head + _of(staff))

    def open(self, sealed: bytes, staff: Staff) -> bytes:
        """The secret. `Unopenable` when it was changed, moved, or its key is not here."""
        head, nonce, text = sealed[:9], sealed[9:21], sealed[21:]
        try:
            return self._cipher(KeyId(head[1:].hex())).decrypt(nonce, text, head + _of(staff))
        except (InvalidTag, KeyError, ValueError):
            raise Unopenable("staff.secret_unopenable", "認証アプリの設定を読み取れません。") from None

    def _cipher(self, key: KeyId) -> AESGCM:
        return AESGCM(HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(self._keys.storage()[key]))


def _of(staff: Staff) -> bytes:
    return f"{staff.municipality_id}.{staff.id}".encode()
