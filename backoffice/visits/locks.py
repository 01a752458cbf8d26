"""Locking what is personal in a bundle: a key pair for each attendant under their PIN, the data sealed to all of them.

The form is `schemas.personal`. The office needs a PIN once, when it is chosen; it is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from argon2 import DEFAULT_MEMORY_COST, DEFAULT_PARALLELISM, DEFAULT_TIME_COST
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.canonical import sha256_hex
from schemas.ids import DeviceId, StaffId, VisitId
from schemas.personal import PersonalPart, PinLock, SealedKey, bound_to, key_info

Randomness = Callable[[int], bytes]
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def make_lock(staff: StaffId, pin: str, *, randomness: Randomness) -> PinLock:
    """A fresh key pair, its private half locked by the PIN (Argon2id, RFC 9106's second recommended choice)."""
    private = X25519PrivateKey.generate()
    open_form = PinLock(
        salt=randomness(16), memory_kib=DEFAULT_MEMORY_COST, passes=DEFAULT_TIME_COST, lanes=DEFAULT_PARALLELISM,
        public=private.public_key().public_bytes_raw(), wrapped=bytes(60),
    )  # fmt: skip
    key = hash_secret_raw(
        pin.encode(), open_form.salt, time_cost=open_form.passes, memory_cost=open_form.memory_kib,
        parallelism=open_form.lanes, hash_len=32, type=Type.ID,
    )  # fmt: skip
    nonce = randomness(12)
    wrapped = nonce + AESGCM(key).encrypt(nonce, private.private_bytes_raw(), open_form.bound(staff))
    return open_form.model_copy(update={"wrapped": wrapped})


def fingerprint(names: bytes, locks: Iterable[tuple[StaffId, PinLock]], visit: VisitId) -> str:
    """Another one means: lock it anew. `names`: canonical bytes of a `PersonalData`."""
    people = "\n".join(f"{staff} {lock.public.hex()}" for staff, lock in locks)
    return sha256_hex(names + f"\n{visit}\n{people}".encode())


def lock_up(
    names: bytes,
    locks: Iterable[tuple[StaffId, PinLock]],
    *,
    device: DeviceId,
    visit: VisitId,
    randomness: Randomness,
) -> PersonalPart:
    """Canonical bytes of a `PersonalData` under a fresh content key, the key sealed to everybody."""
    key, nonce = randomness(32), randomness(12)
    return PersonalPart(
        nonce=nonce,
        sealed=AESGCM(key).encrypt(nonce, names, bound_to(device, visit)),
        keys=tuple(
            SealedKey(
                staff=staff,
                sealed=_SUITE.encrypt(
                    key, X25519PublicKey.from_public_bytes(lock.public), info=key_info(device, visit, staff)
                ),
            )
            for staff, lock in locks
        ),
    )
