"""Transactions of one process on SQLite: one after the other, and a turn is given back whatever happens in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from backoffice.database import Database
from backoffice.kit.unit_of_work import transaction

_ADD = text("UPDATE counter SET number = number + 1")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database.connect(f"sqlite:///{tmp_path / 'turns.db'}")
    with made.engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (number INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    yield made
    made.close()


def add(database: Database, _number: int = 0) -> None:
    with transaction(database) as work:
        work.session.execute(_ADD)


def number(database: Database) -> int:
    with database.engine.begin() as connection:
        return int(connection.execute(text("SELECT number FROM counter")).scalar_one())


def test_who_comes_while_a_transaction_is_open_waits_for_its_end(database: Database) -> None:
    done = threading.Event()
    other = threading.Thread(target=lambda: (add(database), done.set()))
    with transaction(database) as work:
        work.session.execute(_ADD)
        other.start()
        assert not done.wait(0.1)
    assert done.wait(5)
    other.join()
    assert number(database) == 2


def test_many_at_once_all_have_their_turn_and_none_sleeps_through_it(database: Database) -> None:
    began = time.monotonic()
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda each: add(database, each), range(60)))
    assert number(database) == 60
    assert time.monotonic() - began < 10


def test_a_failure_gives_the_turn_back(database: Database) -> None:
    def fail() -> None:
        with transaction(database) as work:
            work.session.execute(_ADD)
            work.session.execute(text("SELECT nothing"))

    for _ in range(3):
        with pytest.raises(OperationalError):
            fail()
    began = time.monotonic()
    add(database)
    assert time.monotonic() - began < 5
    assert number(database) == 1
