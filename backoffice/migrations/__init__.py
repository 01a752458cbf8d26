"""The schema and its history. `upgrade` runs Alembic inside the package; `serve` starts on a current schema only."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData
from sqlmodel import SQLModel

import backoffice
from backoffice.database import Database


def metadata() -> MetaData:
    """The tables of every room that has a `models` module."""
    for room in pkgutil.iter_modules(backoffice.__path__):
        if room.ispkg and find_spec(f"backoffice.{room.name}.models"):
            import_module(f"backoffice.{room.name}.models")
    return SQLModel.metadata


def upgrade(database: Database, *, to: str = "head") -> str:
    """Bring the schema to a revision in one transaction; returns the revision reached."""
    config = _config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        return MigrationContext.configure(connection).get_current_revision() or ""


def current(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision this version of the office needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
