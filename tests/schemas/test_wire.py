"""Canonical bytes, signatures' input, enrolment tickets and problems."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.enrolment import EnrolmentTicket
from schemas.errors import IdentifierInvalid
from schemas.ids import DeviceId, KeyId, MunicipalityCode, PacketId, RecordId
from schemas.problem import Problem
from schemas.receipt import Receipt

DEVICE = DeviceId("018bcfe5-6800-7030-b030-303030303030")


def receipt(signature: bytes = b"") -> Receipt:
    return Receipt(
        municipality=MunicipalityCode("072010"),
        device=DEVICE,
        record=RecordId(DEVICE),
        packet=PacketId("0" * 64),
        sequence=7,
        received_at=datetime(2026, 7, 10, 6, 0, tzinfo=UTC),
        office_key=KeyId("0" * 16),
        signature=signature,
    )


@given(st.binary(max_size=100))
def test_octets_survive_json(signature: bytes) -> None:
    assert Receipt.model_validate_json(receipt(signature).model_dump_json()).signature == signature


def test_signature_does_not_cover_itself_but_everything_else() -> None:
    assert receipt(b"one").signed_part == receipt(b"two").signed_part
    assert receipt().signed_part != receipt().model_copy(update={"sequence": 8}).signed_part


def test_canonical_bytes_do_not_depend_on_the_order_of_fields() -> None:
    text = receipt(b"x").model_dump_json()
    reordered = "{" + ",".join(reversed(text[1:-1].split(","))) + "}"
    assert Receipt.model_validate_json(reordered).canonical() == receipt(b"x").canonical()


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError):
        Receipt.model_validate_json(receipt().model_dump_json()[:-1] + ',"more":1}')


@given(
    st.sampled_from(["https://office.example.lg.jp", "http://localhost:8500"]),
    st.text("ABC234", min_size=16, max_size=16),
)
def test_enrolment_ticket_reads_back(url: str, code: str) -> None:
    ticket = EnrolmentTicket(url, code, KeyId("0123456789abcdef"))
    assert EnrolmentTicket.parse(f" {ticket}\n") == ticket


@given(st.text(max_size=80))
def test_any_other_text_is_no_ticket(text: str) -> None:
    with pytest.raises(IdentifierInvalid):
        EnrolmentTicket.parse(text)


@pytest.mark.parametrize("url", ["ftp://x", "javascript:alert(1)", ""])
def test_a_ticket_leads_to_http_only(url: str) -> None:
    with pytest.raises(IdentifierInvalid):
        EnrolmentTicket.parse(str(EnrolmentTicket(url, "A" * 16, KeyId("0" * 16))))


@given(text=st.one_of(st.text(max_size=120), st.from_regex(r"DEMADO-ENROL\.1\..{0,60}", fullmatch=True)))
def test_any_text_is_a_ticket_or_refused_as_one(text: str) -> None:
    try:
        ticket = EnrolmentTicket.parse(text)
    except IdentifierInvalid:
        return
    assert EnrolmentTicket.parse(str(ticket)) == ticket


def test_problem_has_a_stable_type() -> None:
    problem = Problem.of("packet.truncated", 400, "Packet ends early")
    assert (problem.type, problem.transient) == ("urn:demado:problem:packet.truncated", False)
