"""Reads our PDFs back: the words where they stand, and the page's rectangles as a picture."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from PIL import Image, ImageDraw

_STREAM = re.compile(rb"<< /Length (\d+) /Filter /FlateDecode ([^>]*)>>\nstream\n")
_TEXT = re.compile(r"BT [\d. ]+ rg /([RB]) ([\d.]+) Tf ([\d.-]+) ([\d.-]+) Td <([0-9A-F]*)> Tj ET")
_RECTANGLE = re.compile(r"^([\d.]+) ([\d.]+) ([\d.]+) rg ([\d.-]+) ([\d.-]+) ([\d.-]+) ([\d.-]+) re f$", re.MULTILINE)


@dataclass(frozen=True)
class Word:
    """A line of text; from `left` to `right`, its baseline at `bottom`, in points. `missing`: a glyph was not found."""

    text: str
    left: float
    right: float
    bottom: float
    size: float
    missing: bool


class Pdf:
    def __init__(self, data: bytes) -> None:
        assert (data[:8], data[-6:]) == (b"%PDF-1.7", b"%%EOF\n")
        streams = [data[found.end() : found.end() + int(found[1])] for found in _STREAM.finditer(data)]
        plain = [zlib.decompress(stream) for stream in streams]
        self.pages = [stream.decode("ascii") for stream in plain if b" Tf " in stream]
        maps = [stream.decode() for stream in plain if b"begincmap" in stream]
        widths = re.findall(rb"/W \[0 \[([\d ]+)\]\]", data)
        self._signs = dict(zip("RB", map(_signs, maps), strict=True))
        self._widths = dict(zip("RB", ([int(width) for width in each.split()] for each in widths), strict=True))
        box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
        assert box
        self.size = (float(box[1]), float(box[2]))

    def words(self) -> list[Word]:
        return [self._word(*found) for page in self.pages for found in _TEXT.findall(page)]

    def text(self) -> str:
        return "".join(word.text for word in self.words())

    def picture(self) -> Image.Image:
        """The first page's rectangles, three dots a point."""
        drawn = Image.new("L", (round(self.size[0] * 3), round(self.size[1] * 3)), 255)
        pen = ImageDraw.Draw(drawn)
        for found in _RECTANGLE.findall(self.pages[0]):
            red, green, blue, x, y, width, height = map(float, found)
            top = self.size[1] - y - height
            box = [round(3 * x), round(3 * top), round(3 * (x + width)) - 1, round(3 * (top + height)) - 1]
            pen.rectangle(box, fill=round(255 * (red + green + blue) / 3))
        return drawn

    def _word(self, font: str, size: str, x: str, y: str, codes: str) -> Word:
        numbers = [int(codes[at : at + 4], 16) for at in range(0, len(codes), 4)]
        text = "".join(self._signs[font].get(number, "") for number in numbers)
        width = sum(self._widths[font][number] for number in numbers) / 1000 * float(size)
        return Word(text, float(x), float(x) + width, float(y), float(size), 0 in numbers)


def _signs(table: str) -> dict[int, str]:
    pairs = re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    return {int(number, 16): bytes.fromhex(text).decode("utf-16-be") for number, text in pairs}
