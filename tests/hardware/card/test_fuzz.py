"""Every parser that outside bytes reach: its own error or a value, nothing else."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hardware.card.apdu import Command, decode_command
from hardware.card.certificate import profile_objection, read_certificate
from hardware.card.channel import Channel
from hardware.card.errors import AnchorRefused, CardError, CertificateMalformed, ResponseMalformed
from hardware.card.files import read_bytes, read_object
from hardware.card.my_number import CommonCard
from hardware.card.revocation import load_crls
from hardware.card.trust import read_anchors
from hardware.card.virtual.states import CardMaker, CardState, certificate_of

BOUNDED = settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@BOUNDED
@given(st.binary(max_size=600))
@example(b"\x00\xa4\x04\x00\x00\x00\x00")
@example(b"\x00\xb0\x00\x00\x00\x00\x00")
def test_any_bytes_are_a_command_or_malformed(apdu: bytes) -> None:
    try:
        command = decode_command(apdu)
    except ResponseMalformed:
        return
    assert len(command.data) < len(apdu)
    assert apdu[4:] == b"" or command.data or command.le is not None


@BOUNDED
@given(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=255), st.none() | st.integers(1, 256))
def test_every_short_command_is_read_back_as_it_was(ins: int, p1: int, data: bytes, le: int | None) -> None:
    command = Command(0x00, ins, p1, 0x80, data, le)
    assert decode_command(command.encode()) == command


@BOUNDED
@given(st.lists(st.binary(max_size=40), max_size=12))
def test_the_virtual_card_answers_anything_with_a_status_word(maker: CardMaker, apdus: list[bytes]) -> None:
    card = maker.card(CardState.VALID)
    for apdu in (bytes.fromhex("00A4040C0AD392F000260100000001"), *apdus):
        answer = card.transmit(apdu)
        assert answer is not None
        assert 2 <= len(answer) <= 258


class _File:
    """A file that is served as READ BINARY asks for it, up to `most` bytes a time."""

    def __init__(self, content: bytes, most: int) -> None:
        self._content, self._most = content, most

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        if apdu[1] != 0xB0:
            return b"", 0x9000
        at = apdu[2] << 8 | apdu[3]
        part = self._content[at : at + min(apdu[4] or 256, self._most)]
        return (part, 0x9000) if part else (b"", 0x6B00)


@BOUNDED
@given(st.binary(max_size=900), st.integers(1, 300))
def test_any_file_is_read_or_refused(content: bytes, most: int) -> None:
    try:
        found = read_object(Channel(_File(content, most)))
    except CardError:
        return
    assert found is None or content.startswith(found)
    assert read_bytes(Channel(_File(content, most)), 32) == content[:32]


@BOUNDED
@given(st.binary(max_size=60) | st.binary(min_size=30, max_size=30).map(lambda tail: b"\x01\x1c" + tail[2:]))
def test_any_identity_record_is_a_day_or_refused(record: bytes) -> None:
    class _Record:
        def transmit(self, apdu: bytes) -> tuple[bytes, int]:
            return (record, 0x9000) if apdu[1] == 0xB2 else (b"", 0x9000)

    try:
        CommonCard(Channel(_Record())).expires()
    except CardError as refused:
        assert refused.__cause__ is None


@BOUNDED
@given(at=st.integers(0, 4000), new=st.binary(max_size=6), cut=st.integers(0, 6))
def test_a_certificate_changed_anywhere_is_read_whole_or_malformed(
    maker: CardMaker, at: int, new: bytes, cut: int
) -> None:
    good = certificate_of(maker.card(CardState.VALID)).public_bytes(serialization.Encoding.DER)
    at %= len(good)
    try:
        read = read_certificate(good[:at] + new + good[at + cut :])
    except CertificateMalformed:
        return
    profile_objection(read)
    assert read.issued_by(maker.authority.certificate) == (read.parsed.public_bytes(serialization.Encoding.DER) == good)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda inside: b"-----BEGIN CERTIFICATE-----\n" + inside))
def test_any_file_is_an_anchor_or_a_list_or_neither(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(content)
        assert load_crls([path]) == ()
        with pytest.raises(AnchorRefused):
            read_anchors(path)
