"""Packet framing: what was framed reads back, and anything else is `PacketMalformed` and nothing worse."""

from __future__ import annotations

import json
import struct
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import PacketMalformed
from schemas.ids import DeviceId, KeyId, PacketId, RecordId, VisitId
from schemas.packet import FRAME_LIMIT, HEADER_LIMIT, Packet, PacketHeader, Suite, signed_part
from schemas.stamp import Stamp
from tests.factories import FUKUSHIMA, MORNING, uuid7

PREFIX = struct.Struct(">4sBI")
packet_ids = st.binary(min_size=32, max_size=32).map(lambda digest: PacketId(digest.hex()))
stamps = st.builds(
    Stamp, at=st.just(MORNING), offset_ms=st.integers(-(10**12), 10**12),
    uncertainty_ms=st.none() | st.integers(0, 10**9),
)  # fmt: skip
headers = st.builds(
    PacketHeader,
    suite=st.sampled_from(Suite),
    recipient_key=st.binary(min_size=8, max_size=8).map(lambda raw: KeyId(raw.hex())),
    municipality=st.just(FUKUSHIMA),
    device=st.integers(1, 99).map(lambda n: uuid7(DeviceId, n)),
    visit=st.integers(1, 99).map(lambda n: uuid7(VisitId, n)),
    sequence=st.integers(1, 2**53 - 1),
    previous=st.none() | packet_ids,
    record=st.integers(1, 99).map(lambda n: uuid7(RecordId, n)),
    sealed=stamps,
)
packets = st.builds(
    lambda header, ciphertext, signature: Packet(header, header.canonical(), ciphertext, signature),
    headers,
    st.binary(min_size=1, max_size=200),
    st.binary(min_size=64, max_size=64),
)
HEADER = PacketHeader(
    suite=Suite.MLKEM768_X25519_AES256GCM, recipient_key=KeyId("0" * 16), municipality=FUKUSHIMA,
    device=uuid7(DeviceId, 1), visit=uuid7(VisitId, 1), sequence=1, previous=None, record=uuid7(RecordId, 1),
    sealed=Stamp(at=MORNING),
)  # fmt: skip
PACKET = Packet(HEADER, HEADER.canonical(), b"ciphertext", bytes(64))


def framed(header: bytes, *, ciphertext: bytes = b"x", version: int = 1, magic: bytes = b"DMDO") -> bytes:
    return PREFIX.pack(magic, version, len(header)) + header + ciphertext + bytes(64)


@given(packets)
def test_a_frame_reads_back(packet: Packet) -> None:
    again = Packet.parse(packet.frame)
    assert again == packet
    assert again.frame == packet.frame
    assert again.packet_id == PacketId(sha256(packet.frame).hexdigest())


@given(packets, st.data())
def test_one_changed_byte_is_malformed_or_another_packet(packet: Packet, data: st.DataObject) -> None:
    frame = bytearray(packet.frame)
    at = data.draw(st.integers(0, len(frame) - 1))
    frame[at] ^= data.draw(st.integers(1, 255))
    try:
        other = Packet.parse(bytes(frame))
    except PacketMalformed:
        return
    assert other != packet
    assert other.packet_id != packet.packet_id
    assert other.frame == frame
    assert other.signature != packet.signature or other.signed_part != packet.signed_part


@given(packets, st.data())
def test_a_cut_frame_is_malformed_or_another_packet(packet: Packet, data: st.DataObject) -> None:
    cut = packet.frame[: data.draw(st.integers(0, len(packet.frame) - 1))]
    try:
        other = Packet.parse(cut)
    except PacketMalformed:
        return
    assert other.signature != packet.signature or other.signed_part != packet.signed_part


@given(st.binary(max_size=300))
def test_any_bytes_are_malformed_and_nothing_else_comes_out(data: bytes) -> None:
    with pytest.raises(PacketMalformed):
        Packet.parse(data)


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=40))
def test_any_header_bytes_are_malformed_and_nothing_else_comes_out(header: bytes, ciphertext: bytes) -> None:
    with pytest.raises(PacketMalformed):
        Packet.parse(framed(header, ciphertext=ciphertext))


@given(
    st.dictionaries(
        st.sampled_from([*PacketHeader.model_fields, "more"]),
        st.none() | st.integers() | st.text(max_size=40) | st.floats() | st.lists(st.integers(), max_size=2),
        min_size=1,
    )
)
def test_a_header_with_other_values_never_passes_by_accident(changes: dict[str, object]) -> None:
    values = {**json.loads(HEADER.canonical()), **changes}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    try:
        packet = Packet.parse(framed(text))
    except PacketMalformed:
        return
    assert packet.header.canonical() == text


@given(packets, packets)
def test_signatures_cover_header_and_ciphertext_apart(one: Packet, other: Packet) -> None:
    same = (one.header_bytes, one.ciphertext) == (other.header_bytes, other.ciphertext)
    assert (one.signed_part == other.signed_part) is same


def test_bytes_moved_between_header_and_ciphertext_are_another_signed_part() -> None:
    assert signed_part(b"ab", b"c") != signed_part(b"a", b"bc")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"", "packet.truncated"),
        (b"DMDO", "packet.truncated"),
        (framed(HEADER.canonical(), magic=b"ZZZZ"), "packet.not_a_packet"),
        (framed(HEADER.canonical(), version=2), "packet.version_unknown"),
        (PREFIX.pack(b"DMDO", 1, 2**32 - 1) + bytes(200), "packet.header_too_large"),
        (PREFIX.pack(b"DMDO", 1, HEADER_LIMIT) + bytes(200), "packet.truncated"),
        (framed(HEADER.canonical(), ciphertext=b""), "packet.truncated"),
        (framed(b"{}"), "packet.header_invalid"),
        (framed(b"[]"), "packet.header_invalid"),
        (framed(b"\xff\xfe"), "packet.header_invalid"),
        (framed(b"[" * 10_000), "packet.header_invalid"),
        (framed(HEADER.canonical().replace(b'"sequence":1', b'"sequence":0')), "packet.header_invalid"),
        (framed(HEADER.canonical().replace(b'"sequence":1', b'"sequence":1 ')), "packet.header_not_canonical"),
        (framed(HEADER.canonical()[:-1] + b',"zz":1}'), "packet.header_invalid"),
        (bytes(FRAME_LIMIT + 1), "packet.too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_named(frame: bytes, code: str) -> None:
    with pytest.raises(PacketMalformed) as caught:
        Packet.parse(frame)
    assert caught.value.code == code


def test_the_refusal_names_the_field_and_never_its_value() -> None:
    bad = HEADER.canonical().replace(FUKUSHIMA.encode(), b"999999")
    with pytest.raises(PacketMalformed) as caught:
        Packet.parse(framed(bad))
    assert "municipality" in str(caught.value)
    assert "999999" not in str(caught.value)


def test_the_header_holds_nothing_personal() -> None:
    assert set(json.loads(PACKET.header_bytes)) == {
        "version", "suite", "recipient_key", "municipality", "device", "visit", "sequence", "previous", "record",
        "sealed", "payload",
    }  # fmt: skip
