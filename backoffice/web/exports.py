"""Lists as files: CSV as it is read, XLSX written to a temporary file row by row. Memory stays flat in both."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import IO, Final

from fastapi import Request
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from starlette.responses import StreamingResponse

from backoffice.web.spreadsheet import MEDIA_TYPE, csv_lines

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0 has none of these
_CELL: Final = 32_767  # what a cell of Excel holds
_PORTION: Final = 64 * 1024


class FileKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


def kind_asked(request: Request) -> FileKind | None:
    """`as=csv` or `as=xlsx` in the address."""
    asked = request.query_params.get("as", "")
    return FileKind(asked) if asked in list(FileKind) else None


def file_answer(kind: FileKind, name: str, rows: Iterable[Iterable[str]]) -> StreamingResponse:
    """A download; the first row holds the headings."""
    lines = csv_lines(rows) if kind is FileKind.CSV else xlsx_pieces(rows)
    media = MEDIA_TYPE if kind is FileKind.CSV else XLSX_TYPE
    disposition = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return StreamingResponse(lines, media_type=media, headers=disposition)


def xlsx_pieces(rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """A workbook of texts: nothing in it is calculated, whatever a cell begins with."""
    with tempfile.TemporaryFile() as file:
        _write(rows, file)
        file.seek(0)
        while piece := file.read(_PORTION):
            yield piece


def _write(rows: Iterable[Iterable[str]], file: IO[bytes]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in rows:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=_CONTROL.sub("", text)[:_CELL])
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    book.save(file)
