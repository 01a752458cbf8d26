"""The work list: one line an application, with what a person types at the official site, in its order; three blanks to
tick off by hand. As CSV, XLSX and PDF.

The name for contact is in the record only where the card's chip was read; else its column is empty and filled from the
paper form.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from backoffice.cases.models import Case
from backoffice.cases.workflow import Override
from backoffice.paper.layout import Style, Writer
from backoffice.paper.pdf import A4, Colour, Document, Page
from backoffice.web.language import mark
from backoffice.web.spreadsheet import csv_lines, harmless
from backoffice.web.wordings import words_of
from schemas.ids import ApplicationFormId
from schemas.intake import IntakeRecord
from schemas.language import Language

HEADER: Final = (
    mark("受付番号"), mark("申請書ID"), mark("メール連絡用氏名"), mark("メールアドレス"), mark("電話番号"),
    mark("写真のファイル"), mark("生年月日"), mark("生年月日(和暦)"), mark("利用者証明用電子証明書"),
    mark("署名用電子証明書"), mark("点字の希望"), mark("顔認証の希望"), mark("来た理由"), mark("申請方式"),
    mark("受け取り方法"), mark("連絡すること"), mark("入力した日"), mark("入力した人"), mark("受付完了の番号"),
)  # fmt: skip
TITLE: Final = mark("引き渡しの一覧 %(day)s(%(count)s件)")
_LANDSCAPE: Final = (A4[1], A4[0])
_MARGIN: Final = 10.0
_INK: Final[Colour] = (0.1, 0.1, 0.1)
_LINE: Final[Colour] = (0.6, 0.6, 0.6)
# Columns of the printed list with their widths in millimetres; the last is left blank for the hand.
_PRINTED: Final = (
    (0, 21.0), (1, 47.0), (6, 21.0), (5, 51.0), (8, 15.0), (9, 15.0), (10, 13.0), (11, 13.0), (15, 45.0), (18, 36.0),
)  # fmt: skip


@dataclass(frozen=True)
class Words:
    """How the list is written: the reader's language."""

    say: Callable[[str], str]
    day: Callable[[date], str]
    language: Language

    def yes(self, wished: bool) -> str:
        return self.say(mark("希望する")) if wished else self.say(mark("希望しない"))


def header(words: Words) -> list[str]:
    return [words.say(name) for name in HEADER]


def line(case: Case, record: IntakeRecord, *, photo: str, unfit: str, words: Words) -> list[str]:
    """One application. `photo`: its file's name, empty without one; `unfit`: what of the online rules it breaks."""
    wishes, contact = record.wishes, record.contact
    return [
        case.slip,
        ApplicationFormId(case.form_id).grouped() if case.form_id else "",
        record.holder.name if record.holder else "",
        contact.mail if contact else "",
        contact.phone if contact else "",
        photo,
        record.birth_date.isoformat(),
        words.day(record.birth_date),
        words.yes(wishes.authentication),
        words.yes(wishes.signature),
        words.yes(wishes.braille),
        words.yes(wishes.face_authentication),
        words.say(words_of(record.coming.purpose)),
        words.say(words_of(case.method)),
        words.say(words_of(case.delivery)),
        _to_tell(case, record, unfit, words),
        "", "", "",
    ]  # fmt: skip


def _to_tell(case: Case, record: IntakeRecord, unfit: str, words: Words) -> str:
    told = []
    if Override.PHOTO_EXCUSED in case.overrides.split():
        told.append(words.say(mark("写真の特別な事情をJ-LISへ連絡")))
    if record.coming.form_before_move:
        told.append(words.say(mark("申請書は転居前のもの")))
    if not case.form_id:
        told.append(words.say(mark("申請書IDなし(紙で申請)")))
    if case.photo_key is None:
        told.append(words.say(mark("写真なし")))
    if unfit:
        told.append(words.say(mark("写真がオンライン申請の規格に合わない")) + f" ({unfit})")
    return " / ".join(told)


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    return b"".join(csv_lines(rows))


def as_xlsx(rows: Sequence[Sequence[str]], *, title: str) -> bytes:
    """Every cell is text, so that 23 digits stay 23 digits."""
    from openpyxl import Workbook  # read when a list is made; the office starts without it
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title[:31]
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.number_format = "@"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for at in range(1, len(HEADER) + 1):
        sheet.column_dimensions[get_column_letter(at)].width = 32 if at == 2 else 18
    sheet.freeze_panes = "B2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_pdf(rows: Sequence[Sequence[str]], *, title: str, words: Words) -> bytes:
    """A4 across, a line an application, with room to tick off; as many pages as needed."""
    made = _List(title, words.language)
    for row in rows[1:]:
        made.row(row, rows[0])
    return made.document.written() if len(rows) > 1 else made.empty(rows[0])


class _List:
    """Where the next line goes; every page repeats the headings."""

    def __init__(self, title: str, language: Language) -> None:
        self.title, self.document = title, Document(title, language)
        self._writer = Writer(self.document)
        self._page: Page | None = None
        self._y = 0.0

    def row(self, row: Sequence[str], headings: Sequence[str]) -> None:
        style = Style(8.5, _INK, leading=1.35)
        height = max(self._writer.height(row[at] or " ", width - 2, style) for at, width in _PRINTED) + 4
        if self._page is None or self._y + height > _LANDSCAPE[1] - _MARGIN:
            self._begin(headings)
        self._write(row, style, height)

    def empty(self, headings: Sequence[str]) -> bytes:
        self._begin(headings)
        return self.document.written()

    def _begin(self, headings: Sequence[str]) -> None:
        self._page = self.document.page(_LANDSCAPE)
        width = _LANDSCAPE[0] - 2 * _MARGIN
        self._y = self._writer.write(self._page, _MARGIN, 8, width, self.title, Style(13, _INK, bold=True)) + 2
        style = Style(7.5, _INK, bold=True, leading=1.3)
        self._write(headings, style, max(self._writer.height(headings[at], w - 2, style) for at, w in _PRINTED) + 3)

    def _write(self, row: Sequence[str], style: Style, height: float) -> None:
        assert self._page is not None
        x = _MARGIN
        for at, width in _PRINTED:
            self._writer.write(self._page, x + 1, self._y + 1, width - 2, row[at], style)
            x += width
        self._y += height
        self._page.line(_MARGIN, self._y, _LANDSCAPE[0] - 2 * _MARGIN, _LINE, weight=0.15)
