"""Many staff at the desk at once, over a real HTTP server: nobody's request fails, and each case is decided once."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
import uvicorn

from backoffice.audit import service as audit
from backoffice.cases import service
from backoffice.cases.workflow import State
from tests.backoffice.conftest import MakeOffice
from tests.backoffice.console import Browser, Console, field_of
from tests.factories import FUKUSHIMA


@pytest.mark.long
@pytest.mark.parametrize(
    ("database", "staff"), [("sqlite", 6), pytest.param("postgres", 30, marks=pytest.mark.postgres)]
)
def test_two_on_each_case_one_decides_the_other_sees_it(
    make_office: MakeOffice, request: pytest.FixtureRequest, database: str, staff: int
) -> None:
    url: str = request.getfixturevalue(f"{database}_url")
    console = Console(make_office(role="all", embedded_worker=False, database_url=url))
    cases = [console.case(photo=b"") for _ in range(staff // 2)]
    people = [console.sign_in() for _ in range(staff)]
    everybody_has_read = threading.Barrier(staff)

    with served(console) as port:

        def review(number: int) -> tuple[int, str]:
            path = f"/cases/{cases[number // 2]}"
            status, page = ask(port, people[number], "GET", path)
            assert status == 200
            everybody_has_read.wait(60)
            form = {"csrf": field_of(page, "csrf"), "version": field_of(page, "version")}
            return ask(port, people[number], "POST", f"{path}/approve", form)

        with ThreadPoolExecutor(staff) as pool:
            answers = list(pool.map(review, range(staff)))

    assert Counter(status for status, _page in answers) == {303: staff // 2, 409: staff // 2}
    assert all("ほかの職員が、この申請を変更しました" in page for status, page in answers if status == 409)
    with console.office.work() as work:
        assert {service.read(work, FUKUSHIMA, case).state for case in cases} == {State.APPROVED}
        assert [len(service.history(work, FUKUSHIMA, case)) for case in cases] == [2] * len(cases)
        assert audit.verify(work, FUKUSHIMA).intact


def ask(port: int, person: Browser, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": f"demado_session={person.token}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, path, body=urlencode(form) if form else None, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, re.sub(r"\s+", " ", text)


@contextmanager
def served(console: Console) -> Iterator[int]:
    """The office on a real port."""
    config = uvicorn.Config(console.office.app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
