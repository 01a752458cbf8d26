"""和暦, ages and birthdays, with the sample card and the borders of the eras."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.dates import age_on, nth_birthday_after, parse_date, to_wareki
from schemas.errors import IdentifierInvalid

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("平成元年3月31日", date(1989, 3, 31)),
        ("平成２年４月１日", date(1990, 4, 1)),
        ("H2.4.1", date(1990, 4, 1)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成32年1月1日", date(2020, 1, 1)),
        ("1990-04-01", date(1990, 4, 1)),
        ("19900401", date(1990, 4, 1)),
        ("1990年4月1日", date(1990, 4, 1)),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2023-02-29", "date.impossible"),
        ("令和元年4月30日", "date.before_era"),
        ("平成0年1月1日", "date.before_era"),
        ("tomorrow", "date.unreadable"),
        ("", "date.unreadable"),
        ("9999999999", "date.unreadable"),
    ],
)
def test_impossible_dates_are_refused_with_their_code(text: str, code: str) -> None:
    with pytest.raises(IdentifierInvalid) as refused:
        parse_date(text)
    assert refused.value.code == code


@given(DAYS)
def test_every_wareki_reads_back_as_its_day(day: date) -> None:
    assert parse_date(str(to_wareki(day))) == day


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1989, 1, 8), "平成元年1月8日"),
    ],
)
def test_eras_change_on_their_day(day: date, text: str) -> None:
    assert str(to_wareki(day)) == text


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2011, 7, 10), date(2026, 7, 9), 14),
        (date(2011, 7, 10), date(2026, 7, 10), 15),
        (date(2024, 2, 29), date(2025, 2, 28), 0),
        (date(2024, 2, 29), date(2025, 3, 1), 1),
    ],
)
def test_age_changes_on_the_birthday(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


def test_birth_after_the_day_is_refused() -> None:
    with pytest.raises(IdentifierInvalid):
        age_on(date(2026, 7, 11), date(2026, 7, 10))


def test_validity_ends_on_the_tenth_birthday_after_issue() -> None:
    # The sample card of the 2019 notice: born 平成元年3月31日, valid until 2025年3月31日 when issued in 2015/16.
    assert nth_birthday_after(date(2015, 10, 5), date(1989, 3, 31), 10) == date(2025, 3, 31)
    assert nth_birthday_after(date(2025, 10, 27), date(1980, 2, 17), 5) == date(2030, 2, 17)


@given(DAYS, DAYS, st.integers(1, 10))
def test_nth_birthday_lies_between_n_minus_one_and_n_years_after_issue(issued: date, born: date, n: int) -> None:
    found = nth_birthday_after(issued, born, n)
    assert found > issued
    assert n - 1 <= found.year - issued.year <= n


@given(st.text(max_size=30))
def test_no_text_brings_anything_but_the_own_error(text: str) -> None:
    try:
        assert isinstance(parse_date(text), date)
    except IdentifierInvalid as error:
        assert error.code.startswith("date.")
