"""Offline time: wall-clock accidents change the annotation and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.outbox.clock import DRIFT, Anchor, OfficeClock, boot_id, boottime
from tests.kiosk.outbox.conftest import HandClock

OFFICE = datetime(2026, 7, 10, 0, 30, tzinfo=UTC)
JUMPS = [timedelta(days=365), timedelta(days=-365), timedelta(hours=1), timedelta(hours=-1), timedelta(seconds=0.5)]


def heard(hand: HandClock, *, round_trip: float = 0.4) -> OfficeClock:
    clock = OfficeClock(hand.wall, hand.monotonic, boot="one")
    clock.heard(OFFICE, not_before=hand.monotonic_now - round_trip, not_after=hand.monotonic_now)
    return clock


def recalling(hand: HandClock, anchor: Anchor | None, *, boot: str) -> OfficeClock:
    clock = OfficeClock(hand.wall, hand.monotonic, boot=boot)
    clock.recall(anchor)
    return clock


def test_before_the_office_was_heard_the_uncertainty_is_unknown() -> None:
    stamp = OfficeClock(HandClock().wall, HandClock().monotonic, boot="one").stamp()
    assert (stamp.offset_ms, stamp.uncertainty_ms) == (0, None)


def test_half_the_round_trip_is_the_uncertainty_and_it_drifts() -> None:
    hand = HandClock(OFFICE)
    clock = heard(hand)
    assert clock.stamp().uncertainty_ms == 200
    hand.advance(86_400)
    assert clock.stamp().uncertainty_ms == round(200 + 86_400 * DRIFT * 1000)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_of_the_wall_clock_changes_only_the_annotation(jump: timedelta) -> None:
    hand = HandClock(OFFICE)
    clock = heard(hand)
    before = clock.stamp()
    hand.wall_now += jump
    after = clock.stamp()
    assert after.corrected() == before.corrected()
    assert after.at - before.at == jump
    assert after.uncertainty_ms == before.uncertainty_ms
    assert clock.today() == date(2026, 7, 10)


@given(st.integers(0, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_whatever_the_wall_says_the_corrected_time_is_the_offices(wall: datetime) -> None:
    hand = HandClock(OFFICE)
    clock = heard(hand, round_trip=0.0)
    hand.advance(60)
    hand.wall_now = wall
    assert abs(clock.stamp().corrected() - (OFFICE + timedelta(seconds=60))) <= timedelta(milliseconds=1)


def test_after_another_boot_a_dead_rtc_is_lifted_to_what_the_office_signed() -> None:
    hand = HandClock(datetime(1970, 1, 1, tzinfo=UTC))
    clock = recalling(hand, Anchor(OFFICE, 5.0, 0.1, "one"), boot="two")
    hand.advance(600)
    stamp = clock.stamp()
    assert stamp.corrected() == OFFICE + timedelta(seconds=600)
    assert stamp.uncertainty_ms is None
    assert clock.today() == date(2026, 7, 10)


def test_after_another_boot_a_plausible_wall_clock_is_used_with_unknown_uncertainty() -> None:
    hand = HandClock(OFFICE + timedelta(days=1))
    stamp = recalling(hand, Anchor(OFFICE, 5.0, 0.1, "one"), boot="two").stamp()
    assert (stamp.offset_ms, stamp.uncertainty_ms) == (0, None)


def test_within_one_boot_a_restarted_process_knows_the_time() -> None:
    hand = HandClock(OFFICE)
    anchor = heard(hand).anchor
    hand.advance(3600)
    hand.wall_now = datetime(1999, 1, 1, tzinfo=UTC)
    stamp = recalling(hand, anchor, boot="one").stamp()
    assert abs(stamp.corrected() - OFFICE - timedelta(seconds=3600)) < timedelta(seconds=1)


def test_a_vaguer_answer_does_not_replace_a_sharper_one_that_agrees() -> None:
    hand = HandClock(OFFICE)
    clock = heard(hand, round_trip=0.02)
    known = clock.anchor
    hand.advance(10)
    vague = not clock.heard(
        OFFICE + timedelta(seconds=8), not_before=hand.monotonic_now - 6, not_after=hand.monotonic_now
    )
    assert vague
    assert clock.anchor == known


def test_an_office_whose_clock_was_set_is_followed() -> None:
    hand = HandClock(OFFICE)
    clock = heard(hand, round_trip=0.02)
    hand.advance(10)
    later = OFFICE + timedelta(hours=2)
    assert clock.heard(later, not_before=hand.monotonic_now - 6, not_after=hand.monotonic_now)
    assert abs(clock.now() - later) <= timedelta(seconds=3)


def test_an_unsigned_date_dates_requests_and_never_records() -> None:
    hand = HandClock(datetime(1970, 1, 1, tzinfo=UTC))
    clock = OfficeClock(hand.wall, hand.monotonic, boot="one")
    clock.hint(OFFICE)
    hand.advance(30)
    assert clock.request_time() == OFFICE + timedelta(seconds=30)
    assert clock.stamp().corrected() == datetime(1970, 1, 1, 0, 0, 30, tzinfo=UTC)
    clock.heard(OFFICE + timedelta(hours=1), not_before=hand.monotonic_now, not_after=hand.monotonic_now)
    assert clock.request_time() == OFFICE + timedelta(hours=1)


def test_the_day_is_japans() -> None:
    hand = HandClock(datetime(2026, 7, 9, 15, 0, tzinfo=UTC))
    assert OfficeClock(hand.wall, hand.monotonic, boot="one").today() == date(2026, 7, 10)


def test_this_machine_has_a_boot_and_a_clock_that_counts_up() -> None:
    first = boottime()
    assert boottime() >= first > 0
    assert boot_id() == boot_id()
