"""`demado-backoffice staff`: accounts and links from the command line."""

from __future__ import annotations

import argparse
import io
import json
from typing import Any

import pytest

from backoffice.kit.errors import NotFound, Refused
from backoffice.staff import command
from tests.backoffice.console import Console
from tests.factories import FUKUSHIMA


@pytest.fixture
def console(shared_console: Console) -> Console:
    return shared_console


def run(console: Console, *arguments: str) -> list[dict[str, Any]]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = io.StringIO()
    options = parser.parse_args(arguments)
    clock, url = console.office.clock, console.office.settings.public_url
    assert command.run(options, console.office.database, public_url=url, now=clock, out=out) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_add_prints_the_account_and_a_link_that_opens(console: Console) -> None:
    [line] = run(console, "add", "--municipality", FUKUSHIMA, "--name", "最初 管理", "--role", "administrator")
    assert (line["name"], line["role"], line["municipality"]) == ("最初 管理", "administrator", FUKUSHIMA)
    assert line["link"].startswith("http://localhost:8500/invitation/072010.")
    page = console.stranger().get(line["link"].removeprefix("http://localhost:8500"))
    assert "最初 管理さん" in page.text


def test_list_disable_and_invite_go_by_login(console: Console) -> None:
    run(console, "add", "--municipality", FUKUSHIMA, "--name", "会計 次郎", "--role", "staff", "--login", "kaikei")
    [invited] = run(console, "invite", "--municipality", FUKUSHIMA, "--login", "kaikei")
    assert invited["link_until"] > console.office.clock().isoformat()
    [disabled] = run(console, "disable", "--municipality", FUKUSHIMA, "--login", "kaikei")
    assert disabled["disabled_at"] is not None
    lines = run(console, "list", "--municipality", FUKUSHIMA)
    assert next(line for line in lines if line["login"] == "kaikei")["disabled_at"] == disabled["disabled_at"]


def test_an_unknown_municipality_or_login_is_refused(console: Console) -> None:
    with pytest.raises(NotFound, match=r"municipality\.not_found"):
        run(console, "add", "--municipality", "131016", "--name", "x", "--role", "staff")
    with pytest.raises(NotFound, match=r"staff\.unknown"):
        run(console, "disable", "--municipality", FUKUSHIMA, "--login", "nobody")


def test_a_taken_login_is_refused(console: Console) -> None:
    console.hire(login="taken")
    with pytest.raises(Refused, match=r"staff\.login_taken"):
        run(console, "add", "--municipality", FUKUSHIMA, "--name", "x", "--role", "staff", "--login", "taken")
