"""The opened payload: a ZIP with `record.json` and, when there is one, `photo.jpg`. Nothing in it is believed as it is.

Only these two names, each once, stored or deflated, unencrypted, within limits measured while reading; the photo is the
one the record speaks of (SHA-256) and a JPEG (ITU-T T.81) of the size the record says. All else is `Unopenable`.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from pydantic import ValidationError

from backoffice.kit.errors import Unopenable
from schemas.canonical import sha256_hex
from schemas.intake import IntakeRecord
from schemas.packet import PacketHeader

RECORD, PHOTO = "record.json", "photo.jpg"
RECORD_LIMIT = 256 * 1024
PHOTO_LIMIT = 12 * 1024 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
# Start-of-frame markers; C4, C8 and CC share their range and are not frames (T.81 table B.1).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Payload:
    """What a kiosk sealed, checked."""

    record: IntakeRecord
    photo: bytes | None


def read_payload(data: bytes, header: PacketHeader) -> Payload:
    """The record and the photo. Raises `Unopenable` with a code that says what was wrong."""
    parts = _unzip(data)
    if RECORD not in parts:
        raise _wrong("payload.record_missing")
    record = _record(parts[RECORD], header)
    photo = parts.get(PHOTO)
    _check_photo(record, photo)
    return Payload(record, photo)


def _unzip(data: bytes) -> dict[str, bytes]:
    limits = {RECORD: RECORD_LIMIT, PHOTO: PHOTO_LIMIT}
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                if entry.filename not in limits or entry.filename in parts:
                    raise _wrong("payload.unexpected_entry")
                if entry.compress_type not in _METHODS or entry.flag_bits & _ENCRYPTED:
                    raise _wrong("payload.unsupported_entry")
                parts[entry.filename] = _bounded(archive, entry, limits[entry.filename])
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise _wrong("payload.not_a_zip") from error
    return parts


def _bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """Reads at most one byte over the limit, whatever size the entry claims."""
    with archive.open(entry) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise _wrong("payload.entry_too_large")
    return content


def _record(data: bytes, header: PacketHeader) -> IntakeRecord:
    try:
        record = IntakeRecord.model_validate_json(data)
    except ValidationError as error:
        raise _wrong("payload.record_invalid") from error
    said = (record.record, record.municipality, record.device, record.visit)
    if said != (header.record, header.municipality, header.device, header.visit):
        raise _wrong("payload.header_mismatch")
    return record


def _check_photo(record: IntakeRecord, photo: bytes | None) -> None:
    if (record.photo is None) != (photo is None):
        raise _wrong("payload.photo_missing" if photo is None else "payload.photo_unexpected")
    if record.photo is None or photo is None:
        return
    if sha256_hex(photo) != record.photo.sha256:
        raise _wrong("payload.photo_changed")
    if jpeg_size(photo) != (record.photo.width, record.photo.height):
        raise _wrong("payload.photo_size")


def jpeg_size(data: bytes) -> tuple[int, int]:
    """(width, height) from the frame header. `Unopenable` when this is no JPEG."""
    if data[:2] != b"\xff\xd8":
        raise _wrong("payload.photo_not_jpeg")
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker in _FRAMES and at + 9 <= len(data):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        if length < 2 or marker == 0xDA:  # the scan begins: too late for a frame header
            break
        at += 2 + length
    raise _wrong("payload.photo_not_jpeg")


def _wrong(code: str) -> Unopenable:
    return Unopenable(code, "封緘の中身が正しくありません。")
