"""Reading files from cards that answer in every tolerable way, and from those that do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.card import tlv
from hardware.card.apdu import decode_command
from hardware.card.channel import Channel
from hardware.card.errors import ExchangeTooLong, ResponseMalformed, TlvMalformed, UnexpectedStatus
from hardware.card.files import LARGEST_OBJECT, read_bytes, read_object

Answer = tuple[bytes, int]


class _File:
    """One file; `answer` may change what READ BINARY says."""

    def __init__(self, content: bytes, answer: Callable[[int, int, bytes], Answer] | None = None) -> None:
        self._content = content
        self._answer = answer or _plain

    def transmit(self, apdu: bytes) -> Answer:
        command = decode_command(apdu)
        return self._answer(command.p1 << 8 | command.p2, command.le or 0, self._content)


def _plain(offset: int, size: int, content: bytes) -> Answer:
    return (content[offset : offset + size], 0x9000) if offset < len(content) else (b"", 0x6B00)


def _warns_at_the_end(offset: int, size: int, content: bytes) -> Answer:
    part = content[offset : offset + size]
    return part, 0x9000 if len(part) == size else 0x6282


def _strict_about_length(offset: int, size: int, content: bytes) -> Answer:
    left = len(content) - offset
    return (b"", 0x6C00 | left) if left < size and left < 256 else (content[offset : offset + size], 0x9000)


def _refuses_past_the_end(offset: int, size: int, content: bytes) -> Answer:
    return (b"", 0x6700) if offset + size > max(4, len(content)) else (content[offset : offset + size], 0x9000)


def _talkative(offset: int, size: int, content: bytes) -> Answer:
    return content[offset : offset + size + 50], 0x9000


_MANNERS = [_plain, _warns_at_the_end, _strict_about_length, _refuses_past_the_end, _talkative]


def _object(file: _File) -> bytes | None:
    return read_object(Channel(file))


@pytest.mark.parametrize("manner", _MANNERS)
@given(size=st.integers(2, 2500), filler=st.integers(0, 300), octets=st.sampled_from([None, 2, 3]))
def test_an_object_is_read_whole_whatever_the_manner(
    manner: Callable[[int, int, bytes], Answer], size: int, filler: int, octets: int | None
) -> None:
    content = tlv.encode(0x30, b"\x5a" * size, length_octets=octets)
    assert _object(_File(content + b"\xff" * filler, manner)) == content


@pytest.mark.parametrize("content", [b"", b"\xff" * 300, b"\x00" * 300, b"\xff"])
def test_nothing_but_filler_is_no_object(content: bytes) -> None:
    assert _object(_File(content)) is None


def test_an_object_that_breaks_off_is_malformed() -> None:
    with pytest.raises(ResponseMalformed):
        _object(_File(tlv.encode(0x30, bytes(600))[:400]))


def test_a_size_no_card_has_is_refused_before_reading_it() -> None:
    channel = Channel(_File(b"\x30\x83\xff\xff\xff" + bytes(600)))
    with pytest.raises(ResponseMalformed, match="larger"):
        read_object(channel)
    assert channel.commands == 1
    assert LARGEST_OBJECT < 0x7FFF


def test_a_header_that_never_completes_is_malformed() -> None:
    with pytest.raises(TlvMalformed):
        _object(_File(b"\x1f\x83"))


def test_a_refusal_keeps_its_status_word() -> None:
    with pytest.raises(UnexpectedStatus) as refused:
        _object(_File(b"", lambda *_: (b"", 0x6982)))
    assert refused.value.sw == 0x6982


def test_fewer_bytes_than_asked_end_at_the_file() -> None:
    assert read_bytes(Channel(_File(b"JPKI")), 32) == b"JPKI"


class _Collecting:
    """Answers with 61xx and hands the rest over by GET RESPONSE."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    def transmit(self, apdu: bytes) -> Answer:
        if apdu[1] == 0xC0:
            part, self._left = self._left[: apdu[4] or 256], self._left[apdu[4] or 256 :]
            return part, 0x6100 | min(len(self._left), 255) if self._left else 0x9000
        return b"", 0x6100 | min(len(self._left), 255)


def test_get_response_collects_the_rest() -> None:
    content = tlv.encode(0x30, bytes(200))
    assert read_bytes(Channel(_Collecting(content)), len(content)) == content


def test_get_response_without_end_is_stopped() -> None:
    class Endless:
        def transmit(self, apdu: bytes) -> Answer:
            return bytes(255), 0x61FF

    with pytest.raises(ExchangeTooLong):
        read_bytes(Channel(Endless()), 10)
