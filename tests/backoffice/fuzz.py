"""The machine interface asked everything its OpenAPI document allows, and much that it does not (schemathesis).

    python -m tests.backoffice.fuzz --each 500 --seed 7

Each operation with requests that fit the document and with such that break it; unsigned as a stranger would send them,
and signed by an enrolled device, so that they get past the door. Asked for: no 5xx, and every refusal a problem.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from backoffice import migrations
from backoffice.database import Database
from backoffice.openapi import document
from schemas.packet import MEDIA_TYPE
from schemas.problem import PROBLEM_JSON, Problem
from schemas.protocol import COVERED_COMPONENTS, LENGTH_HEADER, METADATA_HEADER, OFFSET_HEADER, PART_MEDIA_TYPE
from tests.backoffice.counter import Counter
from tests.backoffice.office import Office, add_municipalities, make_keys, open_office

_OURS = (LENGTH_HEADER, METADATA_HEADER, OFFSET_HEADER)
for media_type in (MEDIA_TYPE, PART_MEDIA_TYPE):
    schemathesis.serializer.alias(media_type, "application/octet-stream")


@dataclass(frozen=True)
class Asked:
    """One request and what came of it."""

    operation: str
    status: int
    fault: str = ""


def fuzz(office: Office, *, each: int, start: int = 1) -> Iterator[Asked]:
    """Every operation, `each` requests of either mode, signed and unsigned in turn."""
    counter = office.counter(visit=office.visit())
    for found in schemathesis.openapi.from_dict(document()).get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for number, case in enumerate(_cases(operation, mode, each, start)):
                yield _ask(office, counter if number % 2 else None, case)


def _cases(operation: Any, mode: GenerationMode, each: int, start: int) -> list[Case]:
    """Generated requests; none when an operation without parameters cannot be asked wrongly."""
    made: list[Case] = []

    @seed(start)
    @settings(
        max_examples=each,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(operation.as_strategy(generation_mode=mode))
    def collect(case: Case) -> None:
        made.append(case)

    try:
        collect()
    except Unsatisfiable:
        return []
    return made[:each]


def _ask(office: Office, counter: Counter | None, case: Case) -> Asked:
    name = f"{case.method} {case.operation.path}"
    wanted = case.as_transport_kwargs(base_url=str(office.client.base_url))
    try:
        ready = requests.Request(**wanted).prepare()
    except (ValueError, UnicodeError):  # header values that no client can send
        return Asked(name, 0)
    headers = {key: value for key, value in ready.headers.items() if key.lower() not in ("signature", "content-length")}
    path, body = ready.path_url, ready.body.encode() if isinstance(ready.body, str) else ready.body
    if counter is not None:
        own = {key.lower(): value for key, value in headers.items()}
        covered = (*COVERED_COMPONENTS, *(key for key in _OURS if key in own))
        if body:
            covered = (*covered, "content-digest")
        headers = counter.signed(case.method, path, body or None, headers=own, covered=covered).headers
    answer = office.client.request(case.method, path, headers=headers, content=body or b"")
    return Asked(name, answer.status_code, _fault(answer, case))


def _fault(answer: Any, case: Case) -> str:
    """What is wrong with an answer; empty for nothing."""
    if answer.status_code >= 500:
        return f"{answer.status_code}: {answer.text[:200]}"
    if answer.status_code >= 400 and case.method != "HEAD":
        if answer.headers.get("content-type") != PROBLEM_JSON:
            return f"{answer.status_code} is {answer.headers.get('content-type')}"
        if Problem.model_validate_json(answer.content).status != answer.status_code:
            return "the problem says another status"
    return ""


def main() -> int:
    """A figure an operation and status; exit 1 with each fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.backoffice.fuzz")
    parser.add_argument("--each", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts: dict[tuple[str, int], int] = {}
    wrong: list[Asked] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'office.db'}"
        migrations.upgrade(Database.connect(url))
        make_keys(folder)
        office = open_office(folder, url)
        with office.client:
            with office.work() as work:
                add_municipalities(work)
            for asked in fuzz(office, each=options.each, start=options.seed):
                counts[asked.operation, asked.status] = counts.get((asked.operation, asked.status), 0) + 1
                wrong += [asked] if asked.fault else []
    for (operation, status), count in sorted(counts.items()):
        sys.stdout.write(json.dumps({"operation": operation, "status": status, "count": count}) + "\n")
    for asked in wrong:
        sys.stdout.write(json.dumps({"operation": asked.operation, "fault": asked.fault}, ensure_ascii=False) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
