"""Enrolment: the office is the one the ticket names, and a try cut off can be made again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.responses import Response

from kiosk.errors import AnswerInvalid, EnrolmentRefused, UplinkError, UplinkUnreachable
from kiosk.outbox import Outbox
from schemas.enrolment import EnrolmentGrant, EnrolmentTicket
from tests.kiosk.outbox.office_keys import CODE, Refusal, SigningKey
from tests.kiosk.outbox.running_office import RunningOffice

OpenOutbox = Callable[..., Outbox]


def test_enrolment_gives_identity_and_time(open_outbox: OpenOutbox, running_office: RunningOffice) -> None:
    outbox = open_outbox()
    assert outbox.stamp().uncertainty_ms is None
    identity = outbox.enrol(running_office.office.ticket(running_office.url), "受付1")
    (device,) = running_office.office.devices.values()
    assert (identity.device, identity.name, identity.office_keys) == (
        device.id, "受付1", (running_office.office.signing.public,),
    )  # fmt: skip
    assert outbox.stamp().uncertainty_ms is not None


def test_an_office_with_another_key_than_the_ticket_is_not_believed(
    open_outbox: OpenOutbox, running_office: RunningOffice
) -> None:
    outbox = open_outbox()
    with pytest.raises(AnswerInvalid) as caught:
        outbox.enrol(EnrolmentTicket(running_office.url, CODE, SigningKey().public.key), "端末")
    assert caught.value.code == "enrolment.other_office"
    assert outbox.identity is None


def test_an_answer_lost_on_the_way_leaves_the_same_key_for_the_next_try(
    open_outbox: OpenOutbox, running_office: RunningOffice
) -> None:
    office = running_office.office
    ticket = office.ticket(running_office.url)

    def lose(_path: str, _response: Response) -> Response:
        raise RuntimeError("the line is cut after the office has committed")

    office.mischief = lose
    outbox = open_outbox()
    with pytest.raises(UplinkUnreachable):
        outbox.enrol(ticket, "端末")
    office.mischief = None
    office.codes.add(CODE)
    outbox.enrol(ticket, "端末")
    first, second = office.devices.values()
    assert first.public == second.public


@pytest.mark.parametrize("code", ["enrolment.code_unknown", "enrolment.code_expired", "enrolment.code_used"])
def test_a_ticket_the_office_refuses_is_refused_for_good(
    open_outbox: OpenOutbox, running_office: RunningOffice, code: str
) -> None:
    def refuse(_path: str, _response: Response) -> Response:
        problem = Refusal(code, 410).problem
        return Response(problem.model_dump_json(), 410, media_type="application/problem+json")

    running_office.office.mischief = refuse
    with pytest.raises(EnrolmentRefused) as caught:
        open_outbox().enrol(running_office.office.ticket(running_office.url), "端末")
    assert caught.value.code == code


@pytest.mark.parametrize("body", [b"", b"{}", b"\x00" * 300_000])
def test_an_answer_that_is_no_grant_changes_nothing(
    open_outbox: OpenOutbox, running_office: RunningOffice, body: bytes
) -> None:
    running_office.office.mischief = lambda _path, _response: Response(body, 201)
    outbox = open_outbox()
    with pytest.raises(UplinkError):
        outbox.enrol(running_office.office.ticket(running_office.url), "端末")
    assert outbox.identity is None


def test_the_one_time_code_does_not_travel_in_clear(open_outbox: OpenOutbox, running_office: RunningOffice) -> None:
    ticket = running_office.office.ticket("http://office.example")
    with pytest.raises(EnrolmentRefused) as caught:
        open_outbox().enrol(ticket, "端末")
    assert caught.value.code == "enrolment.plain_http"


@pytest.mark.parametrize("name", ["", "端" * 81])
def test_a_name_has_a_length(open_outbox: OpenOutbox, running_office: RunningOffice, name: str) -> None:
    with pytest.raises(EnrolmentRefused) as caught:
        open_outbox().enrol(running_office.office.ticket(running_office.url), name)
    assert caught.value.code == "enrolment.name_invalid"
    assert running_office.office.devices == {}


def test_a_grant_signed_later_by_nobody_is_not_believed(open_outbox: OpenOutbox, running_office: RunningOffice) -> None:
    def strip(_path: str, response: Response) -> Response:
        grant = EnrolmentGrant.model_validate_json(bytes(response.body))
        return Response(grant.model_copy(update={"signature": b""}).canonical(), 201)

    running_office.office.mischief = strip
    with pytest.raises(AnswerInvalid) as caught:
        open_outbox().enrol(running_office.office.ticket(running_office.url), "端末")
    assert caught.value.code == "enrolment.grant_forged"


def test_the_key_is_in_a_file_and_never_in_the_database(outbox: Outbox, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (key_file,) = folder.glob("device-*.key")
    pem = b"".join(key_file.read_bytes().splitlines()[1:-1])
    for path in folder.iterdir():
        if path != key_file:
            assert pem not in path.read_bytes().replace(b"\n", b"")
