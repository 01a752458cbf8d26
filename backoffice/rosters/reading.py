"""A roster file as rows of text: CSV in UTF-8 or CP932, or the first sheet of an XLSX. Nothing is interpreted here.

Bounded: bytes, rows, columns, and what an XLSX may unfold to. Formulas are not calculated, macros not looked at.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Final
from xml.etree.ElementTree import ParseError

from backoffice.kit.errors import Refused

BYTES_LIMIT: Final = 32 * 1024 * 1024
SHEET_AT_ONCE: Final = 256 * 1024
ROWS_LIMIT: Final = 200_000
COLUMNS_LIMIT: Final = 100
CELL_LIMIT: Final = 200
_UNFOLDED_LIMIT: Final = 512 * 1024 * 1024
_ZIP: Final = b"PK\x03\x04"

Row = list[str]


def rows_of(data: bytes) -> Iterator[Row]:
    """Every row, the header first. Raises `Refused` at the first thing that is no table."""
    if len(data) > BYTES_LIMIT:
        raise Refused("roster.too_large", "ファイルが大きすぎます(32MBまで)。", status=413)
    read = _sheet(data) if data.startswith(_ZIP) else _csv(data)
    for number, row in enumerate(read):
        if number > ROWS_LIMIT:
            raise Refused("roster.too_many_rows", "行が多すぎます(20万行まで)。", status=413)
        if len(row) > COLUMNS_LIMIT:
            raise Refused("roster.too_many_columns", "列が多すぎます(100列まで)。")
        yield [cell.strip()[:CELL_LIMIT] for cell in row]


def takes_long(data: bytes) -> bool:
    """Whether reading the whole file is nothing to wait for: some 10,000 rows of a sheet take a second, a CSV of
    100,000 a fifth of one. Raises `Refused` when a look at the outside shows that it is no sheet."""
    if not data.startswith(_ZIP) or len(data) <= SHEET_AT_ONCE:
        return False
    if len(data) > BYTES_LIMIT:
        raise Refused("roster.too_large", "ファイルが大きすぎます(32MBまで)。", status=413)
    _require_sheet(data)
    return True


def as_csv(data: bytes, *, tell: Callable[[int], None] = lambda _rows: None) -> tuple[bytes, int]:
    """The same table in one form (UTF-8, RFC 4180) and its rows without the header. `tell` hears how many were read."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    rows = 0
    for row in rows_of(data):
        writer.writerow(row)
        rows += 1
        tell(rows)
    if rows < 2:
        raise Refused("roster.empty", "見出しの行と、1人以上の行が必要です。")
    return written.getvalue().encode(), rows - 1


def _csv(data: bytes) -> Iterator[Row]:
    text = _decoded(data)
    if "\x00" in text:
        raise Refused("roster.not_a_table", "CSVかExcel(xlsx)のファイルを選んでください。")
    separator = "\t" if "\t" in text.partition("\n")[0] else ","
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    except csv.Error:
        raise Refused("roster.not_a_table", "CSVかExcel(xlsx)のファイルを選んでください。") from None


def _decoded(data: bytes) -> str:
    """UTF-8 with or without a mark, else CP932 as Japanese spreadsheets write."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("roster.encoding", "文字コードを読み取れません。UTF-8かShift_JISで保存してください。")


def _sheet(data: bytes) -> Iterator[Row]:
    from openpyxl import load_workbook  # a quarter of a second that no command but an import of a roster needs
    from openpyxl.utils.exceptions import InvalidFileException

    _require_sheet(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield [_text(value) for value in row]
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, IndexError, OSError, TypeError):
        raise Refused("roster.not_a_table", "CSVかExcel(xlsx)のファイルを選んでください。") from None


def _require_sheet(data: bytes) -> None:
    """Raises `Refused` for what is no archive or would unfold without end."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unfolded = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Refused("roster.not_a_table", "CSVかExcel(xlsx)のファイルを選んでください。") from None
    if unfolded > _UNFOLDED_LIMIT:
        raise Refused("roster.too_large", "ファイルが大きすぎます(32MBまで)。", status=413)


def _text(value: object) -> str:
    """A cell as a person sees it: whole numbers without a point, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
