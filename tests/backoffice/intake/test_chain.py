"""Gaps and forks in a device's chain are found from sequence numbers and predecessors."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from backoffice.intake.chain import GAPS_LISTED, Link, examine


def link(sequence: int, *, previous: str | None = "own") -> Link:
    """A link whose predecessor is the right one unless said otherwise."""
    before = (f"p{sequence - 1}" if sequence > 1 else None) if previous == "own" else previous
    return Link(sequence, f"p{sequence}", before)


def test_empty_chain_has_no_head() -> None:
    chain = examine([])
    assert (chain.head, chain.head_packet, chain.received, chain.gaps, chain.forks) == (0, None, 0, (), ())


def test_whole_chain_has_no_gap_and_no_fork() -> None:
    chain = examine([link(number) for number in range(1, 6)])
    assert (chain.head, chain.head_packet, chain.missing, chain.gaps, chain.forks) == (5, "p5", 0, (), ())


def test_missing_numbers_are_named_from_the_first_on() -> None:
    chain = examine([link(2), link(5)])
    assert (chain.gaps, chain.missing, chain.forks) == ((1, 3, 4), 3, ())


def test_packet_with_another_predecessor_is_a_fork() -> None:
    assert examine([link(1), link(2, previous="other"), link(3)]).forks == (2,)


def test_first_packet_with_a_predecessor_is_a_fork() -> None:
    assert examine([link(1, previous="x")]).forks == (1,)


def test_predecessor_that_has_not_come_in_is_no_fork() -> None:
    assert examine([link(1), link(3, previous="unknown yet")]).forks == ()


def test_huge_jump_lists_a_bounded_number_of_gaps() -> None:
    chain = examine([link(1), link(2**40)])
    assert (len(chain.gaps), chain.missing) == (GAPS_LISTED, 2**40 - 2)


@given(some.sets(some.integers(1, 60)))
def test_gaps_are_exactly_the_numbers_below_the_head_that_are_not_there(numbers: set[int]) -> None:
    chain = examine([link(number) for number in sorted(numbers)])
    assert set(chain.gaps) == set(range(1, max(numbers, default=0))) - numbers
    assert chain.missing == len(chain.gaps)
    assert chain.forks == ()
