"""The migrations give exactly the tables the models describe, on both databases."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from backoffice import migrations
from backoffice.database import Database


def test_migrated_schema_is_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, migrations.metadata()) == []


def test_municipality_leads_every_primary_key() -> None:
    tables = migrations.metadata().tables.values()
    assert [table.name for table in tables if next(iter(table.primary_key.columns)).name != "municipality_id"] == []


def test_history_is_one_line_from_the_first_version_to_the_newest(tmp_path: Path) -> None:
    database = Database.connect(f"sqlite:///{tmp_path / 'new.db'}")
    assert migrations.current(database) is None
    assert migrations.upgrade(database) == migrations.newest() == migrations.current(database)
    database.close()


def test_upgrading_a_current_schema_changes_nothing(database: Database) -> None:
    before = migrations.current(database)
    assert migrations.upgrade(database) == before


def test_sqlite_commits_reach_the_disk_before_they_return(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
