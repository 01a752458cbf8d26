"""Roster files as they come: encodings, separators, spreadsheets, and what is no table at all."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from backoffice.kit.errors import Refused
from backoffice.rosters.reading import as_csv, rows_of

TEXT = "職員番号,氏名\r\n101,髙橋 一郎\r\n"


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_csv_is_read_in_the_encodings_of_japanese_spreadsheets(encoding: str) -> None:
    assert list(rows_of(TEXT.encode(encoding))) == [["職員番号", "氏名"], ["101", "髙橋 一郎"]]


def test_tabs_quotes_and_line_ends_inside_a_cell() -> None:
    assert list(rows_of(b'number\tname\n1\t"A\nB"\n')) == [["number", "name"], ["1", "A\nB"]]


def test_sheet_is_read_as_a_person_sees_it() -> None:
    data = workbook(["番号", "氏名", "生年月日"], [101.0, "渡邉󠄀", date(1990, 4, 1)], [None, "", 1.5])
    assert list(rows_of(data)) == [["番号", "氏名", "生年月日"], ["101", "渡邉󠄀", "1990-04-01"], ["", "", "1.5"]]


def test_one_form_for_both_and_its_rows_are_counted() -> None:
    table, rows = as_csv(workbook(["番号", "氏名"], [101, "い,ろ"]))
    assert (table.decode(), rows) == ('番号,氏名\r\n101,"い,ろ"\r\n', 1)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "roster.empty"),
        (b"a,b\n", "roster.empty"),
        (b"\xff\xfe\x00\x81\x00", "roster.encoding"),
        (b"a\x00b\n1\n", "roster.not_a_table"),
        (b'a,"b\n1', "roster.not_a_table"),
        (b"PK\x03\x04 not a zip", "roster.not_a_table"),
        (b"," * 200 + b"\n1\n", "roster.too_many_columns"),
        (b"x" * (33 * 1024 * 1024), "roster.too_large"),
    ],
)
def test_what_is_no_table_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        as_csv(data)
    assert refused.value.code == code


def test_a_bomb_in_a_spreadsheet_is_not_unfolded() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        for number in range(6):
            parts.writestr(f"xl/{number}.xml", b"0" * 100_000_000)
    with pytest.raises(Refused) as refused:
        as_csv(packed.getvalue())
    assert refused.value.code == "roster.too_large"


@given(st.one_of(st.binary(max_size=400), st.binary(max_size=400).map(lambda some: b"PK\x03\x04" + some)))
def test_any_bytes_are_rows_or_a_refusal(data: bytes) -> None:
    try:
        rows = list(rows_of(data))
    except Refused:
        return
    assert all(isinstance(cell, str) for row in rows for cell in row)
