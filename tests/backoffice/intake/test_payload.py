"""The payload's parser refuses everything that is not exactly a record and its photo, in its own words."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from backoffice.intake.payload import PHOTO_LIMIT, RECORD_LIMIT, jpeg_size, read_payload
from backoffice.kit.errors import Unopenable
from schemas.canonical import sha256_hex
from schemas.ids import DeviceId, KeyId, VisitId
from schemas.intake import IntakeRecord
from schemas.packet import PacketHeader, Suite
from schemas.stamp import Stamp
from tests.backoffice.counter import zipped
from tests.factories import KORIYAMA, MORNING, intake_record, jpeg_photo, photo_evidence, uuid7

PHOTO = jpeg_photo(1)


def header_of(record: IntakeRecord, **changes: Any) -> PacketHeader:
    header = PacketHeader(
        suite=Suite.MLKEM768_X25519_AES256GCM,
        recipient_key=KeyId("a" * 16),
        municipality=record.municipality,
        device=record.device,
        visit=record.visit,
        sequence=1,
        previous=None,
        record=record.record,
        sealed=Stamp(at=MORNING),
    )
    return header.model_copy(update=changes)


def failure(data: bytes, header: PacketHeader) -> str:
    with pytest.raises(Unopenable) as refused:
        read_payload(data, header)
    return refused.value.code


def archive(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, content in entries:
            made.writestr(name, content)
    return file.getvalue()


def test_record_and_photo_come_out_as_they_went_in() -> None:
    record = intake_record(photo=PHOTO)
    payload = read_payload(zipped(record, PHOTO), header_of(record))
    assert (payload.record, payload.photo) == (record, PHOTO)


def test_deflated_payload_is_read_too() -> None:
    record = intake_record()
    data = archive(("record.json", record.canonical()), method=zipfile.ZIP_DEFLATED)
    assert read_payload(data, header_of(record)).record == record


@pytest.mark.parametrize(
    "name", ["../record.json", "/etc/passwd", "record.json/", "photo.JPG", "photos/photo.jpg", " "]
)
def test_any_other_name_is_refused(name: str) -> None:
    record = intake_record()
    data = archive(("record.json", record.canonical()), (name, b"x"))
    assert failure(data, header_of(record)) in ("payload.unexpected_entry", "payload.not_a_zip")


def test_same_name_twice_is_refused() -> None:
    record = intake_record()
    with pytest.warns(UserWarning, match="Duplicate"):
        data = archive(("record.json", record.canonical()), ("record.json", b"{}"))
    assert failure(data, header_of(record)) == "payload.unexpected_entry"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(method: int) -> None:
    record = intake_record()
    data = archive(("record.json", record.canonical()), method=method)
    assert failure(data, header_of(record)) == "payload.unsupported_entry"


def test_encrypted_entry_is_refused() -> None:
    record = intake_record()
    data = bytearray(archive(("record.json", record.canonical())))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert failure(bytes(data), header_of(record)) == "payload.unsupported_entry"


@pytest.mark.parametrize(("name", "limit"), [("record.json", RECORD_LIMIT), ("photo.jpg", PHOTO_LIMIT)])
def test_bomb_is_refused_after_one_byte_too_many(name: str, limit: int) -> None:
    record = intake_record()
    data = archive((name, bytes(limit + 1)), method=zipfile.ZIP_DEFLATED)
    assert len(data) < limit / 100
    assert failure(data, header_of(record)) == "payload.entry_too_large"


def test_size_understated_in_the_directory_does_not_let_more_in() -> None:
    record = intake_record()
    data = bytearray(archive(("photo.jpg", bytes(PHOTO_LIMIT + 1)), method=zipfile.ZIP_DEFLATED))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 10)
    assert failure(bytes(data), header_of(record)) in ("payload.not_a_zip", "payload.record_missing")


def test_payload_without_a_record_is_refused() -> None:
    assert failure(archive(("photo.jpg", PHOTO)), header_of(intake_record())) == "payload.record_missing"


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"schema_version":2}', b"{" * 10_000])
def test_record_that_is_no_intake_record_is_refused(content: bytes) -> None:
    assert failure(archive(("record.json", content)), header_of(intake_record())) == "payload.record_invalid"


@pytest.mark.parametrize(
    "changes", [{"municipality": KORIYAMA}, {"device": uuid7(DeviceId, 2)}, {"visit": uuid7(VisitId, 2)}]
)
def test_record_of_another_header_is_refused(changes: dict[str, Any]) -> None:
    record = intake_record()
    assert failure(zipped(record), header_of(record, **changes)) == "payload.header_mismatch"


def test_photo_is_there_exactly_when_the_record_speaks_of_one() -> None:
    with_photo, without = intake_record(photo=PHOTO), intake_record()
    assert failure(zipped(with_photo), header_of(with_photo)) == "payload.photo_missing"
    assert failure(zipped(without, PHOTO), header_of(without)) == "payload.photo_unexpected"


def test_exchanged_photo_is_refused() -> None:
    record = intake_record(photo=PHOTO)
    assert failure(zipped(record, jpeg_photo(2)), header_of(record)) == "payload.photo_changed"


def _claiming(photo: bytes, **changes: Any) -> IntakeRecord:
    return intake_record().model_copy(update={"photo": photo_evidence(PHOTO).model_copy(update=changes)})


@pytest.mark.parametrize(
    "photo", [b"", b"\x89PNG\r\n", b"\xff\xd8", b"\xff\xd8\xff\xda\x00\x08", b"\xff\xd8\xff\xe0\x00\x00"]
)
def test_photo_that_is_no_jpeg_is_refused(photo: bytes) -> None:
    record = _claiming(photo, sha256=sha256_hex(photo))
    assert failure(zipped(record, photo), header_of(record)) == "payload.photo_not_jpeg"


def test_photo_of_another_size_than_recorded_is_refused() -> None:
    record = _claiming(PHOTO, width=701)
    assert failure(zipped(record, PHOTO), header_of(record)) == "payload.photo_size"


def test_jpeg_size_is_read_from_the_frame_header() -> None:
    assert jpeg_size(jpeg_photo(3, width=540, height=700)) == (540, 700)


@settings(max_examples=300, deadline=None)
@given(some.binary(max_size=200))
def test_jpeg_header_parser_raises_its_own_error_only(data: bytes) -> None:
    try:
        width, height = jpeg_size(b"\xff\xd8" + data)
        assert 0 <= width < 2**16
        assert 0 <= height < 2**16
    except Unopenable as error:
        assert error.code == "payload.photo_not_jpeg"


@some.composite
def damaged(draw: Callable[[Any], Any]) -> bytes:
    """A good payload with some bytes changed, cut out or put in."""
    data = bytearray(zipped(RECORD, PHOTO))
    for _ in range(draw(some.integers(1, 4))):
        at = draw(some.one_of(some.integers(0, len(data) - 1), some.integers(max(0, len(data) - 200), len(data) - 1)))
        data[at : at + draw(some.integers(0, 8))] = draw(some.binary(max_size=8))
    return bytes(data)


RECORD = intake_record(photo=PHOTO)


@settings(max_examples=400, deadline=None)
@given(damaged() | some.binary(max_size=400))
def test_payload_parser_raises_its_own_error_only(data: bytes) -> None:
    try:
        payload = read_payload(data, header_of(RECORD))
        assert (payload.record, payload.photo) == (RECORD, PHOTO)
    except Unopenable as error:
        assert error.code.startswith("payload.")
