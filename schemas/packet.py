"""The sealed packet: header in clear, payload only the municipality can open, signed by the device (v1).

    magic "DMDO" · version u8 · header length u32 · header (canonical JSON) · ciphertext · Ed25519 signature (64 bytes)

Integers are big-endian. The ciphertext is HPKE (RFC 9180) with the header bytes as `info`, so a header changed on
the way makes the ciphertext unopenable. The signature covers `signed_part()`, the hash of everything before it; the
packet id is SHA-256 of the whole frame, so that one pass over the bytes gives both. Nothing personal may stand in the
header.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Literal, Self

from pydantic import Field, ValidationError

from schemas.canonical import Wire
from schemas.errors import PacketMalformed
from schemas.ids import DeviceId, KeyId, MunicipalityCode, PacketId, RecordId, VisitId
from schemas.stamp import Stamp

MAGIC = b"DMDO"
VERSION = 1
SIGNATURE_BYTES = 64
HEADER_LIMIT = 16 * 1024
FRAME_LIMIT = 16 * 1024 * 1024
MEDIA_TYPE = "application/vnd.demado.packet"
_PREFIX = struct.Struct(">4sBI")
_SIGNING_CONTEXT = b"demado packet v1\x00"


class Suite(StrEnum):
    """HPKE suites a packet may use. The hybrid one is the default."""

    MLKEM768_X25519_AES256GCM = "mlkem768-x25519/hkdf-sha256/aes-256-gcm"
    X25519_AES256GCM = "x25519/hkdf-sha256/aes-256-gcm"


class PayloadType(StrEnum):
    """What the sealed payload holds."""

    INTAKE = "intake"


class PacketHeader(Wire):
    """The header in clear. `sequence` counts from 1 for each device; `previous` is the packet before it."""

    version: Literal[1] = 1
    suite: Suite
    recipient_key: KeyId
    municipality: MunicipalityCode
    device: DeviceId
    visit: VisitId
    sequence: int = Field(ge=1, lt=2**53)
    previous: PacketId | None
    record: RecordId
    sealed: Stamp
    payload: PayloadType = PayloadType.INTAKE


class FrameHash:
    """SHA-256 of a frame, in one pass: it stops before the signature for what is signed and goes on for the id."""

    def __init__(self, header_bytes: bytes, ciphertext: bytes) -> None:
        self._unsigned = sha256(_prefix(header_bytes) + header_bytes)
        self._unsigned.update(ciphertext)

    @property
    def signed_part(self) -> bytes:
        return _SIGNING_CONTEXT + self._unsigned.digest()

    def packet_id(self, signature: bytes) -> PacketId:
        whole = self._unsigned.copy()
        whole.update(signature)
        return PacketId(whole.hexdigest())


@dataclass(frozen=True)
class Packet:
    """A parsed frame. Parsing checks form only; the signature is checked where the device's key is known."""

    header: PacketHeader
    header_bytes: bytes
    ciphertext: bytes
    signature: bytes

    @property
    def frame(self) -> bytes:
        return frame_of(self.header_bytes, self.ciphertext, self.signature)

    @property
    def packet_id(self) -> PacketId:
        return self._hash.packet_id(self.signature)

    @property
    def signed_part(self) -> bytes:
        return self._hash.signed_part

    @cached_property
    def _hash(self) -> FrameHash:
        return FrameHash(self.header_bytes, self.ciphertext)

    @classmethod
    def parse(cls, frame: bytes) -> Self:
        """A packet from its frame. Raises `PacketMalformed` naming what was wrong; allocates no more than the frame."""
        if len(frame) > FRAME_LIMIT:
            raise PacketMalformed("packet.too_large", f"{len(frame)} bytes, limit {FRAME_LIMIT}")
        if len(frame) < _PREFIX.size:
            raise PacketMalformed("packet.truncated", "shorter than the fixed prefix")
        magic, version, header_length = _PREFIX.unpack_from(frame)
        if magic != MAGIC:
            raise PacketMalformed("packet.not_a_packet", "magic bytes missing")
        if version != VERSION:
            raise PacketMalformed("packet.version_unknown", f"version {version}")
        if header_length > HEADER_LIMIT:
            raise PacketMalformed("packet.header_too_large", f"header of {header_length} bytes")
        body = _PREFIX.size + header_length
        if len(frame) < body + SIGNATURE_BYTES + 1:
            raise PacketMalformed("packet.truncated", "ends before the signature")
        header_bytes = frame[_PREFIX.size : body]
        return cls(_parse_header(header_bytes), header_bytes, frame[body:-SIGNATURE_BYTES], frame[-SIGNATURE_BYTES:])


def signed_part(header_bytes: bytes, ciphertext: bytes) -> bytes:
    """The bytes a device signs: a context label and the hash of the frame up to the signature."""
    return FrameHash(header_bytes, ciphertext).signed_part


def frame_of(header_bytes: bytes, ciphertext: bytes, signature: bytes) -> bytes:
    """The frame from its parts."""
    return b"".join((_prefix(header_bytes), header_bytes, ciphertext, signature))


def _prefix(header_bytes: bytes) -> bytes:
    return _PREFIX.pack(MAGIC, VERSION, len(header_bytes))


def _parse_header(header_bytes: bytes) -> PacketHeader:
    try:
        header = PacketHeader.model_validate_json(header_bytes)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "header"
        raise PacketMalformed("packet.header_invalid", f"{place}: {first['type']}") from None
    if header.canonical() != header_bytes:
        raise PacketMalformed("packet.header_not_canonical", "header is not canonical JSON")
    return header
