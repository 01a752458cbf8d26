"""Opening the bundle's personal part with an attendant's PIN (schemas/personal.py says how it is locked).

What comes out is for memory only: nothing here writes. Tries are the caller's to limit; each costs Argon2id's time.
"""

from __future__ import annotations

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import ValidationError

from schemas.ids import StaffId
from schemas.personal import PersonalData, PinLock, bound_to, key_info
from schemas.visit import Attendant, VisitBundle

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_NONCE = 12


def open_personal(bundle: VisitBundle, attendant: Attendant, pin: str) -> PersonalData | None:
    """The personal part, or None: the bundle has none, none for this person, or this is not their PIN."""
    part, lock = bundle.personal, attendant.lock
    sealed = next((key.sealed for key in part.keys if key.staff == attendant.staff), None) if part else None
    if part is None or lock is None or sealed is None:
        return None
    try:
        private = _unlocked(lock, attendant.staff, pin)
        key = _SUITE.decrypt(sealed, private, info=key_info(bundle.device, bundle.visit, attendant.staff))
        plain = AESGCM(key).decrypt(part.nonce, part.sealed, bound_to(bundle.device, bundle.visit))
        return PersonalData.model_validate_json(plain)
    except (InvalidTag, HashingError, ValidationError, ValueError):
        return None


def _unlocked(lock: PinLock, staff: StaffId, pin: str) -> X25519PrivateKey:
    key = hash_secret_raw(
        pin.encode(), lock.salt, time_cost=lock.passes, memory_cost=lock.memory_kib, parallelism=lock.lanes,
        hash_len=32, type=Type.ID,
    )  # fmt: skip
    raw = AESGCM(key).decrypt(lock.wrapped[:_NONCE], lock.wrapped[_NONCE:], lock.bound(staff))
    return X25519PrivateKey.from_private_bytes(raw)
