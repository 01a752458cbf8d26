"""The case desk over a million cases of three municipalities on PostgreSQL: lists, search and the case page.

`make bench ARGS=cases`, or `ARGS="cases=50000"` for fewer. A real service process; one clerk asks in turn, so that the
figures are the pages' and not the queue's. Milliseconds are the server's own (its log line of each request); 40
requests a page, each at another place of the list, the first three not counted. Demanded: p95 ≤ 100 ms.
"""

from __future__ import annotations

import http.client
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from backoffice import migrations
from backoffice.cases.finding import write_key
from backoffice.cases.ordering import Key
from backoffice.database import Database
from backoffice.kit.unit_of_work import transaction, utc_now
from backoffice.staff import sessions
from backoffice.staff.models import Staff
from tests.backoffice import postgres
from tests.backoffice.crowd import SHARES, Crowd, crowd_id
from tests.backoffice.office import make_keys
from tests.bench.ingest import free_port, service
from tests.factories import FUKUSHIMA

CASES = 1_000_000
EACH = 40
WARM = 3
BOUND = 100.0
Address = Callable[[int], str]


def run(size: int = CASES) -> Iterable[dict[str, object]]:
    """p95 of each page, milliseconds in the server."""
    if reason := postgres.unusable():
        yield {"skipped": reason}
        return
    with tempfile.TemporaryDirectory() as name, postgres.server() as url:
        folder, now = Path(name), utc_now()
        postgres.execute(url, "CREATE DATABASE office")
        address, port = url.format(name="office"), free_port()
        database = Database.connect(address)
        migrations.upgrade(database)
        Crowd(size).fill(database, now)
        make_keys(folder)
        cookie = _signed_in(database)
        pages = _pages(int(size * SHARES[FUKUSHIMA]), now)
        with service(folder, address, port=port, role="all", log=folder / "log"):
            for at, address_of in enumerate(pages.values()):
                _ask(port, cookie, at, address_of)
        database.close()
        took = _taken((folder / "log").read_text("utf-8"))
    for at, label in enumerate(pages):
        ordered = sorted(took[at])
        p95 = ordered[int(0.95 * (len(ordered) - 1))]
        yield {
            "figure": "page_p95", "page": label, "cases": size, "unit": "ms", "median": ordered[len(ordered) // 2],
            "value": p95, "max": BOUND, "ok": p95 <= BOUND, "load": round(os.getloadavg()[0], 1),
        }  # fmt: skip


def _pages(cases: int, now: datetime) -> dict[str, Address]:
    """What is asked, by the figure's name. The number spreads requests over the whole stock."""

    def deep(number: int) -> str:
        back = cases * (number + 1) // (EACH + 2)
        return write_key(Key(now - back * timedelta(seconds=40), str(crowd_id("case", cases - back))))

    def some(number: int) -> int:
        return 1 + number * (cases - 2) // EACH

    def waiting(number: int) -> str:
        return write_key(Key(now - number * cases // 2500 * timedelta(seconds=40), str(crowd_id("case", 1))))

    filters = {
        "everything": "state=all", "approved": "state=approved",
        "returned, oldest first": "state=returned&order=oldest",
        "a rare method": "state=all&method=application_support",
        "a rare method, returned": "state=returned&method=application_support",
    }  # fmt: skip
    lists: dict[str, Address] = {f"list: {name}": lambda _number, q=q: f"/cases?{q}" for name, q in filters.items()}
    lists |= {f"list: {name}, deep": lambda n, q=q: f"/cases?{q}&after={deep(n)}" for name, q in filters.items()}
    orders = {f"by {sort}": f"state=all&sort={sort}" for sort in ("visit", "state", "method", "slip")}
    orders |= {f"returned by {sort}": f"state=returned&sort={sort}" for sort in ("visit", "method", "slip")}
    lists |= {f"list: {name}": lambda _number, q=q: f"/cases?{q}" for name, q in orders.items()}
    lists["list: by visit, deep"] = lambda n: f"/cases?state=all&sort=visit&after={deep(n)}.{crowd_id('visit', n * 9)}"
    lists["list: a visit by slip"] = lambda n: f"/cases?state=all&visit={crowd_id('visit', 1 + n * 9)}&sort=slip"
    lists["list: a day by method"] = lambda n: f"/cases?state=all&sort=method&day={now - timedelta(days=n):%Y-%m-%d}"
    return {
        "list: waiting": lambda _number: "/cases",
        "list: waiting, deep": lambda n: f"/cases?after={waiting(n)}",
        **lists,
        "list: a day": lambda n: f"/cases?state=all&day={now - timedelta(days=n):%Y-%m-%d}",
        "list: a visit": lambda n: f"/cases?state=all&visit={crowd_id('visit', 1 + n * 9)}",
        "search: slip": lambda n: f"/cases?q=1A-{some(n) % 200:04d}",
        "search: running number": lambda n: f"/cases?q={1 + some(n) % 200}",
        "search: form id, five digits": lambda n: f"/cases?q={10_000 + 1_777 * n}",
        "search: form id, nine digits": lambda n: f"/cases?q={100_000_003 + 17_777_777 * n}",
        "search: nothing found": lambda n: f"/cases?q=ZZ-{n:04d}",
        "search: name in a roster": lambda n: f"/organisations/{crowd_id('org', 1)}/roster?q={n:x}f{n:x}",
        "search: nobody in a roster": lambda n: f"/organisations/{crowd_id('org', 1)}/roster?q=%E7%A6%8F%E5%B3%B6{n}",
        "case": lambda n: f"/cases/{crowd_id('case', 20 * (1 + some(n) // 20))}",
        "case: twins": lambda n: f"/cases/{crowd_id('case', 20 * (1 + some(n) // 20))}/twins",
        "arrivals": lambda _number: f"/cases/arrivals?since={crowd_id('case', cases - 3)}",
        "home": lambda _number: "/",
        "audit": lambda _number: "/audit",
        "audit: a rare action": lambda n: f"/audit?action=case.exported&before={cases - some(n)}",
        "audit: a month of a person": lambda n: (
            f"/audit?actor={crowd_id('staff', 7)}&since={now - timedelta(days=n + 30):%Y-%m-%d}"
            f"&until={now - timedelta(days=n):%Y-%m-%d}"
        ),
        "visits": lambda _number: "/visits",
        "visit": lambda n: f"/visits/{crowd_id('visit', 1 + n * 9)}",
        "organisations": lambda _number: "/organisations",
    }


def _signed_in(database: Database) -> str:
    with transaction(database) as work:
        person = work.session.get(Staff, (FUKUSHIMA, str(crowd_id("staff", 1))))
        assert person is not None
        return f"demado_session={sessions.begin(work, person, means='password', browser='bench')}"


def _ask(port: int, cookie: str, page: int, address: Address) -> None:
    """Ask for a page often; its number goes along as the request's id."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for number in range(-WARM, EACH):
        mark = f"bench-{page:04d}" if number >= 0 else "warming-up"
        connection.request("GET", address(abs(number)), headers={"cookie": cookie, "x-request-id": mark})
        answer = connection.getresponse()
        assert answer.read() or answer.status == 204, address(number)
        assert answer.status in (200, 204), (answer.status, address(number))
    connection.close()


def _taken(log: str) -> dict[int, list[float]]:
    """Milliseconds by page, as the server logged them."""
    took: dict[int, list[float]] = {}
    for line in log.splitlines():
        entry = json.loads(line)
        if str(entry.get("request", "")).startswith("bench-") and entry.get("event") == "request":
            took.setdefault(int(entry["request"][6:]), []).append(entry["ms"])
    return took
