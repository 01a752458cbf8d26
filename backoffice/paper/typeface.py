"""Noto Sans CJK as installed: which glyph a character has in a language, how wide it is, and the outlines' table.

OpenType 1.9: TTC header, cmap formats 4 and 12, hmtx, CFF. The collection's faces share outlines and differ in cmap, so
that 直 looks right to Japanese and to Chinese readers.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from backoffice.kit.errors import Unavailable
from backoffice.paper.subset import Outlines
from schemas.language import Language

_FOLDERS: Final = (
    "/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk", "/usr/share/fonts/google-noto-cjk",
    "/usr/local/share/fonts",
)  # fmt: skip
_FACES: Final = {Language.KO: 1, Language.ZH: 2}  # in the collections: JP, KR, SC, TC, HK
_GETA: Final = "〓"  # what Japanese printers put for a character they have no type for


@dataclass(frozen=True)
class Typeface:
    """Glyph numbers by character, widths in thousandths of the size by glyph, and the outlines."""

    glyphs: dict[int, int]
    widths: tuple[int, ...]
    outlines: Outlines

    def glyph(self, sign: str) -> int:
        return self.glyphs.get(ord(sign)) or self.glyphs.get(ord(_GETA), 0)

    def width(self, text: str) -> float:
        """Of a line, in units of its size."""
        return sum(self.widths[self.glyph(sign)] for sign in text) / 1000


@cache
def typeface(language: Language, *, bold: bool) -> Typeface:
    """Raises `Unavailable` when the machine has no Noto Sans CJK."""
    name = f"NotoSansCJK-{'Bold' if bold else 'Regular'}.ttc"
    file = next((path for folder in _FOLDERS if (path := Path(folder, name)).is_file()), None)
    if file is None:
        raise Unavailable("print.font_missing", "印刷用の書体がありません。fonts-noto-cjkを入れてください。")
    data = file.read_bytes()
    return _face(data, _FACES.get(language, 0), _outlines(file))


@cache
def _outlines(file: Path) -> Outlines:
    """One copy for all faces of a collection."""
    data = file.read_bytes()
    begin, length = _tables(data, 0)["CFF "]
    return Outlines(data[begin : begin + length])


def _face(data: bytes, face: int, outlines: Outlines) -> Typeface:
    tables = _tables(data, face)
    glyphs = _characters(data, tables["cmap"][0])
    count = struct.unpack_from(">H", data, tables["hhea"][0] + 34)[0]
    begin, length = tables["hmtx"]
    widths = list(struct.unpack_from(f">{2 * count}H", data, begin)[::2])
    widths += [widths[-1]] * ((length - 4 * count) // 2)
    return Typeface(glyphs, tuple(widths), outlines)


def _tables(data: bytes, face: int) -> dict[str, tuple[int, int]]:
    begin: int = struct.unpack_from(">I", data, 12 + 4 * face)[0]
    count = struct.unpack_from(">H", data, begin + 4)[0]
    found = {}
    for at in range(count):
        tag, _sum, offset, length = struct.unpack_from(">4sIII", data, begin + 12 + 16 * at)
        found[tag.decode("ascii")] = (offset, length)
    return found


def _characters(data: bytes, cmap: int) -> dict[int, int]:
    """The widest character table: format 12 (all planes)."""
    count = struct.unpack_from(">H", data, cmap + 2)[0]
    records = (struct.unpack_from(">HHI", data, cmap + 4 + 8 * at) for at in range(count))
    for _platform, _encoding, offset in records:
        begin = cmap + offset
        if struct.unpack_from(">H", data, begin)[0] != 12:
            continue
        groups = struct.unpack_from(">I", data, begin + 12)[0]
        found: dict[int, int] = {}
        for at in range(groups):
            first, last, glyph = struct.unpack_from(">III", data, begin + 16 + 12 * at)
            found.update(zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True))
        return found
    raise Unavailable("print.font_missing", "印刷用の書体がありません。fonts-noto-cjkを入れてください。")
