"""The database: SQLite file by default, PostgreSQL by URL; the same tables and the same code on both.

SQLite: `synchronous=FULL` (a receipt must not outlive its row), foreign keys on, writers wait 10 s. Write-ahead log
only from 3.51.3 on: before that two connections could reset the log under each other and damage the file.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

_SAFE_WAL = (3, 51, 3)


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
            event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        else:
            # More connections than request threads (40): a request that holds one must never wait for another.
            engine = create_engine(url, pool_pre_ping=True, pool_size=20, max_overflow=30, pool_timeout=10)
        return cls(engine)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        self.engine.dispose()


def _leave_no_transaction(connection: object, _entry: ConnectionPoolEntry) -> None:
    """A COMMIT that failed (disk full) leaves SQLite's transaction open, and SQLAlchemy believes it ended."""
    if isinstance(connection, sqlite3.Connection) and connection.in_transaction:
        connection.rollback()


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # SQLAlchemy's documented recipe: we emit BEGIN ourselves
    journal = "WAL" if sqlite3.sqlite_version_info >= _SAFE_WAL else "TRUNCATE"
    cursor = connection.cursor()
    for pragma in ("busy_timeout=10000", f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
