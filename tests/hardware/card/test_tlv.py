"""BER-TLV, as strict as it must be and as lenient as the card's encoder needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.card import tlv
from hardware.card.errors import TlvMalformed

_TAGS = st.sampled_from([0x30, 0x04, 0xFF10, 0xFF20, 0xFF40, 0xDF21, 0xDF22, 0x7F4E, 0x5F8101])


@given(st.binary(max_size=300))
def test_any_bytes_are_objects_or_malformed(data: bytes) -> None:
    try:
        objects = list(tlv.parse(data))
    except TlvMalformed:
        return
    assert sum(len(each.value) for each in objects) <= len(data)


@given(_TAGS, st.binary(max_size=400), st.sampled_from([None, 2, 3]))
def test_every_length_form_reads_the_same(tag: int, value: bytes, octets: int | None) -> None:
    found = list(tlv.parse(tlv.encode(tag, value, length_octets=octets)))
    assert found == [tlv.Tlv(tag, value)]


@given(_TAGS, st.binary(max_size=200), st.integers(1, 300), st.sampled_from([b"\xff", b"\x00"]))
def test_filler_after_an_object_is_not_an_object(tag: int, value: bytes, size: int, filler: bytes) -> None:
    assert list(tlv.parse(tlv.encode(tag, value) + filler * size)) == [tlv.Tlv(tag, value)]


@given(_TAGS, st.binary(min_size=1, max_size=300), st.data())
def test_a_cut_object_is_malformed(tag: int, value: bytes, data: st.DataObject) -> None:
    whole = tlv.encode(tag, value)
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(TlvMalformed):
        list(tlv.parse(whole[:cut] if whole[:cut] != b"\xff" else b"\x30"))


def test_the_cards_own_non_minimal_length_is_read() -> None:
    content = bytes.fromhex("FF4082009F") + bytes(0x9F)
    assert tlv.header(content) == (0xFF40, 5, 0x9F)
    assert next(tlv.parse(content + b"\xff" * 30)).value == bytes(0x9F)


@pytest.mark.parametrize("data", ["3080", "3084000000010203", "FFFFFF2001", "30", "DF", "5F818101"])
def test_what_no_card_writes_is_malformed_or_filler(data: str) -> None:
    try:
        assert list(tlv.parse(bytes.fromhex(data))) == []
    except TlvMalformed as malformed:
        assert data not in str(malformed)


def test_a_missing_child_is_named() -> None:
    with pytest.raises(TlvMalformed, match="DF25"):
        tlv.Tlv(0xFF20, tlv.encode(0xDF22, b"x")).child(0xDF25)


@pytest.mark.parametrize(("value", "octets"), [(bytes(0x80), 0), (bytes(256), 1), (b"", 4)])
def test_a_length_that_does_not_fit_is_refused(value: bytes, octets: int) -> None:
    with pytest.raises(TlvMalformed):
        tlv.encode(0x30, value, length_octets=octets)
