"""Insert-if-absent on both databases: how two requests with the same thing become one row and one refusal. And how far
lists count."""

from __future__ import annotations

from typing import Final

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

COUNTED: Final = 10_000
"""More are not counted: "10,000+" says as much, and counting a million takes its time."""


def insert_if_absent(session: Session, row: SQLModel) -> bool:
    """Insert a row unless any unique key of its table is taken. False: nothing was inserted.

    On PostgreSQL this waits for another transaction that is inserting the same key, and sees its outcome.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(type(row)).values(row.model_dump()).on_conflict_do_nothing()
    # RETURNING, because rowcount is not told for every INSERT on PostgreSQL.
    key = inspect(type(row)).primary_key[0]
    return session.connection().execute(statement.returning(key)).first() is not None
