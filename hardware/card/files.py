"""Reading elementary files (ISO/IEC 7816-4 11.2.3, 11.3.3), tolerant of what cards and readers really do.

Never more than 256 bytes asked, no extended length; a card may return fewer bytes than asked, more, a wrong-length
hint, or 62xx at the end; the file may be longer than its object or end with filler.
"""

from __future__ import annotations

from hardware.card import tlv
from hardware.card.apdu import Command
from hardware.card.channel import Channel
from hardware.card.errors import ResponseMalformed, TlvMalformed, UnexpectedStatus

CHUNK = 256
LARGEST_OBJECT = 16384
_PAST_THE_END = 0x6B00
_WRONG_LENGTH = 0x6700
_LONGEST_HEADER = 7


def read_object(channel: Channel) -> bytes | None:
    """The BER-TLV object at the start of the selected EF, header included; None when the file holds none (nothing,
    or filler only). Raises `UnexpectedStatus`, `ResponseMalformed` (broken off early), `TlvMalformed`."""
    content = _first(channel)
    if not content.strip(b"\xff") or not content.strip(b"\x00"):
        return None
    content = _with_header(channel, content)
    _, start, size = tlv.header(content)
    if start + size > LARGEST_OBJECT:
        raise ResponseMalformed("the object is larger than any on these cards")
    return _fill(channel, content, start + size)


def read_bytes(channel: Channel, size: int) -> bytes:
    """Up to `size` bytes from the start of the selected EF; fewer when the file is shorter."""
    content = b""
    while len(content) < size:
        chunk = _read(channel, len(content), min(CHUNK, size - len(content)))
        if not chunk:
            break
        content += chunk
    return content


def read_record(channel: Channel, number: int) -> bytes:
    """One record of the selected record-structured EF."""
    command = Command(0x00, 0xB2, number, 0x04, le=256)
    response = channel.send(command)
    if not response.sw.delivers:
        raise UnexpectedStatus(command.name, response.sw)
    return response.data


def _first(channel: Channel) -> bytes:
    """The start of the file. A card may refuse to read past the end of a short file: ask for the header only."""
    try:
        return _read(channel, 0, CHUNK)
    except UnexpectedStatus as refused:
        if refused.sw != _WRONG_LENGTH:
            raise
        return _read(channel, 0, 4)


def _with_header(channel: Channel, content: bytes) -> bytes:
    """Reads on until tag and length are complete: some readers hand over seven bytes a time, or one."""
    while len(content) < _LONGEST_HEADER:
        try:
            tlv.header(content)
            break
        except TlvMalformed:
            more = _read(channel, len(content), 1)
            if not more:
                raise
            content += more
    return content


def _fill(channel: Channel, content: bytes, total: int) -> bytes:
    while len(content) < total:
        chunk = _read(channel, len(content), min(CHUNK, total - len(content)))
        if not chunk:
            raise ResponseMalformed("the file ended before its object")
        content += chunk
    return content[:total]


def _read(channel: Channel, offset: int, size: int) -> bytes:
    """At most `size` bytes at `offset`; empty at the end of the file."""
    if offset > 0x7FFF:
        raise ResponseMalformed("the file is longer than READ BINARY can address")
    command = Command(0x00, 0xB0, offset >> 8, offset & 0xFF, le=size)
    response = channel.send(command)
    if response.sw.delivers:
        return response.data[:size]
    if response.sw == _PAST_THE_END:
        return b""
    raise UnexpectedStatus(command.name, response.sw)
