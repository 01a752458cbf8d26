"""What an office signs and opens with, and how it refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from http_message_signatures import HTTPMessageVerifier, MappingKeyResolver
from http_message_signatures.algorithms import ED25519

from kiosk.outbox.keys import key_id
from schemas.packet import Packet, Suite
from schemas.problem import Problem
from schemas.protocol import (
    SIGNATURE_AGE_SECONDS,
)
from schemas.visit import OfficeKey, RecipientKey

CODE = "ABCDEFGHIJKLMNOP"


class Refusal(Exception):
    """Answered as problem+json."""

    def __init__(self, code: str, status: int, *, transient: bool = False) -> None:
        self.problem = Problem.of(code, status, code, transient=transient)


class SigningKey:
    """An office key."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        public = self.private.public_key().public_bytes_raw()
        self.public = OfficeKey(key=key_id(public), public=public)


class SealKey:
    """A recipient key with its private half, so that tests can open what was sealed."""

    def __init__(
        self, suite: Suite = Suite.MLKEM768_X25519_AES256GCM, *, not_before: datetime = datetime(2020, 1, 1, tzinfo=UTC)
    ) -> None:
        x25519, mlkem = X25519PrivateKey.generate(), MLKEM768PrivateKey.generate()
        hybrid = suite is Suite.MLKEM768_X25519_AES256GCM
        x_public, m_public = x25519.public_key().public_bytes_raw(), mlkem.public_key().public_bytes_raw()
        self.private = hpke.MLKEM768X25519PrivateKey(mlkem, x25519) if hybrid else x25519
        kem = hpke.KEM.MLKEM768_X25519 if hybrid else hpke.KEM.X25519
        self.suite = hpke.Suite(kem, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
        public = m_public + x_public if hybrid else x_public
        self.public = RecipientKey(key=key_id(public), suite=suite, public=public, not_before=not_before)

    def open(self, packet: Packet) -> bytes:
        return self.suite.decrypt(packet.ciphertext, self.private, info=packet.header_bytes)


class OfficeVerifier(HTTPMessageVerifier):
    """Checks age against the office's clock, not this machine's."""

    allow_label_only_selection = True

    def __init__(self, keys: dict[str, Ed25519PublicKey], now: datetime) -> None:
        super().__init__(
            signature_algorithm=ED25519, key_resolver=MappingKeyResolver(public_keys=dict(keys), private_keys={})
        )
        self._now = now

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        created = sig_input.params.get("created")
        if type(created) is not int or abs(self._now.timestamp() - created) > SIGNATURE_AGE_SECONDS:
            raise Refusal("request.signature_expired", 401)
