"""The migrations give exactly the tables the models describe, on both databases."""

from __future__ import annotations

import json
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


def test_templates_of_one_day_are_carried_over_to_a_stretch_of_each_place(tmp_path: Path) -> None:
    database = Database.connect(f"sqlite:///{tmp_path / 'old.db'}")
    migrations.upgrade(database, to="20_units")
    with database.engine.begin() as connection:
        for statement in OLD_TEMPLATE:
            connection.exec_driver_sql(statement)
    migrations.upgrade(database)
    with database.engine.connect() as connection:
        days, stretches = connection.exec_driver_sql("SELECT days, stretches FROM visit_template").one()
    database.close()
    kept = {"day": 0, "begins": "15:00", "ends": "19:00", "minutes": 15, "capacity": 6, "walk_in": 2}
    assert (days, json.loads(stretches)) == (1, [{"place": at, **kept} for at in (0, 1)])


OLD_TEMPLATE = (
    "INSERT INTO municipality (municipality_id, name, name_en, kana, contact, created_at)"
    " VALUES ('072010', '福島市', '', '', '', '2026-07-10')",
    "INSERT INTO organisation (municipality_id, id, name, contact, kind, partner, phone, mail, created_at)"
    " VALUES ('072010', 'o', '消防本部', '', 'other', 'candidate', '', '', '2026-07-10')",
    "INSERT INTO visit_template (municipality_id, id, organisation_id, title, title_en, contact, weekday, weeks,"
    " begins, ends, stations, minutes, minutes_each, walk_in, places, equipment, expected, minimum, home_visit,"
    " created_at)"
    " VALUES ('072010', 't', 'o', '訪問', '', '', 1, '', '15:00:00.000000', '19:00:00.000000', 2, 15, 5, 2,"
    """ '[["本部", ""], ["北署", ""]]', '[]', 0, 1, 0, '2026-07-10')""",
)
