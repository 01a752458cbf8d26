"""Every list of the console on PostgreSQL: the queries its page asks are explained, as they were asked.

No sequential scan of a table that grows, and no query that reads more rows than its list can need: an index that only
narrows to the municipality would read all of them. The planner is told to avoid scans; where it still plans one, no
index could serve.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from backoffice.database import Database
from backoffice.staff.authorisation import Role
from tests.backoffice.conftest import MakeOffice
from tests.backoffice.console import Console
from tests.backoffice.crowd import Crowd, crowd_id
from tests.factories import MORNING

pytestmark = pytest.mark.postgres
CROWD = Crowd(cases=6_000, members=3_000, visits=100, devices=4, staff=20, seconds=900)
GROWING = {
    "audit_entry", "booking", "case", "case_batch", "case_batch_item", "case_draft", "case_event", "case_note",
    "login_session", "member", "organisation", "packet", "place", "quarantine", "roster_import", "saved_view", "slot",
    "unit", "visit",
}  # fmt: skip
ENOUGH = 400
ROSTER = 3_000  # counts and a search for nobody read a whole roster, in an index that holds all they need
CHAIN = 1_000  # a device's packets are counted by visit, in an index that holds all it needs

VISIT, CASE, BRIGADE = crowd_id("visit", 100), crowd_id("case", 2000), crowd_id("org", 1)
PAGES: dict[str, int] = {
    "/": ENOUGH,
    "/cases": ENOUGH,
    "/cases?state=all": ENOUGH,
    f"/cases?state=all&after=1783000000000000.{CASE}": ENOUGH,
    "/cases?state=approved&order=oldest": ENOUGH,
    "/cases?state=returned&day=today": ENOUGH,
    "/cases?state=all&method=application_support": ENOUGH,
    "/cases?state=returned&method=application_support": ENOUGH,
    f"/cases?state=all&visit={VISIT}": ENOUGH,
    **{
        f"/cases?state={state}&sort={sort}&order={order}": ENOUGH
        for state in ("all", "returned")
        for sort in ("visit", "state", "method", "slip", "form", "card")
        for order in ("oldest", "newest")
    },
    f"/cases?state=all&sort=visit&after=1783000000000000.{CASE}.{VISIT}": ENOUGH,
    f"/cases?state=returned&sort=slip&order=oldest&after=1783000000000000.{CASE}.1A-0042-1": ENOUGH,
    f"/cases?state=all&visit={VISIT}&sort=slip": ENOUGH,
    "/cases?q=42": ENOUGH,
    "/cases?q=01-0042": ENOUGH,
    "/cases?q=ZZ-0042": ENOUGH,
    "/cases?q=1234567": ENOUGH,
    f"/cases/arrivals?since={crowd_id('case', 3590)}": ENOUGH,
    f"/cases/{CASE}": ENOUGH,
    f"/cases/{CASE}/twins": ENOUGH,
    "/cases/batches": ENOUGH,
    "/cases/returns": 3_000,  # what was decided in thirty days, in an index that holds the state
    "/cases/backlog": 3_000,  # what waits, in the index alone
    "/cases/erased": ENOUGH,
    "/audit": ENOUGH,
    "/audit?action=case.exported": ENOUGH,
    f"/audit?subject=case:{CASE}": ENOUGH,
    "/audit?subject=A1-0042": ENOUGH,
    f"/audit?actor={crowd_id('staff', 7)}": ENOUGH,
    "/visits": ENOUGH,
    "/visits/attendants": ENOUGH,
    "/visits/calendar?month=2026-06": 1_200,  # 32 slots a visit
    f"/visits/{VISIT}": ENOUGH,
    f"/visits/{VISIT}/plan": ENOUGH,
    f"/visits/{VISIT}/bookings": ENOUGH,
    f"/visits/{VISIT}/papers/notice.txt?language=ja": ENOUGH,
    "/organisations": ENOUGH,
    f"/organisations/{BRIGADE}": ROSTER,
    f"/organisations/{BRIGADE}/roster": ENOUGH,
    f"/organisations/{BRIGADE}/roster/imports": ENOUGH,
    f"/organisations/{BRIGADE}/roster?q=nobody": ROSTER,
    **{
        f"/organisations/{BRIGADE}/roster?sort={sort}&down={down}": ENOUGH
        for sort in ("number", "name", "kana", "relation", "unit")
        for down in ("", "yes")
    },
    f"/organisations/{BRIGADE}/roster?sort=kana&after=シ1200 {crowd_id('member', 1200)}": ENOUGH,
    f"/organisations/{BRIGADE}/roster?unit={crowd_id('unit', 4)}": ENOUGH,
    f"/organisations/{BRIGADE}/units/{crowd_id('unit', 100)}": ENOUGH,
    "/devices": ENOUGH,
    "/devices/00000001-2010-7000-8000-646576000000": CHAIN,
    "/devices/quarantine": ENOUGH,
    "/staff": ENOUGH,
    "/rules": ENOUGH,
    "/rules/files": ENOUGH,
    "/handover": 1_000 + ENOUGH,  # its reach
    **{
        f"/audit?sort={sort}&order={order}": ENOUGH
        for sort in ("number", "actor", "action", "subject")
        for order in ("", "oldest")
    },
    "/audit?sort=action&order=oldest&before=case.approved 40": ENOUGH,
    "/account": ENOUGH,
}


@pytest.mark.long
def test_no_list_scans_a_table_that_grows(make_office: MakeOffice, postgres_url: str) -> None:
    database = Database.connect(postgres_url)
    CROWD.fill(database, MORNING)
    console = Console(make_office(role="all", embedded_worker=False, database_url=postgres_url))
    reader = console.sign_in(Role.ADMINISTRATOR)
    wrong: list[str] = []
    for page, enough in PAGES.items():
        with asked(console.office.database) as queries:
            assert reader.get(page).status_code in (200, 204, 303), page
        found = {fault for query in queries for fault in faults(database, *query, enough=enough)}
        wrong += [f"{page}: {fault}" for fault in sorted(found)]
    database.close()
    assert not wrong, "\n\n".join(wrong)


@contextmanager
def asked(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The SELECTs an office asks meanwhile."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            found.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine, "before_cursor_execute", note)


def faults(database: Database, statement: str, parameters: Any, *, enough: int) -> Iterator[str]:
    """What is wrong with a query's plan, run once more with its own values."""
    with database.engine.begin() as connection:
        for way in ("seqscan", "hashjoin", "mergejoin"):  # a join by hash reads one side whole where tables are small
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar_one()
        for node in nodes(plan[0]["Plan"]):
            table = node.get("Relation Name")
            if table not in GROWING:
                continue
            read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
            if node["Node Type"] == "Seq Scan":
                yield f"{table}: scanned: {statement}"
            elif read > enough:
                yield f"{table}: {read} rows by {node.get('Index Name', node['Node Type'])}: {statement}"


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)
