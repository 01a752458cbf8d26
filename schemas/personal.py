"""What of a visit is personal goes down locked: it opens with an attendant's PIN, in memory, and never otherwise.

Each attendant has an X25519 key pair made in the office. The private half goes down wrapped: AES-256-GCM (SP 800-38D)
under Argon2id of the PIN (RFC 9106). The data is encrypted once, under a content key that is sealed to the public half
of every attendant (HPKE, RFC 9180, base mode). So the office may change the data without knowing a PIN. A PIN of six
figures delays whoever holds the disk by hours, not for ever: that is why only names of people who booked lie here, and
why a lost device is told to forget.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.canonical import Octets, Wire
from schemas.ids import DeviceId, StaffId, VisitId

MEMORY_LIMIT = 1024 * 1024
WRAP_CONTEXT = b"demado attendant lock v1\x00"
SEAL_CONTEXT = b"demado personal key v1\x00"
DATA_CONTEXT = b"demado personal part v1\x00"


class PinLock(Wire):
    """An attendant's key pair, the private half locked by the PIN. `memory_kib`, `passes`, `lanes`: Argon2id's m, t, p.

    `wrapped`: nonce (12 bytes) ‖ AES-256-GCM of the raw private key; authenticated with it: `bound`.
    """

    format: Literal[1] = 1
    salt: Octets = Field(min_length=16, max_length=64)
    memory_kib: int = Field(ge=8, le=MEMORY_LIMIT)
    passes: int = Field(ge=1, le=64)
    lanes: int = Field(ge=1, le=16)
    public: Octets = Field(min_length=32, max_length=32)
    wrapped: Octets = Field(min_length=60, max_length=60)

    def bound(self, staff: StaffId) -> bytes:
        """What the wrapping authenticates: whose lock this is and how it is made."""
        return WRAP_CONTEXT + staff.encode() + b"\x00" + self.canonical(without=frozenset({"wrapped"}))


class NamedBooking(Wire):
    """Who stands behind a booking number."""

    number: str = Field(max_length=12)
    name: str = Field(max_length=80)


class PersonalData(Wire):
    """The plain text of the locked part."""

    format: Literal[1] = 1
    bookings: tuple[NamedBooking, ...] = Field(default=(), max_length=20_000)


class SealedKey(Wire):
    """The content key, sealed to one attendant: HPKE's `enc ‖ ciphertext`."""

    staff: StaffId
    sealed: Octets = Field(min_length=32, max_length=512)


class PersonalPart(Wire):
    """The locked part: the data under the content key (AES-256-GCM), and the content key for each attendant."""

    format: Literal[1] = 1
    nonce: Octets = Field(min_length=12, max_length=12)
    sealed: Octets = Field(min_length=16, max_length=4 * 1024 * 1024)
    keys: tuple[SealedKey, ...] = Field(max_length=1000)


def bound_to(device: DeviceId, visit: VisitId) -> bytes:
    """What the data's encryption authenticates: for which device and visit it was made."""
    return DATA_CONTEXT + f"{device}\x00{visit}".encode()


def key_info(device: DeviceId, visit: VisitId, staff: StaffId) -> bytes:
    """HPKE's `info` for a sealed content key."""
    return SEAL_CONTEXT + f"{device}\x00{visit}\x00{staff}".encode()
