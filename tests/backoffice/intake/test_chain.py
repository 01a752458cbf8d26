"""Gaps and forks in a device's chain are found from sequence numbers and predecessors."""

from __future__ import annotations

from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import text
from sqlmodel import col, select, update

from backoffice.intake import balance
from backoffice.intake.chain import GAPS_LISTED, Chain, Run, examine
from backoffice.intake.models import ReceivedPacket
from schemas.ids import PacketId
from tests.backoffice.counter import Counter, packet_id
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA


def run(first: int, last: int | None = None, *, previous: str | None = "own") -> Run:
    """A run whose predecessor is the right one unless said otherwise."""
    before = (f"p{first - 1}" if first > 1 else None) if previous == "own" else previous
    return Run(first, last or first, f"p{last or first}", before)


def test_empty_chain_has_no_head() -> None:
    chain = examine([])
    assert (chain.head, chain.head_packet, chain.received, chain.gaps, chain.forks) == (0, None, 0, (), ())


@pytest.mark.parametrize("runs", [[run(1, 5)], [run(number) for number in range(1, 6)], [run(1, 3), run(4, 5)]])
def test_whole_chain_has_no_gap_and_no_fork(runs: list[Run]) -> None:
    chain = examine(runs)
    assert (chain.head, chain.head_packet, chain.received, chain.gaps, chain.forks) == (5, "p5", 5, (), ())


def test_missing_numbers_are_named_from_the_first_on() -> None:
    chain = examine([run(2), run(5)])
    assert (chain.gaps, chain.missing, chain.forks) == ((1, 3, 4), 3, ())


def test_packet_with_another_predecessor_is_a_fork() -> None:
    assert examine([run(1), run(2, previous="other"), run(3)]).forks == (2,)


def test_first_packet_with_a_predecessor_is_a_fork() -> None:
    assert examine([run(1, previous="x")]).forks == (1,)


def test_predecessor_that_has_not_come_in_is_no_fork() -> None:
    assert examine([run(1), run(3, previous="unknown yet")]).forks == ()


def test_packets_beside_the_chain_are_received_and_fill_no_gap() -> None:
    chain = examine([run(1), run(3)], beside=[1, 2], conflicts=[3])
    assert (chain.received, chain.missing, chain.gaps, chain.forks) == (4, 1, (2,), (1, 2, 3))


def test_huge_jump_lists_a_bounded_number_of_gaps() -> None:
    chain = examine([run(1), run(2**40)])
    assert (len(chain.gaps), chain.missing) == (GAPS_LISTED, 2**40 - 2)


@given(some.sets(some.integers(1, 60)))
def test_gaps_are_exactly_the_numbers_below_the_head_that_are_not_there(numbers: set[int]) -> None:
    chain = examine([run(number) for number in sorted(numbers)])
    assert set(chain.gaps) == set(range(1, max(numbers, default=0))) - numbers
    assert chain.missing == len(chain.gaps)
    assert chain.forks == ()


_migration = import_module("backoffice.migrations.versions.16_loose_packets")
ORDERS = ((1, 2, 3, 4), (4, 3, 2, 1), (3, 1, 4, 2), (2, 4), (4,), (1, 4, 3))


def chain_of(office: Office, counter: Counter) -> Chain:
    with office.work() as work:
        (found,) = balance.of_municipality(work, FUKUSHIMA, only=counter.device)
    return found.chain


def test_in_whatever_order_packets_come_the_gaps_are_those_left(each_office: Office) -> None:
    for order in ORDERS:
        counter, here = each_office.counter(), set[int]()
        frames = [counter.seal(payload=b"") for _ in range(4)]
        for number in order:
            assert counter.send(frames[number - 1]).status_code == 201
            here.add(number)
            chain = chain_of(each_office, counter)
            assert (chain.head, chain.received, chain.forks) == (max(here), len(here), ())
            assert set(chain.gaps) == set(range(1, max(here))) - here
        assert chain.head_packet == packet_id(frames[max(here) - 1])


def test_only_packets_that_came_out_of_order_are_looked_at_again(office: Office) -> None:
    counter = office.counter()
    frames = [counter.seal(payload=b"") for _ in range(6)]
    for number in (1, 2, 4, 3, 5, 6):
        counter.send(frames[number - 1])
    with office.work() as work:
        loose = work.session.exec(select(ReceivedPacket.sequence).where(col(ReceivedPacket.loose).is_(True))).all()
    assert loose == [4]
    assert chain_of(office, counter).missing == 0


def test_packets_of_before_are_taken_over_and_what_nobody_judged_is_looked_at(each_office: Office) -> None:
    counter = each_office.counter()
    frames = [counter.seal(payload=b"") for _ in range(6)]
    for number in (1, 2, 6, 5, 3):
        counter.send(frames[number - 1])
    chain = chain_of(each_office, counter)
    everything = (update(ReceivedPacket).values(loose=True), text(_migration.FOLLOWS))
    for step, left in zip(everything, ([1, 2, 3, 5, 6], [5]), strict=True):
        with each_office.work() as work:
            work.session.execute(step)
        assert chain_of(each_office, counter) == chain
        with each_office.work() as work:
            assert sorted(work.session.exec(select(ReceivedPacket.sequence).where(ReceivedPacket.loose))) == left
    assert (chain.gaps, chain.received) == ((4,), 5)


def test_a_fork_is_seen_whichever_of_its_packets_comes_first(office: Office) -> None:
    for order in ((1, 2, 3), (3, 2, 1), (2, 1, 3), (3, 1, 2)):
        counter = office.counter()
        frames = [counter.seal(payload=b"")]
        other = counter.header(counter.record().record, previous=PacketId("f" * 64))
        frames.append(counter.frame(other, b""))
        counter.sequence, counter.previous = 2, packet_id(frames[1])
        frames.append(counter.seal(payload=b""))
        for number in order:
            assert counter.send(frames[number - 1]).status_code == 201
        assert chain_of(office, counter).forks == (2,)
