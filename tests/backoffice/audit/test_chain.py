"""The audit chain holds on both databases, and every way of tampering with it shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from backoffice.audit import service
from backoffice.audit.service import AuditSort, Search
from backoffice.database import Database
from backoffice.kit.unit_of_work import transaction
from tests.factories import FUKUSHIMA, KORIYAMA


def write(database: Database, count: int, *, municipality: str = FUKUSHIMA, actor: str = "somebody") -> None:
    for number in range(count):
        with transaction(database) as work:
            service.write(work, municipality=municipality, actor=actor, action="thing.done", subject=f"thing:{number}")


def verified(database: Database, municipality: str = FUKUSHIMA) -> service.Verification:
    with transaction(database) as work:
        return service.verify(work, municipality)


def tamper(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement))


def test_untouched_chain_is_whole(database: Database) -> None:
    write(database, 5)
    found = verified(database)
    assert found.intact
    assert found.entries == 5


def test_a_municipality_without_entries_has_a_whole_chain(database: Database) -> None:
    assert verified(database).intact


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE audit_entry SET actor = 'other' WHERE sequence = 3", 3),
        ("UPDATE audit_entry SET detail = 'more' WHERE sequence = 1", 1),
        ("DELETE FROM audit_entry WHERE sequence = 2", 2),
        ("DELETE FROM audit_entry WHERE sequence = 5", 5),
        ("DELETE FROM audit_head", 6),
        ("UPDATE audit_head SET hash = 'x'", 6),
    ],
    ids=["changed", "added to", "removed", "cut off", "head gone", "head changed"],
)
def test_tampering_shows_at_its_place(database: Database, statement: str, place: int) -> None:
    write(database, 5)
    tamper(database, statement)
    assert verified(database).broken_at == place


def test_municipalities_have_chains_of_their_own(database: Database) -> None:
    write(database, 2)
    write(database, 3, municipality=KORIYAMA)
    tamper(database, f"DELETE FROM audit_entry WHERE municipality_id = '{KORIYAMA}' AND sequence = 2")
    assert verified(database).intact
    assert not verified(database, KORIYAMA).intact


def test_writers_at_the_same_time_stand_in_a_row(database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: write(database, 4, actor=f"writer {number}"), range(6)))
    found = verified(database)
    assert found.intact
    assert found.entries == 24


def write_and_fail(database: Database) -> None:
    with transaction(database) as work:
        service.write(work, municipality=FUKUSHIMA, actor="a", action="b", subject="c")
        raise RuntimeError


def test_an_entry_of_a_failed_transaction_leaves_no_gap(database: Database) -> None:
    write(database, 1)
    with pytest.raises(RuntimeError):
        write_and_fail(database)
    write(database, 1)
    assert verified(database).entries == 2


def test_search_finds_by_actor_and_pages_by_sequence(database: Database) -> None:
    write(database, 3, actor="one")
    write(database, 4, actor="two")
    with transaction(database) as work:
        found = service.search(work, FUKUSHIMA, Search(actor="two", beyond=7), limit=2)
        assert [entry.sequence for entry in found] == [6, 5]
        assert service.actions(work, FUKUSHIMA) == ["thing.done"]
        assert service.search(work, KORIYAMA, Search()) == []


@pytest.mark.parametrize(("by", "order"), [("actor", [1, 2, 5, 3, 4]), ("number", [1, 2, 3, 4, 5])])
@pytest.mark.parametrize("oldest_first", [True, False])
def test_every_column_is_paged_in_both_directions(
    sqlite_database: Database, by: str, order: list[int], oldest_first: bool
) -> None:
    for count, actor in ((2, "one"), (2, "two"), (1, "one")):
        write(sqlite_database, count, actor=actor)
    wanted, found = Search(by=AuditSort(by), oldest_first=oldest_first), list[int]()
    with transaction(sqlite_database) as work:
        while page := service.search(work, FUKUSHIMA, wanted, limit=2):
            found += [entry.sequence for entry in page]
            wanted = wanted.after(page[-1])
    assert found == (order if oldest_first else order[::-1])
