"""Every list of the case desk walks an index on PostgreSQL: no scan of the table, no sort of what was found.

The planner is told to avoid scans and sorts (it would sort few rows); where it still plans one, no index could serve.
What whole pages ask is looked at in tests/backoffice/test_plans.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from backoffice.cases import handing_over, service
from backoffice.cases.desk_repository import DeskRepository
from backoffice.cases.ordering import Key, Sort
from backoffice.cases.repository import CaseRepository, Filter
from backoffice.cases.workflow import State
from backoffice.database import Database
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from tests.factories import FUKUSHIMA, MORNING

pytestmark = pytest.mark.postgres
AFTER = Key(MORNING, "019f496e-6740-7817-bd72-baa5570b870b")
AFTER_RETURNED = Key(MORNING, AFTER.id, "returned")
Ask = Callable[[UnitOfWork], object]


@pytest.fixture
def office_database(postgres_url: str) -> Iterator[Database]:
    opened = Database.connect(postgres_url)
    yield opened
    opened.close()


def plans(database: Database, ask: Ask) -> str:
    """The plans of every query that this asks."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    with transaction(database) as work:
        connection = work.session.connection()
        for way in ("seqscan", "sort", "incremental_sort"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        event.listen(connection, "before_cursor_execute", note)
        ask(work)
        event.remove(connection, "before_cursor_execute", note)
        lines: list[str] = []
        for statement, parameters in asked:
            lines += [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
    assert asked
    return "\n".join(lines)


def listed(wanted: Filter, *, sort: Sort = Sort.RECEIVED, oldest_first: bool = False, after: Key | None = None) -> Ask:
    return lambda work: service.page(work, FUKUSHIMA, wanted, sort=sort, oldest_first=oldest_first, after=after)


@pytest.mark.parametrize(
    "ask",
    [
        listed(Filter()),
        listed(Filter(), oldest_first=True, after=AFTER),
        listed(Filter(state=State.RECEIVED), oldest_first=True),
        listed(Filter(state=State.APPROVED), after=AFTER),
        listed(Filter(since=MORNING, until=MORNING + timedelta(days=1))),
        listed(Filter(state=State.RETURNED, since=MORNING, until=MORNING + timedelta(days=1))),
        listed(Filter(), sort=Sort.VISIT, oldest_first=True),
        listed(Filter(), sort=Sort.STATE, after=AFTER_RETURNED),
        listed(Filter(), sort=Sort.METHOD),
        listed(Filter(), sort=Sort.SLIP, oldest_first=True),
        listed(Filter(state=State.RETURNED), sort=Sort.VISIT, oldest_first=True),
        listed(Filter(state=State.RETURNED), sort=Sort.METHOD, oldest_first=True),
        listed(Filter(state=State.RETURNED), sort=Sort.SLIP, after=AFTER_RETURNED),
        listed(Filter(), sort=Sort.FORM),
        listed(Filter(state=State.RETURNED), sort=Sort.CARD, oldest_first=True),
        lambda work: handing_over.waiting(work, FUKUSHIMA, limit=50),
        lambda work: handing_over.done(work, FUKUSHIMA, limit=50),
    ],
    ids=[
        "all",
        "all, further",
        "waiting",
        "approved, further",
        "a day",
        "a day's returns",
        "by visit",
        "by state, further",
        "by method",
        "by slip",
        "a state by visit",
        "a state by method",
        "a state by slip, further",
        "by form",
        "a state by card",
        "to hand over",
        "handed over",
    ],
)
def test_lists_are_read_in_the_order_of_an_index(office_database: Database, ask: Ask) -> None:
    plan = plans(office_database, ask)
    assert "Seq Scan" not in plan
    assert "Sort" not in plan


def test_a_further_page_begins_at_its_place_in_the_index(office_database: Database) -> None:
    plan = plans(office_database, listed(Filter(), oldest_first=True, after=AFTER))
    assert "Index Cond" in plan
    assert "ROW(received_at" in plan.split("Index Cond")[1].splitlines()[0]


@pytest.mark.parametrize(
    "ask",
    [
        lambda work: CaseRepository(work.session, FUKUSHIMA).by_record(AFTER.id),
        lambda work: DeskRepository(work.session, FUKUSHIMA).photo_of_record(AFTER.id),
        lambda work: DeskRepository(work.session, FUKUSHIMA).returned("1" * 23),
    ],
    ids=["record", "photo of a record", "returned form"],
)
def test_lookups_of_the_worker_use_an_index(office_database: Database, ask: Ask) -> None:
    assert "Seq Scan" not in plans(office_database, ask)
