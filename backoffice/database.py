"""The database: SQLite file by default, PostgreSQL by URL; the same tables and the same code on both.

SQLite: `synchronous=FULL` (a receipt must not outlive its row), foreign keys on, writers wait 10 s. Write-ahead log
only from 3.51.3 on: before that two connections could reset the log under each other and damage the file. Within a
process transactions queue for their turn: SQLite itself lets a waiting one sleep for up to 0.1 s and look again, and
thirty kiosks at the start of a day would mostly wait for sleepers.
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

_SAFE_WAL = (3, 51, 3)
_TURN, _PATIENCE_SECONDS = "demado.turn", 10


@dataclass(frozen=True)
class Database:
    """An engine, made once a process."""

    engine: Engine

    @classmethod
    def connect(cls, url: str) -> Database:
        """`sqlite:///path/office.db` or `postgresql+psycopg://…`."""
        if url.startswith("sqlite"):
            engine = create_engine(url)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "checkin", _leave_no_transaction)
            _take_turns(engine)
        else:
            # More connections than request threads (40): a request that holds one must never wait for another.
            engine = create_engine(url, pool_pre_ping=True, pool_size=20, max_overflow=30, pool_timeout=10)
        return cls(engine)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        self.engine.dispose()


def _take_turns(engine: Engine) -> None:
    """A turn goes from BEGIN until the connection is given back. Who waits too long asks SQLite all the same."""
    turn = threading.Lock()

    def begin(connection: Connection) -> None:
        if not connection.info.get(_TURN):
            connection.info[_TURN] = turn.acquire(timeout=_PATIENCE_SECONDS)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def checkin(_connection: object, entry: ConnectionPoolEntry) -> None:
        if entry.info.pop(_TURN, False):
            turn.release()

    event.listen(engine, "begin", begin)
    event.listen(engine, "checkin", checkin)


def _leave_no_transaction(connection: object, _entry: ConnectionPoolEntry) -> None:
    """A COMMIT that failed (disk full) leaves SQLite's transaction open, and SQLAlchemy believes it ended."""
    if isinstance(connection, sqlite3.Connection) and connection.in_transaction:
        connection.rollback()


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # SQLAlchemy's documented recipe: we emit BEGIN ourselves
    journal = "WAL" if sqlite3.sqlite_version_info >= _SAFE_WAL else "TRUNCATE"
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_PATIENCE_SECONDS * 1000}",
        f"journal_mode={journal}",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
