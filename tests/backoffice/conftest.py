"""The office's fixtures: an empty migrated database (SQLite and PostgreSQL), an office, a counter that sends to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import pytest

from backoffice import migrations
from backoffice.database import Database
from backoffice.organisations import service as organisations
from tests.backoffice import postgres
from tests.backoffice.console import Console
from tests.backoffice.office import Office, add_municipalities, make_keys, open_office

_numbers = count(1)


class MakeOffice(Protocol):
    def __call__(self, *, database_url: str = ..., **settings: Any) -> Office: ...


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("template") / "office.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server for the session with one migrated database."""
    if reason := postgres.unusable():
        pytest.skip(reason)
    with postgres.server() as url:
        postgres.execute(url, "CREATE DATABASE office")
        _migrate(url.format(name="office"))
        yield url.format(name="office")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'office.db')}"


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """The migrated PostgreSQL database, emptied."""
    database = Database.connect(postgres_server)
    with database.engine.begin() as connection:
        emptied = [f'DELETE FROM "{table.name}"' for table in reversed(migrations.metadata().sorted_tables)]
        connection.exec_driver_sql("; ".join(["SET LOCAL lock_timeout = '10s'", *emptied]))
    database.close()
    return postgres_server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each of both databases in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, empty, migrated database of each kind in turn."""
    opened = Database.connect(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """For what does not depend on the kind of database."""
    opened = Database.connect(sqlite_url)
    yield opened
    opened.close()


def _migrate(url: str) -> None:
    database = Database.connect(url)
    migrations.upgrade(database)
    database.close()


@pytest.fixture(scope="session")
def keys_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys and secrets to copy."""
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder)
    return folder


@pytest.fixture
def make_office(keys_template: Path, sqlite_url: str, tmp_path: Path) -> Iterator[MakeOffice]:
    """Offices with two municipalities; on SQLite unless told otherwise. Settings as keywords."""
    opened: list[Office] = []

    def make(*, database_url: str = sqlite_url, **settings: Any) -> Office:
        folder = tmp_path / f"office-{next(_numbers)}"
        shutil.copytree(keys_template, folder)
        office = open_office(folder, database_url, **settings)
        office.client.__enter__()
        opened.append(office)
        with office.work() as work:
            if not organisations.tenants(work):
                add_municipalities(work)
        return office

    yield make
    for office in opened:
        office.client.__exit__(None, None, None)


@pytest.fixture
def office(make_office: MakeOffice) -> Office:
    """An ingest machine on SQLite, and the office machine's worker beside it."""
    return make_office()


@pytest.fixture
def each_office(make_office: MakeOffice, database_url: str) -> Office:
    """The same on each of both databases."""
    return make_office(database_url=database_url)


@pytest.fixture
def console(make_office: MakeOffice) -> Console:
    """An office machine with its console, on SQLite; nothing runs in the background."""
    return Console(make_office(role="all", embedded_worker=False))


@pytest.fixture
def each_console(make_office: MakeOffice, database_url: str) -> Console:
    """The same on each of both databases."""
    return Console(make_office(role="all", embedded_worker=False, database_url=database_url))


@pytest.fixture(scope="module")
def shared_console(
    keys_template: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Console]:
    """One console for a whole module, for tests that look at nothing but what they made themselves."""
    folder = tmp_path_factory.mktemp("shared")
    shutil.copytree(keys_template, folder, dirs_exist_ok=True)
    shutil.copy(sqlite_template, folder / "office.db")
    office = open_office(folder, f"sqlite:///{folder / 'office.db'}", role="all", embedded_worker=False)
    with office.client:
        with office.work() as work:
            add_municipalities(work)
        yield Console(office)
