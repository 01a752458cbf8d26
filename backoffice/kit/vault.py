"""Photos at rest: AES-256-GCM (NIST SP 800-38D) under the keyring's storage key; the blob key is authenticated with it.

magic "DMDV" · version u8 · storage key id (8 bytes) · nonce (12 bytes) · ciphertext with tag
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Mapping
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backoffice.kit.blobs import Blobs, sharded
from backoffice.kit.errors import Unopenable
from backoffice.kit.keyring import RecordKeys
from schemas.canonical import sha256_hex
from schemas.ids import KeyId

_PREFIX = struct.Struct(">4sB8s12s")
_MAGIC = b"DMDV"


class Vault:
    """Encrypts before storing, decrypts after reading."""

    def __init__(
        self,
        blobs: Blobs,
        keys: RecordKeys,
        *,
        now: Callable[[], datetime],
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._blobs = blobs
        self._keys: Mapping[KeyId, bytes] = keys.storage()
        self._current = keys.current_storage
        self._now = now
        self._randomness = randomness

    def put(self, data: bytes, *, municipality: str, of: str) -> str:
        """Store what belongs to `of`, e.g. a packet's photo; returns the blob's key. The same `of` again – a job run
        twice – stores nothing new."""
        blob = sharded("photos", municipality, sha256_hex(b"demado vault\x00" + of.encode()))
        key = self._current(self._now())
        nonce = self._randomness(12)
        prefix = _PREFIX.pack(_MAGIC, 1, bytes.fromhex(key), nonce)
        self._blobs.put(blob, prefix + AESGCM(self._keys[key]).encrypt(nonce, data, prefix + blob.encode()))
        return blob

    def get(self, blob: str) -> bytes:
        """The bytes. `NotFound` when there are none, `Unopenable` when they were changed or the key is not here."""
        stored = self._blobs.get(blob)
        try:
            magic, version, key, nonce = _PREFIX.unpack_from(stored)
            if (magic, version) != (_MAGIC, 1):
                raise Unopenable("vault.not_ours", "保管された写真の形式が正しくありません。")
            cipher = AESGCM(self._keys[KeyId(key.hex())])
            return cipher.decrypt(nonce, stored[_PREFIX.size :], stored[: _PREFIX.size] + blob.encode())
        except struct.error:
            raise Unopenable("vault.not_ours", "保管された写真の形式が正しくありません。") from None
        except KeyError:
            raise Unopenable("vault.key_missing", "写真の保管鍵がこの事務所にありません。") from None
        except InvalidTag:
            raise Unopenable("vault.changed", "保管された写真が書き換えられています。") from None

    def delete(self, blob: str) -> None:
        self._blobs.delete(blob)
