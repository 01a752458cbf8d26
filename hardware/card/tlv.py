"""BER-TLV as the card writes it (ISO/IEC 8825-1 8.1, ISO/IEC 7816-4 Annex E).

The card's own encoder uses `82 hh ll` from 128 on, also for 128–255, so lengths need not be minimal; files are longer
than their object and filled with FF. Strict DER parsers fail on both. Only `TlvMalformed` comes out of here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hardware.card.errors import TlvMalformed

_LONGEST_TAG = 3
_LONGEST_LENGTH = 3


@dataclass(frozen=True, repr=False)
class Tlv:
    """One object; `tag` is the number its bytes spell (0xDF22)."""

    tag: int
    value: bytes

    def __repr__(self) -> str:
        return f"<Tlv {self.tag:X} {len(self.value)} bytes>"

    def children(self) -> tuple[Tlv, ...]:
        return tuple(parse(self.value))

    def child(self, tag: int) -> bytes:
        """The value of the first child with this tag. Raises `TlvMalformed` when there is none."""
        for child in parse(self.value):
            if child.tag == tag:
                return child.value
        raise TlvMalformed(f"no {tag:X} inside {self.tag:X}")


def parse(data: bytes) -> Iterator[Tlv]:
    """The objects one after the other until the end or the filler (FF FF…, 00…)."""
    at = 0
    while at < len(data) and not _filler(data, at):
        tag, start, size = header(data, at)
        if start + size > len(data):
            raise TlvMalformed("value is cut off")
        yield Tlv(tag, data[start : start + size])
        at = start + size


def header(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """(tag, offset of the value, length of the value) of the object at `at`; the value itself may be missing."""
    tag, at = _tag(data, at)
    if at >= len(data):
        raise TlvMalformed("length is missing")
    first = data[at]
    if first < 0x80:
        return tag, at + 1, first
    octets = first & 0x7F
    if not 1 <= octets <= _LONGEST_LENGTH:
        raise TlvMalformed("indefinite or oversized length")
    end = at + 1 + octets
    if end > len(data):
        raise TlvMalformed("length is cut off")
    return tag, end, int.from_bytes(data[at + 1 : end], "big")


def encode(tag: int, value: bytes, *, length_octets: int | None = None) -> bytes:
    """`length_octets`: None minimal; 0 the short form; 1–3 that many bytes after 81–83, minimal or not."""
    size = len(value)
    if length_octets is None:
        length_octets = 0 if size < 0x80 else (size.bit_length() + 7) // 8
    if length_octets > _LONGEST_LENGTH or size >= (1 << 8 * length_octets if length_octets else 0x80):
        raise TlvMalformed("length does not fit")
    length = bytes([0x80 | length_octets]) + size.to_bytes(length_octets, "big") if length_octets else bytes([size])
    return tag.to_bytes(max(1, (tag.bit_length() + 7) // 8), "big") + length + value


def _tag(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise TlvMalformed("tag is missing")
    end = at + 1
    if data[at] & 0x1F == 0x1F:
        while end < len(data) and data[end] & 0x80:
            end += 1
        end += 1
    if end > len(data) or end - at > _LONGEST_TAG:
        raise TlvMalformed("tag is cut off or oversized")
    return int.from_bytes(data[at:end], "big"), end


def _filler(data: bytes, at: int) -> bool:
    return data[at] == 0x00 or data[at : at + 2] in (b"\xff\xff", b"\xff")
