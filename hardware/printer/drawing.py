"""A slip drawn once, for every kind of printer: black on white, as wide as the paper, as long as it needs.

Lengths are in millimetres, so a thermal head of 8 dots a millimetre and a PDF of 12 show the same slip. Readings stand
above their words, half as large as those (JIS X 4051, 4.2); a row without any keeps its height.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_M

from hardware.errors import DeviceError
from hardware.fonts import font
from hardware.printer import Reading, Slip, SlipLine
from hardware.printer.wrapping import Piece, pieces

PAPER_MM, MARGIN_MM = 80.0, 4.0
SIZES_MM = {1: 3.3, 2: 4.6, 3: 11.0}
LEADING, PARAGRAPH_MM = 1.38, 0.9
MOST_LINES = 200
READING = 0.5
"""A reading's letters, as part of the word's beneath."""
QR_MM = 26.0


class Typeface(Protocol):
    def __call__(self, size: int, *, bold: bool) -> ImageFont.FreeTypeFont | None: ...


@dataclass(frozen=True)
class _Row:
    """One drawn row of the slip and the height it takes, in pixels. `above`: the part of it for readings."""

    text: str
    face: ImageFont.FreeTypeFont | None
    height: int
    above: int = 0
    small: ImageFont.FreeTypeFont | None = None
    readings: tuple[Reading, ...] = ()
    indent: int = 0
    centred: bool = False
    title: bool = False


def draw_slip(slip: Slip, *, per_mm: float, width_mm: float = PAPER_MM, typeface: Typeface = font) -> Image.Image:
    """The slip in mode L, `per_mm` pixels a millimetre. Raises `DeviceError` printer.font_missing."""
    width, margin = round(width_mm * per_mm), round(MARGIN_MM * per_mm)
    rows = list(_rows(slip, per_mm, width - 2 * margin, typeface))
    code = _code(slip.qr, round(QR_MM * per_mm)) if slip.qr else None
    gap = round(3 * per_mm)
    height = margin + sum(row.height for row in rows) + (code.height + 2 * gap if code else 0) + margin
    sheet = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(sheet)
    top = margin
    for row in rows:
        _draw_row(pen, row, margin, top, width)
        top += row.height
    if code:
        sheet.paste(code, ((width - code.width) // 2, top + gap))
    return sheet


def _rows(slip: Slip, per_mm: float, width: int, typeface: Typeface) -> Iterator[_Row]:
    gap = round(1.6 * per_mm)
    face = _face(typeface, round(4.0 * per_mm), bold=True)
    for part in _title_parts(slip, face, width - 2 * gap):
        small, above = _above(part.readings, 4.0, per_mm, typeface)
        yield _Row(
            part.text, face, round(7.0 * per_mm) + above, above, small, part.readings, centred=True, title=True
        )  # fmt: skip
    yield _Row("", None, gap)
    for line in slip.lines[:MOST_LINES]:
        yield from _line_rows(line, per_mm, width, typeface)


def _title_parts(slip: Slip, face: ImageFont.FreeTypeFont, width: int) -> Iterator[Piece]:
    """The title in one row where it fits, else a language a row."""
    if face.getlength(slip.title) <= width:
        yield Piece(slip.title, slip.readings)
        return
    start = 0
    for part in slip.title.split(" / "):
        own = (one for one in slip.readings if start <= one.start < start + len(part))
        moved = tuple(Reading(one.start - start, one.end - start, one.text) for one in own)
        yield from pieces(part, moved, face, width)
        start += len(part) + len(" / ")


def _line_rows(line: SlipLine, per_mm: float, width: int, typeface: Typeface) -> Iterator[_Row]:
    if line.rule:
        yield _Row("", None, round(3.6 * per_mm), centred=True)
        return
    size = SIZES_MM.get(line.size, SIZES_MM[1])
    face = _face(typeface, round(size * per_mm), bold=line.bold)
    height = round(size * LEADING * per_mm)
    indent = round(face.getlength("・")) if line.text.startswith(("・", "* ", "- ")) else 0
    for at, piece in enumerate(pieces(line.text, line.readings, face, width - indent)):
        small, above = _above(piece.readings, size, per_mm, typeface)
        yield _Row(
            piece.text, face, height + above, above, small, piece.readings, indent if at else 0, line.size >= 3
        )  # fmt: skip
    yield _Row("", None, round(PARAGRAPH_MM * per_mm))


def _above(
    readings: tuple[Reading, ...], size: float, per_mm: float, typeface: Typeface
) -> tuple[ImageFont.FreeTypeFont | None, int]:
    """The readings' face and the room they need above their row; nothing of both where there are none."""
    if not readings:
        return None, 0
    tall = round(size * READING * per_mm)
    return _face(typeface, tall, bold=False), round(tall * 0.8)


def _draw_row(pen: ImageDraw.ImageDraw, row: _Row, left: int, top: int, width: int) -> None:
    if row.title:
        pen.rectangle((left, top, width - left - 1, top + row.height), fill=0)
    middle = top + row.above + (row.height - row.above) // 2
    if row.face is None:
        if row.centred:
            pen.line((left, middle, width - left - 1, middle), fill=0, width=max(1, row.height // 12))
        return
    begin = (width - row.face.getlength(row.text)) / 2 if row.centred else float(left + row.indent)
    ink = 255 if row.title else 0
    pen.text((begin, middle), row.text, fill=ink, font=row.face, anchor="lm")
    if row.small is not None:
        _draw_readings(pen, row, row.face, row.small, begin=begin, middle=middle, right=width - left)


def _draw_readings(
    pen: ImageDraw.ImageDraw,
    row: _Row,
    face: ImageFont.FreeTypeFont,
    small: ImageFont.FreeTypeFont,
    *,
    begin: float,
    middle: int,
    right: int,
) -> None:
    """Each centred above its word, within the paper, beside the one before."""
    free = 0.0
    for reading in row.readings:
        first, last = (begin + face.getlength(row.text[:end]) for end in (reading.start, reading.end))
        long = small.getlength(reading.text)
        x = min(max((first + last - long) / 2, free), right - long)
        place = x, middle - 0.46 * face.size - 0.12 * small.size  # above the letters' own square (Noto: 0.88 and 0.12)
        pen.text(place, reading.text, fill=255 if row.title else 0, font=small, anchor="ls")
        free = x + long + small.size / 4


def _face(typeface: Typeface, size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    face = typeface(size, bold=bold) or typeface(size, bold=False)
    if face is None:
        raise DeviceError("printer.font_missing", "no Japanese typeface: install fonts-noto-cjk")
    return face


def _code(text: str, side: int) -> Image.Image:
    """The code with its quiet zone of four modules, whole pixels a module, about `side` pixels wide without it."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    dots = np.where(np.array(code.get_matrix(), dtype=bool), 0, 255).astype(np.uint8)
    module = max(2, side // (len(dots) - 8))
    return Image.fromarray(np.kron(dots, np.ones((module, module), dtype=np.uint8)))
