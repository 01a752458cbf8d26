"""The print sheet of one case: the photo 45×35 mm four times on L-size paper with cut marks, then the backs.

On the back of a glued photo stand name and date of birth (the published rule for paper applications). The name is in
the record only where the chip was read; else its line is left to be written by hand. Beside it stand date of birth and
slip number. The second page is the first one's back, turned over its long edge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from backoffice.cases.photo_file import OnlinePhoto
from backoffice.paper.layout import Style, Writer
from backoffice.paper.pdf import Colour, Document, Page, Picture
from schemas.language import Language

PHOTO: Final = (35.0, 45.0)
PAPER: Final = (89.0, 127.0)
COLUMNS, ROWS = 2, 2
GAP: Final = 6.0
MARK, STAND_OFF, WEIGHT = 2.0, 0.7, 0.1
INK: Final[Colour] = (0.35, 0.35, 0.35)
BLACK: Final[Colour] = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Back:
    """What stands on the back. `name`: from the card's chip where it was read, else empty. `day`: writes a date."""

    name: str
    slip: str
    born: date
    taken: date | None
    day: Callable[[date], str]


def places(*, turned: bool = False) -> list[tuple[float, float]]:
    """Left and top of each photo in millimetres, centred; `turned`: seen from behind."""
    left = (PAPER[0] - COLUMNS * PHOTO[0] - (COLUMNS - 1) * GAP) / 2
    top = (PAPER[1] - ROWS * PHOTO[1] - (ROWS - 1) * GAP) / 2
    spots = [
        (left + column * (PHOTO[0] + GAP), top + row * (PHOTO[1] + GAP))
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    return [(PAPER[0] - x - PHOTO[0], y) if turned else (x, y) for x, y in spots]


def print_sheet(photo: OnlinePhoto, back: Back) -> bytes:
    """A PDF of two pages of 89×127 mm, to be printed at its actual size."""
    document = Document(back.slip, Language.JA)
    front, behind = document.page(PAPER), document.page(PAPER)
    picture = Picture(photo.jpeg, photo.width, photo.height, photo.grey)
    for x, y in places():
        front.picture(x, y, *PHOTO, picture)
        _marks(front, x, y)
    front.text(7, PAPER[1] - 4, f"{back.slip}  45×35 mm", size=6, ink=INK)
    for x, y in places(turned=True):
        _label(document, behind, x, y, back)
    return document.written()


def _marks(page: Page, x: float, y: float) -> None:
    """Two short lines at each corner, along the edges to cut, off the photo."""
    for edge, outward in ((x, -1), (x + PHOTO[0], 1)):
        for level in (y, y + PHOTO[1]):
            page.line(edge + (STAND_OFF if outward > 0 else -STAND_OFF - MARK), level, MARK, INK, weight=WEIGHT)
    for level, outward in ((y, -1), (y + PHOTO[1], 1)):
        for edge in (x, x + PHOTO[0]):
            page.upright(edge, level + (STAND_OFF if outward > 0 else -STAND_OFF - MARK), MARK, INK, weight=WEIGHT)


def _label(document: Document, page: Page, x: float, y: float, back: Back) -> None:
    writer, inside = Writer(document), PHOTO[0] - 4
    small, plain = Style(6, INK), Style(8, BLACK, bold=True)
    at = writer.write(page, x + 2, y + 3, inside, "氏名", small)
    if back.name:
        at = writer.write(page, x + 2, at, inside, back.name, writer.fitted(back.name, inside, plain, lines=2))
    else:
        at += 6
        page.line(x + 2, at, inside, INK)
    at = writer.write(page, x + 2, at + 1.5, inside, "生年月日", small)
    born = back.day(back.born)
    at = writer.write(page, x + 2, at, inside, born, writer.fitted(born, inside, plain, lines=1))
    at = writer.write(page, x + 2, at + 1.5, inside, "受付番号", small)
    at = writer.write(page, x + 2, at, inside, back.slip, plain)
    if back.taken is not None:
        writer.write(page, x + 2, at + 1.5, inside, f"撮影 {back.day(back.taken)}", small)
