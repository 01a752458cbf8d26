"""`demado-backoffice audit verify` says what it found and exits 0 only for a whole chain."""

from __future__ import annotations

import argparse
import io
import json

import pytest
from sqlalchemy import text

from backoffice.audit import command, service
from backoffice.database import Database
from backoffice.kit.unit_of_work import transaction
from tests.factories import FUKUSHIMA


def run(database: Database, *arguments: str) -> tuple[int, dict[str, object]]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = io.StringIO()
    code = command.run(parser.parse_args(["verify", "--municipality", *arguments]), database, out=out)
    return code, json.loads(out.getvalue())


def test_whole_chain_exits_0_with_its_head(sqlite_database: Database) -> None:
    with transaction(sqlite_database) as work:
        service.write(work, municipality=FUKUSHIMA, actor="a", action="b", subject="c")
    code, line = run(sqlite_database, FUKUSHIMA)
    assert code == 0
    assert line["intact"] is True
    assert line["entries"] == 1
    assert len(str(line["head"])) == 64


def test_broken_chain_exits_1_and_names_the_place(sqlite_database: Database) -> None:
    with transaction(sqlite_database) as work:
        service.write(work, municipality=FUKUSHIMA, actor="a", action="b", subject="c")
    with sqlite_database.engine.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET action = 'x'"))
    code, line = run(sqlite_database, FUKUSHIMA)
    assert code == 1
    assert line["broken_at"] == 1


def test_wrong_municipality_code_is_a_usage_error(
    sqlite_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(sqlite_database, "072011")
    assert ended.value.code == 2
    assert "--municipality" in capsys.readouterr().err
