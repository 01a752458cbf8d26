"""Recipient keys for sealed records: HPKE (RFC 9180), ML-KEM-768 + X25519 by default, X25519 where a rule asks for it.

Raw forms – public: ML-KEM encapsulation key (1184 bytes) ‖ X25519 (32); private: ML-KEM seed (64) ‖ X25519 (32).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from backoffice.kit.errors import Unopenable
from schemas.ids import KeyId
from schemas.packet import Packet, Suite

_SEED = 64
_SUITES = {
    Suite.MLKEM768_X25519_AES256GCM: hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
    Suite.X25519_AES256GCM: hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
}


def key_id_of(public: bytes) -> KeyId:
    """The fingerprint of any raw public key."""
    return KeyId(sha256(public).hexdigest()[:16])


@dataclass(frozen=True, repr=False)
class RecipientPrivate:
    """A private key records are opened with; its repr does not show it."""

    suite: Suite
    raw: bytes

    @classmethod
    def generate(cls, suite: Suite) -> RecipientPrivate:
        x25519 = X25519PrivateKey.generate().private_bytes_raw()
        if suite is Suite.X25519_AES256GCM:
            return cls(suite, x25519)
        return cls(suite, MLKEM768PrivateKey.generate().private_bytes_raw() + x25519)

    @property
    def public(self) -> bytes:
        x25519 = X25519PrivateKey.from_private_bytes(self.raw[-32:]).public_key().public_bytes_raw()
        if self.suite is Suite.X25519_AES256GCM:
            return x25519
        return MLKEM768PrivateKey.from_seed_bytes(self.raw[:_SEED]).public_key().public_bytes_raw() + x25519

    def open(self, packet: Packet) -> bytes:
        """The payload. `Unopenable` when header or ciphertext do not belong to this key."""
        if packet.header.suite is not self.suite:
            raise Unopenable("opening.suite_mismatch", "封緘方式が鍵と合いません。")
        try:
            return _SUITES[self.suite].decrypt(packet.ciphertext, self._loaded(), info=packet.header_bytes)
        except InvalidTag:
            raise Unopenable("opening.not_sealed_for_us", "封緘を開けませんでした。") from None

    def _loaded(self) -> X25519PrivateKey | hpke.MLKEM768X25519PrivateKey:
        x25519 = X25519PrivateKey.from_private_bytes(self.raw[-32:])
        if self.suite is Suite.X25519_AES256GCM:
            return x25519
        return hpke.MLKEM768X25519PrivateKey(MLKEM768PrivateKey.from_seed_bytes(self.raw[:_SEED]), x25519)
