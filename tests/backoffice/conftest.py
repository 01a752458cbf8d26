"""The office's fixtures: an empty migrated database (SQLite and PostgreSQL), an office, a counter that sends to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from backoffice import migrations
from backoffice.database import Database
from tests.backoffice import postgres

_numbers = count(1)
MakeDatabase = Callable[[], str]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("template") / "office.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server for the session with a migrated template database."""
    if reason := postgres.unusable():
        pytest.skip(reason)
    with postgres.server() as url:
        postgres.execute(url, "CREATE DATABASE template_office")
        _migrate(url.format(name="template_office"))
        yield url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'office.db')}"


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    name = f"office_{next(_numbers)}"
    postgres.execute(postgres_server, f"CREATE DATABASE {name} TEMPLATE template_office")
    yield postgres_server.format(name=name)
    postgres.execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


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
