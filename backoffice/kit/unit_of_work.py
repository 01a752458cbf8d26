"""A transaction and its moment: what every service function of the office is given."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

from sqlmodel import Session

from backoffice.database import Database
from schemas.ids import Uuid7

Id = TypeVar("Id", bound=Uuid7)


class UnitOfWork:
    """A transaction and its moment. Repositories use `session`; nobody but the edge commits."""

    def __init__(self, session: Session, now: datetime, *, randomness: Callable[[int], bytes] = os.urandom) -> None:
        self.session = session
        self.now = now
        self.randomness = randomness
        self._after: list[Callable[[], None]] = []

    def new_id(self, kind: type[Id]) -> Id:
        """A fresh time-ordered id, e.g. `work.new_id(CaseId)`."""
        return kind.new(unix_ms=int(self.now.timestamp() * 1000), randomness=self.randomness(10))

    def after_commit(self, act: Callable[[], None]) -> None:
        """Run something once the commit stands, e.g. wake the worker; its failure changes nothing."""
        self._after.append(act)

    def run_after_commit(self) -> None:
        for act in self._after:
            act()


@contextmanager
def transaction(database: Database, *, now: Callable[[], datetime] | None = None) -> Iterator[UnitOfWork]:
    """A unit of work for commands, the worker and tests: commits at the end, rolls back on any exception."""
    with Session(database.engine, expire_on_commit=False) as session:
        work = UnitOfWork(session, (now or utc_now)())
        yield work
        session.commit()
    work.run_after_commit()


def utc_now() -> datetime:
    return datetime.now(UTC)
