"""What people type into the search field, and positions in a list's address."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.cases.finding import on_day, read_key, search, write_key
from backoffice.cases.ordering import Key
from backoffice.cases.repository import Filter

EVERYTHING = Filter()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A1-0042-7", Filter(counter="A1", running=42)),
        ("a1-0042", Filter(counter="A1", running=42)),
        ("A1 0042 7", Filter(counter="A1", running=42)),
        ("A1ー0042", Filter(counter="A1", running=42)),
        ("42", Filter(running=42)),
        ("0042", Filter(running=42)),
        ("12345", Filter(form="12345")),
        ("1234 5678 9012 3456 7890 123", Filter(form="12345678901234567890123")),
        ("", EVERYTHING),
        ("  ", EVERYTHING),
    ],
)
def test_slip_numbers_and_form_ids_are_understood(text: str, found: Filter) -> None:
    assert search(text, EVERYTHING) == found


@pytest.mark.parametrize("text", ["佐藤", "A1", "123456789012345678901234", "%' OR 1=1", "-", "\x00"])
def test_other_texts_match_nothing(text: str) -> None:
    assert search(text, EVERYTHING) is None


@pytest.mark.parametrize("text", ["123456789018", "1234 5678 9018", "1234-5678-9018", "番号123456789018です"])
def test_an_individual_number_matches_nothing(text: str) -> None:
    assert search(text, EVERYTHING) is None


@given(st.text(max_size=60))
def test_any_text_is_understood_or_matches_nothing(text: str) -> None:
    found = search(text, EVERYTHING)
    assert found is None or isinstance(found, Filter)


def test_a_day_is_japans_day() -> None:
    found = on_day(date(2026, 7, 10), EVERYTHING)
    assert found.since == datetime(2026, 7, 9, 15, tzinfo=UTC)
    assert found.until == datetime(2026, 7, 10, 15, tzinfo=UTC)
    assert on_day(None, EVERYTHING) is EVERYTHING


VALUES = st.sampled_from(["", "A1-0042-7", "onsite_reception", str(UUID(int=7))])


@given(st.integers(0, 7_000_000_000_000_000), st.uuids(), VALUES)
def test_a_position_survives_the_address(micros: int, identity: UUID, value: str) -> None:
    key = Key(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros), str(identity), value)
    assert read_key(write_key(key)) == key


@given(st.text(max_size=80))
def test_a_wrong_position_is_the_first_page(text: str) -> None:
    found = read_key(text)
    assert found is None or text == write_key(found)


def test_the_highest_position_a_reader_accepts_is_a_date() -> None:
    assert read_key("99999999999999999.00000000-0000-0000-0000-000000000000") is not None
