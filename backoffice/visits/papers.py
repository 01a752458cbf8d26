"""Poster (A4, A3) and flyer (A5) of a visit: when, where, the booking QR, what to bring, that it is voluntary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from itertools import groupby
from typing import Final

from babel.dates import format_date

from backoffice.paper.layout import Style, Writer, plain
from backoffice.paper.lines import Line, Lines
from backoffice.paper.pdf import A4, A5, Colour, Document, Page, colour
from backoffice.visits.bring import OF_KIND, Bring, Kind, bring, say
from backoffice.web.formats import day as console_day
from schemas.ids import MunicipalityCode
from schemas.language import Language, Wording
from schemas.rules import AgeLimit, RuleSet

KEY: Final = colour("#0017c1")
PALE: Final = colour("#e8f1fe")
INK: Final = colour("#1a1a1c")
SOFT: Final = colour("#626264")
LINE: Final = colour("#b3b3b3")
WHITE: Final = (1.0, 1.0, 1.0)
LISTED_BY_SIGN: Final = (Language.JA, Language.JA_EASY, Language.ZH)  # others write a comma
_DAYS: Final = {
    Language.EN: "EEE, d MMMM y", Language.ZH: "y年M月d日 EEE", Language.KO: "y년 M월 d일 (EEE)",
    Language.ES: "EEE d 'de' MMMM 'de' y", Language.PT: "EEE, d 'de' MMMM 'de' y",
}  # fmt: skip


@dataclass(frozen=True)
class Sitting:
    """A place on one day."""

    place: Wording
    day: date
    begins: time
    ends: time


@dataclass(frozen=True)
class Announced:
    """What printed matter says of a visit."""

    municipality: MunicipalityCode
    office: Wording
    title: Wording
    organisation: str
    contact: str
    sittings: tuple[Sitting, ...]
    walk_in: bool
    address: str
    rules: RuleSet
    first: date

    @cached_property
    def wanted(self) -> dict[Kind, Bring]:
        """What each kind of applicant brings."""
        return {kind: bring(self.rules, self.first, self.municipality, answers) for kind, answers in OF_KIND.items()}


@dataclass(frozen=True)
class Shape:
    """A design in millimetres and points; `kinds`: whose lists there is room for."""

    size: tuple[float, float]
    margin: float
    band: float
    headline: float
    text: float
    code: float
    panel: float
    kinds: tuple[Kind, ...]


POSTER: Final = Shape(A4, 15, 66, 36, 17, 60, 80, (Kind.ADULT, Kind.RENEWAL, Kind.CHILD))
FLYER: Final = Shape(A5, 10, 45, 25, 11.5, 45, 64, (Kind.ADULT, Kind.CHILD))


def poster(about: Announced, language: Language, *, size: tuple[float, float] = A4) -> bytes:
    return _drawn(about, language, POSTER, size[0] / A4[0])


def flyer(about: Announced, language: Language) -> bytes:
    return _drawn(about, language, FLYER, 1.0)


def dated(value: date, language: Language) -> str:
    """A day with its weekday, in Japanese with the era."""
    if language in (Language.JA, Language.JA_EASY):
        return f"{console_day(value, Language.JA)} {format_date(value, '(E)', locale='ja')}"
    return format_date(value, _DAYS[language], locale=language.value.replace("-", "_"))


def kind_name(kind: Kind, rules: RuleSet, day: date, language: Language) -> str:
    return say(kind.value, language, age=rules.years(AgeLimit.REPRESENTATIVE_BELOW, day) or 0)


def kind_lines(about: Announced, kind: Kind, language: Language, styles: tuple[Style, Style, Style]) -> list[Line]:
    """A kind of applicant with their list. `styles`: heading, items, what introduces a choice."""
    head, small, soft = styles
    wanted = about.wanted[kind]
    lines = [Line(kind_name(kind, about.rules, about.first, language), head)]
    for items in wanted.choices.values():
        lines.append(Line(say("one_of", language), soft))
        lines += [Line(item[language], small, ticked=True) for item in items]
    lines += [Line(item[language], small, ticked=True) for item in wanted.always]
    return [*lines, Line(say("form", language), small, ticked=True)]


def _drawn(about: Announced, language: Language, shape: Shape, scale: float) -> bytes:
    document = Document(f"{plain(say('headline', language))} – {about.title[language]}".replace("\n", " "), language)
    page = document.page((shape.size[0] * scale, shape.size[1] * scale), scale=scale)
    sheet = _Design(about, language, shape, Writer(document), page)
    y = sheet.voluntary(sheet.band())
    top = sheet.panel(below=sheet.code(y))
    sheet.sittings(y, top - y)
    sheet.footer()
    return document.written()


@dataclass(frozen=True)
class _Design:
    about: Announced
    language: Language
    shape: Shape
    writer: Writer
    page: Page

    @property
    def lines(self) -> Lines:
        return Lines(self.writer)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Readings need room: one column less."""
        return self.shape.kinds if self.language is not Language.JA_EASY else (Kind.ADULT, Kind.CHILD)

    @property
    def inner(self) -> float:
        return self.shape.size[0] - 2 * self.shape.margin

    def style(self, factor: float = 1.0, ink: Colour = INK, *, bold: bool = False, leading: float = 1.45) -> Style:
        eased = leading + (0.3 if self.language is Language.JA_EASY else 0)  # room for readings
        return Style(self.shape.text * factor, ink, bold, eased)

    def say(self, name: str, **values: object) -> str:
        return say(name, self.language, **values)

    def fitted(self, text: str, width: float, style: Style, *, lines: int = 1) -> Line:
        return Line(text, self.writer.fitted(text, width, style, lines=lines))

    def band(self) -> float:
        """The blue head with the headline; returns its lower edge."""
        shape, left = self.shape, self.shape.margin
        self.page.rectangle(0, 0, shape.size[0], shape.band, KEY)
        easy = self.language is Language.JA_EASY
        big = Style(shape.headline * (0.86 if easy else 1), WHITE, bold=True, leading=1.62 if easy else 1.3)
        lines = [
            self.fitted(self.about.office[self.language], self.inner, self.style(0.9, WHITE)),
            self.fitted(self.say("headline"), self.inner, big, lines=2),
            self.fitted(self.about.title[self.language], self.inner, self.style(1.0, WHITE)),
        ]
        free = shape.band - self.lines.height(lines, self.inner)
        self.lines.write(self.page, lines, left, free / 2, self.inner)
        return shape.band

    def voluntary(self, y: float) -> float:
        gap = self.shape.margin * 0.5
        text = f"{self.say('voluntary')}\n{self.say('photo')}"
        width = self.inner - 2 * gap
        style = self.style(0.82)
        height = self.writer.height(text, width, style) + gap
        self.page.rectangle(self.shape.margin, y + gap, self.inner, height, PALE, radius=3)
        self.writer.write(self.page, self.shape.margin + gap, y + 1.5 * gap, width, text, style)
        return y + 2 * gap + height

    def code(self, y: float) -> float:
        """The booking page's QR at the right, large; returns its lower edge."""
        shape = self.shape
        x = shape.size[0] - shape.margin - shape.code
        head = self.fitted(self.say("book"), shape.code, self.style(1.0, KEY, bold=True))
        below = self.lines.write(self.page, [head], x, y, shape.code)
        self.page.frame(x, below + 0.6, shape.code, shape.code, LINE, radius=3)
        self.page.qr(x + 1, below + 1.6, shape.code - 2, self.about.address, INK)
        how = self.fitted(self.say("book_how"), shape.code, self.style(0.58), lines=1)
        where = self.fitted(self.about.address, shape.code, self.style(0.42, SOFT), lines=2)
        return self.lines.write(self.page, [how, where], x, below + shape.code + 1.6, shape.code)

    def sittings(self, y: float, room: float) -> None:
        """When and where, as many days as fit."""
        width = self.inner - self.shape.code - self.shape.margin * 0.7
        shown = len(self.about.sittings)
        lines = list(self._days(shown, width))
        while shown > 1 and self.lines.height(lines, width) > room:
            shown -= 1
            lines = list(self._days(shown, width))
        self.lines.write(self.page, lines, self.shape.margin, y, width)

    def _days(self, count: int, width: float) -> Iterator[Line]:
        yield Line(self.say("when"), self.style(0.75, KEY, bold=True))
        if not count:
            yield Line(self.say("undecided"), self.style(0.9))
        for place, sittings in groupby(self.about.sittings[:count], key=lambda sitting: sitting.place):
            for sitting in sittings:
                day = f"{dated(sitting.day, self.language)}  {sitting.begins:%H:%M}–{sitting.ends:%H:%M}"
                yield self.fitted(day, width, self.style(0.95, bold=True), lines=1)
            yield self.fitted(place[self.language], width, self.style(0.8), lines=2)
        if more := len(self.about.sittings) - count:
            yield Line(self.say("more_days", count=more), self.style(0.62, SOFT))
        if self.about.walk_in:
            yield Line(self.say("walk_in"), self.style(0.66))

    def panel(self, *, below: float) -> float:
        """What to bring, one column for each kind of applicant, in the largest type that fits; returns its top."""
        head = Line(self.say("bring"), self.style(0.95, KEY, bold=True))
        shape, gap = self.shape, self.shape.margin * 0.45
        columns = len(self.kinds)
        width = (self.inner - gap * (columns - 1)) / columns
        foot = shape.size[1] - shape.margin * 1.9 - head.style.step - gap
        factor = 0.66
        while factor > 0.3 and self._tallest(width, factor) > min(shape.panel, foot - below - gap):
            factor -= 0.02
        top = foot - self._tallest(width, factor)
        self.page.line(shape.margin, top, self.inner, LINE)
        y = self.lines.write(self.page, [head], shape.margin, top + gap * 0.6, self.inner)
        for number, kind in enumerate(self.kinds):
            self.lines.write(self.page, self._column(kind, factor), shape.margin + number * (width + gap), y, width)
        return top - gap * 0.6

    def _tallest(self, width: float, factor: float) -> float:
        return max(self.lines.height(self._column(kind, factor), width) for kind in self.kinds)

    def _column(self, kind: Kind, factor: float) -> list[Line]:
        small, soft = self.style(factor * 0.92, leading=1.35), self.style(factor * 0.85, SOFT, leading=1.35)
        return kind_lines(self.about, kind, self.language, (self.style(factor, bold=True, leading=1.35), small, soft))

    def footer(self) -> None:
        shape = self.shape
        y = shape.size[1] - shape.margin * 1.75
        self.page.line(shape.margin, y, self.inner, LINE)
        contact = f"{self.say('contact')}  {self.about.contact or self.about.office[self.language]}"
        lines = [self.fitted(contact, self.inner, self.style(0.72, bold=True))]
        if self.about.rules.example:
            lines.append(self.fitted(self.say("example"), self.inner, self.style(0.44, SOFT)))
        self.lines.write(self.page, lines, shape.margin, y + 1, self.inner)
