"""The sheet 「持ってくるもの」 (A4): a box for each kind of applicant, then what the classes of documents mean."""

from __future__ import annotations

from typing import Final

from backoffice.paper.layout import Style, Writer, plain
from backoffice.paper.lines import Line, Lines
from backoffice.paper.pdf import A4, Colour, Document, Page
from backoffice.visits.bring import OF_KIND, Kind, documents, say
from backoffice.visits.papers import INK, KEY, LINE, LISTED_BY_SIGN, SOFT, WHITE, Announced, dated, kind_lines
from schemas.language import Language

_MARGIN: Final = 14.0
_GAP: Final = 5.0
_INNER: Final = 4.0
_FOOT: Final = 24.0


def bring_sheet(about: Announced, language: Language) -> bytes:
    """As many pages as the rules need."""
    made = _Sheet(about, language)
    half = (A4[0] - 2 * _MARGIN - _GAP) / 2
    kinds = list(OF_KIND)
    rows = list(zip(kinds[::2], kinds[1::2], strict=True))
    made.ease(rows, half)
    for row in rows:
        made.row([made.kind(kind) for kind in row], half)
    made.note(say("incomplete", language), bold=True)
    made.note(say("kinds", language), bold=True, keep=30)
    for rank, names in made.classes():
        made.row([[Line(rank, made.style(10.5, KEY, bold=True)), Line(names, made.style(8.2))]], A4[0] - 2 * _MARGIN)
    return made.document.written()


class _Sheet:
    """Where the next row goes; a page is begun when it does not fit."""

    def __init__(self, about: Announced, language: Language) -> None:
        self.about, self.language = about, language
        self.document = Document(f"{plain(say('bring', language))} – {about.title[language]}", language)
        self._writer = Writer(self.document)
        self._lines = Lines(self._writer)
        self._factor = 1.0
        self._page, self._y = self._begun()

    def style(self, size: float, ink: Colour = INK, *, bold: bool = False) -> Style:
        return Style(size, ink, bold, 1.75 if self.language is Language.JA_EASY else 1.42)

    def ease(self, rows: list[tuple[Kind, Kind]], width: float) -> None:
        """Smaller type where that brings all kinds onto the first page."""
        room = A4[1] - _FOOT - self._y
        for factor in (1.0, 0.95, 0.9, 0.86):
            self._factor = factor
            if sum(self._height([self.kind(kind) for kind in row], width) for row in rows) <= room:
                return
        self._factor = 1.0

    def kind(self, kind: Kind) -> list[Line]:
        """A kind's list, with what the rules want these people to know."""
        about = self.about
        size = self._factor
        styles = (self.style(10.5 * size, KEY, bold=True), self.style(9 * size), self.style(8.5 * size, SOFT))
        told = about.wanted[kind].told
        notes = [Line(f"※ {notice.text[self.language]}", self.style(8 * size, SOFT)) for notice in told]
        return [*kind_lines(about, kind, self.language, styles), *notes]

    def classes(self) -> list[tuple[str, str]]:
        between = "、" if self.language in LISTED_BY_SIGN else ", "
        found = documents(self.about.rules, self.about.first)
        return [(rank, between.join(each.name[self.language] for each in kinds)) for rank, kinds in found.items()]

    def row(self, boxes: list[list[Line]], width: float) -> None:
        """Boxes of one height beside each other."""
        inside = width - 2 * _INNER
        height = self._height(boxes, width) - _GAP * 0.6
        self._room(height)
        for number, box in enumerate(boxes):
            x = _MARGIN + number * (width + _GAP)
            self._page.frame(x, self._y, width, height, LINE, radius=2.5)
            self._lines.write(self._page, box, x + _INNER, self._y + 0.7 * _INNER, inside)
        self._y += height + _GAP * 0.6

    def _height(self, boxes: list[list[Line]], width: float) -> float:
        return max(self._lines.height(box, width - 2 * _INNER) for box in boxes) + 1.4 * _INNER + _GAP * 0.6

    def note(self, text: str, *, bold: bool = False, keep: float = 0) -> None:
        """`keep`: what must have room behind it on the same page."""
        style, width = self.style(9.5, bold=bold), A4[0] - 2 * _MARGIN
        self._room(self._writer.height(text, width, style) + keep)
        self._y = self._writer.write(self._page, _MARGIN, self._y, width, text, style) + 1.5

    def _room(self, height: float) -> None:
        if self._y + height > A4[1] - _FOOT:
            self._page, self._y = self._begun()

    def _begun(self) -> tuple[Page, float]:
        """A page with its head and foot."""
        about, page = self.about, self.document.page(A4)
        width = A4[0] - 2 * _MARGIN
        page.rectangle(0, 0, A4[0], 26, KEY)
        y = self._writer.write(page, _MARGIN, 3.5, width, say("bring", self.language), self.style(21, WHITE, bold=True))
        day = dated(about.first, self.language)
        under = f"{about.office[self.language]}  {about.title[self.language]}  {day}"
        style = self._writer.fitted(under, width, self.style(10, WHITE), lines=1)
        self._writer.write(page, _MARGIN, y - 1, width, under, style)
        lead = self._writer.write(page, _MARGIN, 28, width, say("bring_lead", self.language), self.style(9.5))
        self._foot(page, width)
        return page, lead + 2.5

    def _foot(self, page: Page, width: float) -> None:
        about = self.about
        contact = f"{say('contact', self.language)}  {about.contact or about.office[self.language]}"
        page.line(_MARGIN, A4[1] - _FOOT + 4, width, LINE)
        lines = [Line(contact, self._writer.fitted(contact, width, self.style(10.5, bold=True), lines=1))]
        for name in ("voluntary", "example") if about.rules.example else ("voluntary",):
            said = say(name, self.language)
            lines.append(Line(said, self._writer.fitted(said, width, self.style(7.5, SOFT), lines=1)))
        self._lines.write(page, lines, _MARGIN, A4[1] - _FOOT + 5, width)
