"""Sentences one under the other, some with a box to tick before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backoffice.paper.layout import Style, Writer
from backoffice.paper.pdf import Colour, Page

GAP: Final = 0.4
BOX: Final[Colour] = (0.38, 0.38, 0.39)


@dataclass(frozen=True)
class Line:
    """`ticked`: with a box before it."""

    text: str
    style: Style
    ticked: bool = False

    @property
    def indent(self) -> float:
        return self.style.size * 0.45 if self.ticked else 0.0


@dataclass(frozen=True)
class Lines:
    """Measures and writes them; all in millimetres."""

    writer: Writer

    def height(self, lines: Sequence[Line], width: float) -> float:
        return sum(self.writer.height(line.text, width - line.indent, line.style) + GAP for line in lines)

    def write(self, page: Page, lines: Sequence[Line], x: float, y: float, width: float) -> float:
        """From the top edge `y` down; returns the lower edge."""
        for line in lines:
            if line.ticked:
                box = line.style.size * 0.26
                page.frame(x, y + line.style.step * 0.62 - box * 0.75, box, box, BOX, radius=0.4)
            y = self.writer.write(page, x + line.indent, y, width - line.indent, line.text, line.style) + GAP
        return y
