"""A slip drawn once, for every kind of printer: black on white, as wide as the paper, as long as it needs.

Lengths are in millimetres, so a thermal head of 8 dots a millimetre and a PDF of 12 show the same slip. Lines break by
the rules of JIS X 4051 as far as a slip needs them: no line begins with a closing mark or ends with an opening one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import qrcode
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_M

from hardware.errors import DeviceError
from hardware.fonts import font
from hardware.printer import Slip, SlipLine

PAPER_MM, MARGIN_MM = 80.0, 4.0
SIZES_MM = {1: 3.3, 2: 4.6, 3: 11.0}
LEADING, PARAGRAPH_MM = 1.38, 0.9
MOST_LINES, MOST_LETTERS = 200, 400
QR_MM = 26.0
_NOT_FIRST = set(
    "、。，．・：；？！ー゛゜ヽヾゝゞ々’”）〕］｝〉》」』】,.:;?!)]}%‰ぁぃぅぇぉっゃゅょァィゥェォッャュョヵヶ"
)
_NOT_LAST = set("‘“（〔［｛〈《「『【([{¥$")
_TOKEN = re.compile(r"[ \t]+|[\x21-\x7e\u00a1-\u024f]+|.", re.DOTALL)


class Typeface(Protocol):
    def __call__(self, size: int, *, bold: bool) -> ImageFont.FreeTypeFont | None: ...


@dataclass(frozen=True)
class _Row:
    """One drawn row of the slip and the height it takes, in pixels."""

    text: str
    face: ImageFont.FreeTypeFont | None
    height: int
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
    whole = [slip.title] if face.getlength(slip.title) <= width - 2 * gap else slip.title.split(" / ")
    for text in (row for part in whole for row in wrapped(part, face, width - 2 * gap)):
        yield _Row(text, face, round(7.0 * per_mm), centred=True, title=True)
    yield _Row("", None, gap)
    for line in slip.lines[:MOST_LINES]:
        yield from _line_rows(line, per_mm, width, typeface)


def _line_rows(line: SlipLine, per_mm: float, width: int, typeface: Typeface) -> Iterator[_Row]:
    if line.rule:
        yield _Row("", None, round(3.6 * per_mm), centred=True)
        return
    size = SIZES_MM.get(line.size, SIZES_MM[1])
    face = _face(typeface, round(size * per_mm), bold=line.bold)
    height = round(size * LEADING * per_mm)
    indent = round(face.getlength("・")) if line.text.startswith(("・", "* ", "- ")) else 0
    for at, text in enumerate(wrapped(line.text, face, width - indent)):
        yield _Row(text, face, height, indent=indent if at else 0, centred=line.size >= 3)
    yield _Row("", None, round(PARAGRAPH_MM * per_mm))


def _draw_row(pen: ImageDraw.ImageDraw, row: _Row, left: int, top: int, width: int) -> None:
    middle = top + row.height // 2
    if row.title:
        pen.rectangle((left, top, width - left - 1, top + row.height), fill=0)
    if row.face is None:
        if row.centred:
            pen.line((left, middle, width - left - 1, middle), fill=0, width=max(1, row.height // 12))
        return
    ink = 255 if row.title else 0
    if row.centred:
        pen.text((width // 2, middle), row.text, fill=ink, font=row.face, anchor="mm")
    else:
        pen.text((left + row.indent, middle), row.text, fill=ink, font=row.face, anchor="lm")


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines that fit, at least one. Words of Latin letters stay whole unless they are wider than a line."""
    clean = "".join(" " if unicodedata.category(letter).startswith("C") else letter for letter in text[:MOST_LETTERS])
    lines, line = [], ""
    for token in _tokens(clean, face, width):
        if not line or face.getlength(line + token) <= width:
            line += token if line or not token.isspace() else ""
            continue
        while len(line) > 1 and (token[0] in _NOT_FIRST or line[-1] in _NOT_LAST):
            line, token = line[:-1], line[-1] + token
        lines.append(line.rstrip())
        line = token.lstrip()
    return [*lines, line.rstrip()]


def _tokens(text: str, face: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        if face.getlength(token) > width:
            yield from token
        else:
            yield token


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
