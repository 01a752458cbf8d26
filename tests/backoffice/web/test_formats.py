"""Moments, days and figures as the console writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from backoffice.web import formats
from backoffice.web.spreadsheet import csv_lines
from schemas.language import Language

AT = datetime(2026, 7, 10, 0, 30, 5, tzinfo=UTC)


def test_moments_are_japans() -> None:
    assert formats.moment(AT, Language.JA) == "2026年7月10日(金) 09:30"
    assert formats.moment(AT, Language.EN) == "10 Jul 2026, 09:30"
    assert formats.short_moment(AT, Language.JA) == "7/10(金) 09:30"
    assert formats.clock(AT, Language.JA) == "09:30:05"
    assert formats.today(datetime(2026, 7, 9, 15, tzinfo=UTC), Language.JA) == "2026年7月10日(令和8年) 金曜日"


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(1988, 4, 12), "1988年4月12日(昭和63年)"),
        (date(2019, 5, 1), "2019年5月1日(令和元年)"),
        (date(1867, 1, 1), "1867年1月1日"),
    ],
)
def test_days_stand_with_their_era(day: date, written: str) -> None:
    assert formats.day(day, Language.JA) == written


def test_english_days_name_the_era_too() -> None:
    assert formats.day(date(1988, 4, 12), Language.EN) == "12 Apr 1988 (Showa 63)"


def test_counts_end_where_lists_stop_counting() -> None:
    assert [formats.counted(number) for number in (0, 1234, 9_999, 10_000)] == ["0", "1,234", "9,999", "10,000+"]


def test_spans_have_a_sign() -> None:
    assert formats.span(timedelta(seconds=93)) == "+00:01:33"
    assert formats.span(timedelta(hours=-25)) == "-25:00:00"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge – Windows"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1", "Safari – iPad"),
        ("curl/8.0", "curl/8.0"),
        ("", "?"),
    ],
)  # fmt: skip
def test_browsers_are_named_for_people(agent: str, name: str) -> None:
    assert formats.browser(agent) == name


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_of_a_csv_is_a_formula(cell: str) -> None:
    body = b"".join(csv_lines([[cell, "safe"]])).decode("utf-8-sig")
    assert body.lstrip('"').startswith("'")


def test_a_csv_quotes_what_needs_quoting() -> None:
    assert b"".join(csv_lines([['a "b"', "c,d", "e\nf"]])) == '\ufeff"a ""b""","c,d","e\nf"\r\n'.encode()
