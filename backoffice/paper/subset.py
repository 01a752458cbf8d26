"""The outlines of some glyphs out of a CID-keyed CFF font: what a PDF carries instead of 16 MB.

Adobe Technical Note 5176 (CFF). Subroutines keep their numbers; those no glyph calls become empty.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from backoffice.paper.charstrings import Calls

_CHARSTRINGS: Final = 17
_PRIVATE: Final = 18
_SUBRS: Final = 19
_BBOX: Final = 5
_FD_ARRAY: Final = 0x0C24
_FD_SELECT: Final = 0x0C25
_NAME: Final = b"DEMADO+NotoSansCJK"


@dataclass(frozen=True)
class _Index:
    """An INDEX: `items` as slices of the table, `end` the byte after it."""

    items: tuple[tuple[int, int], ...]
    end: int


class Outlines:
    """A CFF table, read once."""

    def __init__(self, cff: bytes) -> None:
        names = _index(cff, cff[2])
        tops = _index(cff, names.end)
        strings = _index(cff, tops.end)
        top = dict(_entries(cff[slice(*tops.items[0])]))
        self._cff, self._box = cff, top[_BBOX]
        self._shared = _items(cff, strings.end)
        self._glyphs = _index(cff, _number(top[_CHARSTRINGS])).items
        self._select = _Select(cff, _number(top[_FD_SELECT]), len(self._glyphs))
        fonts = _items(cff, _number(top[_FD_ARRAY]))
        self._privates = [_Private.read(cff, dict(_entries(font))) for font in fonts]

    def subset(self, glyphs: Sequence[int]) -> bytes:
        """A font whose glyph and CID n is `glyphs[n]` of this one; the first must be 0 (.notdef)."""
        fonts = {glyph: self._select.of(glyph) for glyph in glyphs}
        used = sorted(set(fonts.values()))
        drawn = {glyph: self._cff[slice(*self._glyphs[glyph])] for glyph in glyphs}
        called: set[int] = set()
        privates = []
        for font in used:
            calls = Calls(self._privates[font].subrs, self._shared)
            for glyph, outline in drawn.items():
                if fonts[glyph] == font:
                    calls.follow(outline)
            called |= calls.shared
            privates.append(self._privates[font].written(calls.own))
        parts = _Parts(
            shared=_packed(_only(self._shared, called)),
            select=bytes([0, *(used.index(fonts[glyph]) for glyph in glyphs)]),
            outlines=_packed([drawn[glyph] for glyph in glyphs]),
            privates=privates,
        )
        return parts.joined(self._box, len(glyphs))


@dataclass(frozen=True)
class _Parts:
    """What the new font is put together from. `privates`: (dictionary, its subroutines) of each font dictionary."""

    shared: bytes
    select: bytes
    outlines: bytes
    privates: list[tuple[bytes, bytes]]

    def joined(self, box: bytes, count: int) -> bytes:
        charset = b"\x02" + b"\x00\x01" + (count - 2).to_bytes(2, "big") if count > 1 else b"\x00"
        strings = _packed([b"Adobe", b"Identity"])
        length = len(self._top(box, count, (0, 0, 0, 0)))
        at = 4 + len(_packed([_NAME])) + len(_packed([bytes(length)])) + len(strings) + len(self.shared)
        places, parts = [], [charset, self.select, self.outlines]
        for part in parts:
            places.append(at)
            at += len(part)
        fonts = self._fonts(at + len(_packed([bytes(11)] * len(self.privates))))
        top = self._top(box, count, (places[0], places[1], places[2], at))
        rest = [piece for pair in self.privates for piece in pair]
        head = [b"\x01\x00\x04\x04", _packed([_NAME]), _packed([top]), strings, self.shared]
        return b"".join([*head, *parts, _packed(fonts), *rest])

    def _top(self, box: bytes, count: int, places: tuple[int, int, int, int]) -> bytes:
        """ROS (Adobe, Identity, 0) first, as it must be; CIDCount; where the parts are."""
        charset, select, outlines, fonts = (_long(place) for place in places)
        ros = _long(391) + _long(392) + _long(0) + b"\x0c\x1e"
        counted = _long(count) + b"\x0c\x22"
        where = charset + b"\x0f" + select + b"\x0c\x25" + outlines + b"\x11" + fonts + b"\x0c\x24"
        return ros + box + bytes([_BBOX]) + counted + where

    def _fonts(self, at: int) -> list[bytes]:
        made = []
        for private, subrs in self.privates:
            made.append(_long(len(private)) + _long(at) + bytes([_PRIVATE]))
            at += len(private) + len(subrs)
        return made


class _Select:
    """Which font dictionary a glyph belongs to: FDSelect of format 0 or 3."""

    def __init__(self, cff: bytes, at: int, glyphs: int) -> None:
        if cff[at] == 0:
            self._fonts = cff[at + 1 : at + 1 + glyphs]
            return
        ranges = int.from_bytes(cff[at + 1 : at + 3], "big")
        fonts = bytearray()
        for number in range(ranges):
            begin = at + 3 + 3 * number
            first, after = (int.from_bytes(cff[place : place + 2], "big") for place in (begin, begin + 3))
            fonts += bytes([cff[begin + 2]]) * (after - first)
        self._fonts = bytes(fonts)

    def of(self, glyph: int) -> int:
        return self._fonts[glyph]


@dataclass(frozen=True)
class _Private:
    """A font's Private DICT without the place of its subroutines, and these."""

    entries: bytes
    subrs: list[bytes]

    @classmethod
    def read(cls, cff: bytes, font: dict[int, bytes]) -> _Private:
        size, at = _numbers(font[_PRIVATE])
        entries = dict(_entries(cff[at : at + size]))
        offset = entries.pop(_SUBRS, None)
        subrs = _items(cff, at + _number(offset)) if offset is not None else []
        kept = b"".join(operands + _operator(operator) for operator, operands in entries.items())
        return cls(kept, subrs)

    def written(self, called: set[int]) -> tuple[bytes, bytes]:
        """The dictionary, and right behind it the subroutines that are called."""
        if not self.subrs:
            return self.entries, b""
        private = self.entries + _long(len(self.entries) + 6) + bytes([_SUBRS])
        return private, _packed(_only(self.subrs, called))


