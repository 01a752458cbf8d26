"""What came of a request: its code, and what the office keeps since."""

from __future__ import annotations

from httpx2 import Response
from sqlmodel import select

from backoffice.intake.models import Quarantined, ReceivedPacket
from schemas.problem import PROBLEM_JSON, Problem
from tests.backoffice.office import Office


def code_of(answer: Response) -> str:
    """The code of a refusal, its form checked."""
    assert answer.headers["content-type"] == PROBLEM_JSON
    problem = Problem.model_validate_json(answer.content)
    assert (problem.status, problem.type) == (answer.status_code, f"urn:demado:problem:{problem.code}")
    return problem.code


def quarantined(office: Office) -> list[Quarantined]:
    with office.work() as work:
        return list(work.session.exec(select(Quarantined)))


def packets(office: Office) -> list[ReceivedPacket]:
    with office.work() as work:
        return list(work.session.exec(select(ReceivedPacket)))
