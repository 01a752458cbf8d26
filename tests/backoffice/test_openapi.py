"""The machine interface's document, and the interface asked all that the document allows (tests/backoffice/fuzz.py)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backoffice.__main__ import main
from backoffice.openapi import document
from schemas.packet import MEDIA_TYPE
from schemas.protocol import BALANCE_PATH, BUNDLE_PATH, ENROL_PATH, PACKETS_PATH, STATEMENT_PATH, UPLOADS_PATH
from tests.backoffice.office import Office

EACH = 4


def test_command_says_every_path_of_the_protocol(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEMADO_BACKOFFICE_DATA_DIR", str(tmp_path))
    assert main(["openapi"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == document()
    own = {ENROL_PATH, STATEMENT_PATH, PACKETS_PATH, BUNDLE_PATH, BALANCE_PATH, UPLOADS_PATH}
    assert set(said["paths"]) == own | {UPLOADS_PATH + "/{packet}", UPLOADS_PATH + "/{packet}/receipt"}


def test_every_reference_leads_somewhere_and_every_refusal_is_a_problem() -> None:
    made = document()
    parts = {f"#/components/schemas/{name}" for name in made["components"]["schemas"]}
    assert set(_references(made)) <= parts
    operations = [operation for path in made["paths"].values() for operation in path.values()]
    assert all("application/problem+json" in each["responses"]["default"]["content"] for each in operations)
    assert MEDIA_TYPE in made["paths"][PACKETS_PATH]["post"]["requestBody"]["content"]


def test_nothing_that_is_asked_breaks_the_office(office: Office) -> None:
    pytest.importorskip("schemathesis", reason="schemathesis is not installed (uv sync)")
    from tests.backoffice.fuzz import fuzz

    asked = list(fuzz(office, each=EACH))
    assert [each for each in asked if each.fault] == []
    served = {each.operation for each in asked if 200 <= each.status < 300}
    assert {f"GET {BALANCE_PATH}", f"GET {BUNDLE_PATH}", f"POST {STATEMENT_PATH}"} <= served


def _references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for inner in part.values() for found in _references(inner)]
    return [found for inner in part for found in _references(inner)] if isinstance(part, list) else []