def _only(items: Sequence[bytes], called: set[int]) -> list[bytes]:
    return [item if number in called else b"" for number, item in enumerate(items)]


def _index(cff: bytes, at: int) -> _Index:
    count = int.from_bytes(cff[at : at + 2], "big")
    if not count:
        return _Index((), at + 2)
    size = cff[at + 2]
    base = at + 2 + (count + 1) * size
    table = cff[at + 3 : base + 1]
    ends = [base + int.from_bytes(table[place : place + size], "big") for place in range(0, len(table), size)]
    return _Index(tuple(itertools.pairwise(ends)), ends[-1])


def _items(cff: bytes, at: int) -> list[bytes]:
    return [cff[slice(*item)] for item in _index(cff, at).items]


def _packed(items: Sequence[bytes]) -> bytes:
    """An INDEX of these, with offsets of four bytes."""
    ends, table = 1, (1).to_bytes(4, "big")
    for item in items:
        ends += len(item)
        table += ends.to_bytes(4, "big")
    return len(items).to_bytes(2, "big") + b"\x04" + table + b"".join(items)


def _entries(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(operator, its operands as they stand) of a DICT; two-byte operators as 0x0C00 + second byte."""
    at = begin = 0
    while at < len(data):
        sign = data[at]
        if sign <= 21:
            width = 2 if sign == 12 else 1
            yield (0x0C00 + data[at + 1] if sign == 12 else sign), data[begin:at]
            at = begin = at + width
        else:
            at += _length(data, at)


def _length(data: bytes, at: int) -> int:
    """Bytes of the operand that begins here."""
    sign = data[at]
    if sign == 30:
        end = at + 1
        while data[end] & 0x0F != 0x0F and data[end] >> 4 != 0x0F:
            end += 1
        return end + 1 - at
    return {28: 3, 29: 5}.get(sign, 1 if sign <= 246 else 2)


def _numbers(operands: bytes) -> list[int]:
    found, at = [], 0
    while at < len(operands):
        length = _length(operands, at)
        found.append(_integer(operands[at : at + length]))
        at += length
    return found


def _number(operands: bytes) -> int:
    return _numbers(operands)[-1]


def _integer(raw: bytes) -> int:
    sign = raw[0]
    if sign in (28, 29):
        return int.from_bytes(raw[1:], "big", signed=True)
    if sign <= 246:
        return sign - 139
    return (sign - 247) * 256 + raw[1] + 108 if sign <= 250 else -(sign - 251) * 256 - raw[1] - 108


def _long(value: int) -> bytes:
    return b"\x1d" + value.to_bytes(4, "big", signed=True)


def _operator(operator: int) -> bytes:
    return operator.to_bytes(2, "big") if operator > 255 else bytes([operator])
