"""Dates that decide: windows, validities by age and status, limits that change on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.rules import (
    AgeLimit,
    CardLife,
    Residence,
    Span,
    card_valid_until,
    certificate_valid_until,
    default_rules,
    example_rules,
    life,
)
from schemas.rules.entries import Window
from schemas.rules.spans import closes_on, counting_day, opens_on, within

RULES = default_rules()


@pytest.mark.parametrize(
    ("born", "issued", "until", "source"),
    [
        ("1989-03-31", "2016-01-20", "2025-03-31", "5.3 the sample card of [S3]"),
        ("1990-04-01", "2026-03-31", "2035-04-01", "5.1 10th birthday after issue"),
        ("1990-04-01", "2026-04-01", "2036-04-01", "5.1 a birthday on the day of issue does not count (D8)"),
        ("2008-07-10", "2026-07-10", "2036-07-10", "5.1 eighteen on the day of issue"),
        ("2008-07-11", "2026-07-10", "2030-07-11", "5.1 eighteen a day later: 5th birthday"),
        ("2003-04-01", "2022-03-31", "2026-04-01", "5.1 boundary 20 until 2022-03-31"),
        ("2003-04-01", "2022-04-01", "2032-04-01", "5.1 boundary 18 from 2022-04-01"),
        ("2002-03-31", "2022-03-31", "2032-03-31", "5.1 twenty on the last day of the old rule"),
        ("2026-07-01", "2026-07-10", "2031-07-01", "5.1 infant: 5th birthday"),
        ("2012-02-29", "2026-07-10", "2031-03-01", "11.3 2/29 births"),
    ],
)
def test_a_card_is_valid_until_the_birthday_its_holder_s_age_gives(
    born: str, issued: str, until: str, source: str
) -> None:
    day = card_valid_until(
        RULES, born=date.fromisoformat(born), issued=date.fromisoformat(issued), residence=Residence.JAPANESE
    )
    assert day == date.fromisoformat(until), source


@pytest.mark.parametrize(
    ("residence", "until"),
    [
        (Residence.LIMITED, "2028-03-31"), (Residence.PERMANENT, "2036-04-01"),
        (Residence.SPECIAL_PERMANENT, "2036-04-01"), (Residence.HIGHLY_SKILLED_2, "2036-04-01"),
    ],
)  # fmt: skip
def test_only_a_limited_stay_shortens_the_card(residence: Residence, until: str) -> None:
    day = card_valid_until(
        RULES, born=date(1990, 4, 1), issued=date(2026, 4, 1), residence=residence, stay_until=date(2028, 3, 31)
    )
    assert day == date.fromisoformat(until)


def test_certificates_end_at_the_fifth_birthday_and_never_after_the_card() -> None:
    def until(card: date) -> date | None:
        return certificate_valid_until(RULES, born=date(1990, 4, 1), issued=date(2026, 7, 10), card_until=card)

    assert until(date(2036, 4, 1)) == date(2031, 4, 1)
    assert until(date(2028, 3, 31)) == date(2028, 3, 31)


def test_a_set_without_validities_promises_nothing() -> None:
    silent = RULES.model_copy(update={"validities": ()})
    born, issued = date(1990, 4, 1), date(2026, 4, 1)
    assert card_valid_until(silent, born=born, issued=issued, residence=Residence.JAPANESE) is None
    assert certificate_valid_until(silent, born=born, issued=issued, card_until=date(2036, 4, 1)) is None


@pytest.mark.parametrize(
    ("limit", "day", "years"),
    [
        (AgeLimit.PHOTO_FROM, "2024-12-01", 0), (AgeLimit.PHOTO_FROM, "2024-12-02", 1),
        (AgeLimit.ADULT_FROM, "2022-03-31", 20), (AgeLimit.ADULT_FROM, "2022-04-01", 18),
        (AgeLimit.REPRESENTATIVE_BELOW, "2026-07-10", 15), (AgeLimit.SIGNATURE_FROM, "2026-07-10", 15),
    ],
)  # fmt: skip
def test_ages_change_on_their_day(limit: AgeLimit, day: str, years: int) -> None:
    assert RULES.years(limit, date.fromisoformat(day)) == years


@pytest.mark.parametrize(
    ("end", "months", "first_day", "opens"),
    [
        ("2026-10-10", 3, False, "2026-07-11"), ("2026-10-10", 3, True, "2026-07-10"),
        ("2026-05-31", 3, False, "2026-03-01"), ("2028-05-31", 3, True, "2028-02-29"),
        ("2026-01-15", 12, True, "2025-01-15"), ("2026-03-31", 3, False, "2026-01-01"),
    ],
)  # fmt: skip
def test_a_window_before_an_end_opens(end: str, months: int, first_day: bool, opens: str) -> None:
    window = Window(code=Span.CARD_RENEWAL, months=months, first_day=first_day)
    assert opens_on(window, date.fromisoformat(end)) == date.fromisoformat(opens)


def test_the_city_chooses_the_day_ages_are_counted_on() -> None:
    days = {"visit": date(2026, 7, 10), "application": date(2026, 7, 2)}
    assert counting_day(RULES, **days) == days["visit"]
    assert counting_day(example_rules("yamagata_like"), **days) == days["application"]


def test_a_window_in_days_counts_days() -> None:
    window = Window(code=Span.EXPRESS_EVENT, days=30)
    assert closes_on(window, date(2026, 6, 10)) == date(2026, 7, 10)
    assert opens_on(window, date(2026, 7, 10)) == date(2026, 6, 11)


def test_an_event_of_tomorrow_is_in_no_window_and_no_rule_is_no_limit() -> None:
    day = date(2026, 7, 10)
    assert not within(RULES, Span.EXPRESS_EVENT, event=day + timedelta(days=1), day=day)
    unlimited = RULES.model_copy(update={"windows": ()})
    assert within(unlimited, Span.EXPRESS_EVENT, event=date(2001, 1, 1), day=day)
    assert life(unlimited, Span.CARD_RENEWAL, day, day) is CardLife.RUNNING


@settings(deadline=None)
@given(st.dates(date(2016, 1, 1), date(2060, 1, 1)), st.integers(-400, 400))
def test_a_card_only_ever_grows_older(end: date, offset: int) -> None:
    order = [CardLife.RUNNING, CardLife.RENEWABLE, CardLife.EXPIRED]
    rules, day = example_rules("nagoya_like"), end + timedelta(days=offset)
    today, tomorrow = (life(rules, Span.CARD_RENEWAL, end, each) for each in (day, day + timedelta(days=1)))
    assert order.index(today) <= order.index(tomorrow)
    assert (today is CardLife.EXPIRED) == (offset > 0)
