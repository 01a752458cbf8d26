"""Lines out of sentences: breaking by the habits of each script (kinsoku for Japanese and Chinese), readings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from backoffice.paper.pdf import POINTS, Colour, Document, Page
from schemas.language import Language

_READING: Final = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")
_BY_SIGN: Final = frozenset({Language.JA, Language.JA_EASY, Language.ZH})
_NEVER_FIRST: Final = frozenset("、。，．,.!?！？:;：；)）」』】〕〉》〜~・ーっゃゅょッャュョぁぃぅぇぉァィゥェォ々%")
_NEVER_LAST: Final = frozenset("(（「『【〔〈《")
_SELECTORS: Final = re.compile(
    "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)  # the file cannot show variants; the base is shown
_LATIN: Final = re.compile(r"[!-~\u00a0-\u024f]+ ?|.", re.DOTALL)
READING_SIZE: Final = 0.5


@dataclass(frozen=True)
class Piece:
    """What is never broken. `reading`: set small above it."""

    text: str
    reading: str = ""


@dataclass(frozen=True)
class Style:
    """`size` in points; `leading`: distance of baselines as a multiple of it."""

    size: float
    ink: Colour
    bold: bool = False
    leading: float = 1.5

    @property
    def step(self) -> float:
        return self.size * self.leading / POINTS


def plain(text: str) -> str:
    """Without readings."""
    return _READING.sub(r"\1", text)


class Writer:
    """Writes wrapped text into pages of one document."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def lines(self, text: str, width: float, style: Style) -> list[list[Piece]]:
        """The text broken to a width in millimetres; a piece wider than the line is cut."""
        lines: list[list[Piece]] = []
        for paragraph in text.split("\n"):
            line: list[Piece] = []
            for piece in self._fitting(self._pieces(paragraph), width, style):
                if line and self._width([*line, piece], style) > width:
                    carried = self._carried(line, piece)
                    lines.append(line[: len(line) - len(carried)])
                    line = carried
                line.append(piece)
            lines.append(line)
        return lines

    def height(self, text: str, width: float, style: Style) -> float:
        return len(self.lines(text, width, style)) * style.step

    def write(self, page: Page, x: float, y: float, width: float, text: str, style: Style) -> float:
        """Text from the top edge `y` down; returns where the next begins."""
        for line in self.lines(text, width, style):
            y += style.step
            at = x
            for piece in line:
                page.text(at, y - 0.32 * style.step, piece.text, size=style.size, ink=style.ink, bold=style.bold)
                if piece.reading:
                    self._reading(page, at, y - 0.32 * style.step, piece, style)
                at += self._width([piece], style)
        return y

    def fitted(self, text: str, width: float, style: Style, *, lines: int) -> Style:
        """The style, smaller where the text needs more than so many lines; never under 60 %."""
        size = style.size
        while len(self.lines(text, width, _sized(style, size))) > lines and size > style.size * 0.6:
            size -= 0.5
        return _sized(style, size)

    def _reading(self, page: Page, x: float, y: float, piece: Piece, style: Style) -> None:
        size = style.size * READING_SIZE
        room = self._width([piece], style) - self.document.width(piece.reading, size=size)
        lift = style.size * 0.94 / POINTS
        page.text(x + room / 2, y - lift, piece.reading, size=size, ink=style.ink)

    def _width(self, line: list[Piece], style: Style) -> float:
        return self.document.width("".join(piece.text for piece in line), size=style.size, bold=style.bold)

    def _pieces(self, text: str) -> Iterator[Piece]:
        at = 0
        for found in _READING.finditer(text):
            yield from self._plain(text[at : found.start()])
            yield Piece(found[1], found[2])
            at = found.end()
        yield from self._plain(text[at:])

    def _plain(self, text: str) -> Iterator[Piece]:
        cleared = _SELECTORS.sub("", text)
        if self.document.language in _BY_SIGN:
            yield from (Piece(part) for part in _LATIN.findall(cleared))
        else:
            yield from (Piece(part) for part in re.findall(r"\S+\s*|\s+", cleared))

    def _fitting(self, pieces: Iterator[Piece], width: float, style: Style) -> Iterator[Piece]:
        for piece in pieces:
            if self._width([Piece(piece.text.rstrip())], style) <= width:
                yield piece
            else:
                yield from (Piece(sign) for sign in piece.text)

    @staticmethod
    def _carried(line: list[Piece], following: Piece) -> list[Piece]:
        """What has to go to the next line with the piece that follows."""
        keep = len(line)
        first = following
        while keep > 1 and (first.text[0] in _NEVER_FIRST or line[keep - 1].text.strip()[-1:] in _NEVER_LAST):
            keep -= 1
            first = line[keep]
            if len(line) - keep >= 3:
                break
        return line[keep:]


def _sized(style: Style, size: float) -> Style:
    return Style(size, style.ink, style.bold, style.leading)
