"""The harness itself: what it looks for it finds – a lost, a doubled, a readable record, an unequal balance."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.faults.balances import both_balances
from tests.faults.compare import Comparison, Findings, Ledger, shelves_of
from tests.faults.matrix import FAULTS, shares
from tests.faults.nursery import Nursery
from tests.faults.people import applicant
from tests.faults.run import Run
from tests.faults.template import make_template
from tests.faults.world import World

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A world in which three people were served, sent, opened, erased."""
    folder = tmp_path_factory.mktemp("harness")
    with Nursery() as nursery, World(folder / "world", nursery, make_template(folder / "template")) as world:
        run = Run(world, Ledger(), Random(1), 0)
        for _ in range(3):
            assert run.serve() is not None
        world.settle()
        yield run


@pytest.fixture
def compare(run: Run) -> Callable[[], Findings]:
    """Compare anew, as if nothing had been looked at before."""

    def anew() -> Findings:
        ledger = replace(run.ledger, compared=set())
        return Comparison(run.world, ledger, shelves_of(run.world)).findings()

    return anew


@pytest.fixture
def office_rows(run: Run) -> Iterator[sqlite3.Connection]:
    """A connection into the office's database; what a test does there is undone."""
    file = run.world.office_folder / "office.db"
    run.world.kill_office()
    before = file.read_bytes()
    connection = sqlite3.connect(file)
    yield connection
    connection.close()
    file.write_bytes(before)
    run.world.start_office()


def test_a_whole_world_has_no_findings_and_equal_balances(run: Run, compare: Callable[[], Findings]) -> None:
    assert compare().clean
    assert both_balances(run.world).equal


def test_a_case_that_is_gone_is_lost(office_rows: sqlite3.Connection, compare: Callable[[], Findings]) -> None:
    office_rows.execute('DELETE FROM "case" WHERE rowid = (SELECT min(rowid) FROM "case")')
    office_rows.commit()
    assert len(compare().lost) == 2  # the promise and the slip


def test_a_packet_that_is_gone_is_lost_and_unbalanced(
    run: Run, office_rows: sqlite3.Connection, compare: Callable[[], Findings]
) -> None:
    office_rows.execute("DELETE FROM packet WHERE sequence = 2")
    office_rows.commit()
    assert {"packet 2 was erased and never received", "gap before packet 3"} <= set(compare().lost)
    assert not both_balances(run.world).equal


def test_another_birth_date_than_was_given_is_lost(
    run: Run, office_rows: sqlite3.Connection, compare: Callable[[], Findings]
) -> None:
    person = next(iter(run.ledger.attempted.values()))
    office_rows.execute('UPDATE "case" SET record = replace(record, ?, ?)', (person.birth, "1901-01-01"))
    office_rows.commit()
    (found,) = compare().lost
    assert found.endswith("opened record differs from what was given")


def test_sealed_bytes_that_are_gone_are_lost(run: Run, compare: Callable[[], Findings]) -> None:
    blob = run.world.office_folder / "blobs" / run.world.book.received(run.world.device)[0].blob
    away = blob.rename(blob.with_name("away"))
    assert len(compare().lost) == 1
    away.rename(blob)


def test_a_second_case_of_a_form_is_doubled(office_rows: sqlite3.Connection, compare: Callable[[], Findings]) -> None:
    columns = [row[1] for row in office_rows.execute('PRAGMA table_info("case")')]
    changed = {"id": "'another'", "record_id": "'another'"}
    values = ", ".join(changed.get(column, column) for column in columns)
    office_rows.execute(f'INSERT INTO "case" ({", ".join(columns)}) SELECT {values} FROM "case" LIMIT 1')
    office_rows.commit()
    assert [found.split(" ")[0:3] for found in compare().doubled] == [["case", "of", "form"]]


@pytest.mark.parametrize("number", range(5))
def test_each_trace_of_a_person_in_a_file_is_readable(run: Run, compare: Callable[[], Findings], number: int) -> None:
    left = run.world.kiosk.data / "left-behind"
    left.write_bytes(b"x" * 5000 + list(run.ledger.attempted.values())[-1].traces[number])
    assert compare().readable == ["left-behind"]
    left.unlink()


def test_a_booked_name_on_the_kiosk_is_readable_in_any_spelling(run: Run, compare: Callable[[], Findings]) -> None:
    left = run.world.kiosk.data / "left-behind"
    assert len(run.world.names) >= 5
    for spelt in run.world.names[:5]:
        left.write_bytes(b"{" + spelt)
        assert compare().readable == ["left-behind"]
    left.unlink()


def test_a_file_of_the_office_beside_its_database_is_searched_too(run: Run, compare: Callable[[], Findings]) -> None:
    left: Path = run.world.office_folder / "blobs" / "left-behind"
    left.write_bytes(next(iter(run.ledger.attempted.values())).note.encode())
    assert compare().readable == ["left-behind"]
    left.unlink()


def test_the_same_seed_invents_the_same_people() -> None:
    assert applicant(Random("5:a:1")) == applicant(Random("5:a:1"))
    assert applicant(Random("5:a:1")) != applicant(Random("6:a:1"))


def test_every_run_is_given_to_a_fault() -> None:
    assert sum(shares(1000).values()) == 1000
    assert min(shares(1000).values()) >= 20
    assert {fault.name for fault in FAULTS} == shares(1000).keys()
    assert all(fault.about for fault in FAULTS)
