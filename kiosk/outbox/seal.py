"""Sealing: a record and its photo become a packet that only the municipality can open (HPKE, RFC 9180).

Suites: ML-KEM-768 with X25519 (hybrid, default) or X25519 alone, HKDF-SHA256, AES-256-GCM. The library takes no
`aad`, so the canonical header is HPKE's `info`. The sender's key is ephemeral inside HPKE: after sealing, this device
cannot open the packet. The payload is a ZIP, stored and without times, so that the same record gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from kiosk.errors import RecordUnfit
from kiosk.outbox.keys import DeviceKey, key_id
from schemas.canonical import sha256_hex
from schemas.ids import PacketId
from schemas.intake import IntakeRecord
from schemas.packet import FRAME_LIMIT, HEADER_LIMIT, FrameHash, PacketHeader, Suite, frame_of
from schemas.stamp import Stamp
from schemas.visit import RecipientKey

RECORD_FILE = "record.json"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_MLKEM768_BYTES = 1184  # encapsulation key, FIPS 203 table 3; X25519 follows with 32 bytes
_PAYLOAD_LIMIT = FRAME_LIMIT - HEADER_LIMIT - 4096  # room for the KEM's 1,120 bytes, tag, signature
PublicKey = X25519PublicKey | hpke.MLKEM768X25519PublicKey

_SUITES: dict[Suite, hpke.Suite] = {
    Suite.MLKEM768_X25519_AES256GCM: hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
    Suite.X25519_AES256GCM: hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
}


@dataclass(frozen=True)
class Sealed:
    """A packet ready to be stored. `packet_id`: SHA-256 of `frame`."""

    header: PacketHeader
    frame: bytes
    packet_id: PacketId


def require_evidence(record: IntakeRecord, photo: bytes | None) -> None:
    """Raises `RecordUnfit` when the record's evidence is not this photo's."""
    if (record.photo is None) != (photo is None):
        raise RecordUnfit("record.photo_missing", "photo and photo evidence come together or not at all")
    if record.photo is not None and photo is not None and sha256_hex(photo) != record.photo.sha256:
        raise RecordUnfit("record.photo_differs", "the photo is not the one the evidence speaks of")


def payload_of(record: IntakeRecord, photo: bytes | None) -> bytes:
    """The plaintext: ZIP with record.json and photo.jpg. `RecordUnfit` when it is too large for a packet."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry(RECORD_FILE), record.canonical())
        if record.photo is not None and photo is not None:
            archive.writestr(_entry(record.photo.file), photo)
    payload = file.getvalue()
    if len(payload) > _PAYLOAD_LIMIT:
        raise RecordUnfit("record.too_large", f"{len(payload)} bytes do not fit into a packet")
    return payload


def choose_recipient(keys: tuple[RecipientKey, ...], now: datetime) -> RecipientKey:
    """The newest key in force; the hybrid one of two equally new. With a clock before all of them: the oldest key,
    because a wrong clock never blocks an intake."""
    hybrid = Suite.MLKEM768_X25519_AES256GCM
    begun = [key for key in keys if key.not_before <= now]
    if begun:
        return max(begun, key=lambda key: (key.not_before, key.suite is hybrid))
    return min(keys, key=lambda key: (key.not_before, key.suite is not hybrid))


@lru_cache(maxsize=8)
def load_recipient(key: RecipientKey) -> PublicKey:
    """The public key in usable form. `ValueError` when the bytes are not a key of that suite or not of that id."""
    if key_id(key.public) != key.key:
        raise ValueError("recipient key does not have its own id")
    if key.suite is Suite.X25519_AES256GCM:
        return X25519PublicKey.from_public_bytes(key.public)
    return hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(key.public[:_MLKEM768_BYTES]),
        X25519PublicKey.from_public_bytes(key.public[_MLKEM768_BYTES:]),
    )


def check_recipient(key: RecipientKey) -> None:
    """Seal nothing to the key, to learn now what would fail at the counter. `ValueError` when it cannot be used."""
    _SUITES[key.suite].encrypt(b"", load_recipient(key))


def seal(
    record: IntakeRecord,
    payload: bytes,
    *,
    recipient: RecipientKey,
    key: DeviceKey,
    sequence: int,
    previous: PacketId | None,
    sealed: Stamp,
) -> Sealed:
    """The packet of one payload, signed by the device. `sealed` is the moment, `previous` the packet before."""
    header = PacketHeader(
        suite=recipient.suite,
        recipient_key=recipient.key,
        municipality=record.municipality,
        device=record.device,
        visit=record.visit,
        sequence=sequence,
        previous=previous,
        record=record.record,
        sealed=sealed,
    )
    header_bytes = header.canonical()
    ciphertext = _SUITES[recipient.suite].encrypt(payload, load_recipient(recipient), info=header_bytes)
    hashed = FrameHash(header_bytes, ciphertext)
    signature = key.sign(hashed.signed_part)
    return Sealed(header, frame_of(header_bytes, ciphertext, signature), hashed.packet_id(signature))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_ZIP_EPOCH)
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    return entry
