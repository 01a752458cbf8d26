"""Columns guessed from headings, rows as people, names found by what a person can type."""

from __future__ import annotations

import pytest

from backoffice.rosters.mapping import Column, Relation, RowWrong, guessed, person_of
from backoffice.rosters.names import folded, graphemes_fit

COLUMNS = {Column.NUMBER: 0, Column.NAME: 1, Column.RELATION: 2, Column.BIRTH_MONTH: 3}


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (["職員番号", "氏名", "フリガナ", "所属"], {"number": 0, "name": 1, "kana": 2, "unit": 3}),
        (["No.", "所属名", "氏名(漢字)", "氏名カナ"], {"number": 0, "unit": 1, "name": 2, "kana": 3}),
        (["社員番号", "名前", "続柄", "生年月日", "旧姓"], {"number": 0, "name": 1, "relation": 2, "birth_month": 3, "former_name": 4}),  # noqa: E501
        (["Employee Number", "Full Name"], {"number": 0, "name": 1}),
        (["あ", "い"], {}),
    ],
)  # fmt: skip
def test_headings_say_what_columns_mean(headings: list[str], columns: dict[str, int]) -> None:
    assert {column.value: at for column, at in guessed(headings).items()} == columns


@pytest.mark.parametrize(
    ("relation", "is_"),
    [
        ("", "member"),
        ("組合員", "member"),
        ("妻", "dependant"),
        ("被扶養者", "dependant"),
        ("会計年度任用職員", "other"),
    ],
)
def test_relations_by_the_words_rosters_use(relation: str, is_: str) -> None:
    assert person_of(["1", "名", relation, ""], COLUMNS).relation == Relation(is_)


@pytest.mark.parametrize(
    ("text", "month"),
    [("4", 4), ("4月", 4), ("１２", 12), ("1990-04-01", 4), ("1990/4/1", 4), ("1990年4月1日", 4), ("H2.4.1", 4),
     ("平成2年4月1日", 4), ("昭和64年1月7日", 1), ("令和元年5月1日", 5), ("", None)],
)  # fmt: skip
def test_only_the_month_of_a_birth_date_is_kept(text: str, month: int | None) -> None:
    assert person_of(["1", "名", "", text], COLUMNS).birth_month == month


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (["", "名", "", ""], Column.NUMBER, "missing"),
        (["1", "", "", ""], Column.NAME, "missing"),
        (["1"], Column.NAME, "missing"),
        (["123456789018", "名", "", ""], Column.NUMBER, "my_number"),
        (["1", "名 1234-5678-9018", "", ""], Column.NAME, "my_number"),
        (["1", "名" * 81, "", ""], Column.NAME, "too_long"),
        (["9" * 41, "名", "", ""], Column.NUMBER, "too_long"),
        (["1", "名", "知人", ""], Column.RELATION, "relation_unknown"),
        (["1", "名", "", "13"], Column.BIRTH_MONTH, "month_unreadable"),
        (["1", "名", "", "春"], Column.BIRTH_MONTH, "month_unreadable"),
    ],
)
def test_a_row_that_cannot_be_taken_says_where_and_why(row: list[str], column: Column, code: str) -> None:
    with pytest.raises(RowWrong) as wrong:
        person_of(row, COLUMNS)
    assert (wrong.value.column, wrong.value.code) == (column, code)


@pytest.mark.parametrize(
    ("typed", "written"),
    [("たかはし", "タカハシ イチロウ"), ("高橋", "髙橋 一郎"), ("渡辺", "渡邉󠄀"),
     ("ｙａｍａｄａ", "Yamada, Tarō"), ("斉藤", "齋 藤"), ("が", "ガ")],
)  # fmt: skip
def test_a_name_is_found_by_what_can_be_typed(typed: str, written: str) -> None:
    assert folded(typed) in folded(written)


def test_variation_selectors_and_marks_are_no_characters() -> None:
    assert graphemes_fit("葛󠄀" * 80, 80)
    assert not graphemes_fit("葛" * 81, 80)
