"""POST /api/v1/packets: what is signed for, what is refused and kept, and that no promise precedes its commit."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import event
from sqlmodel import Session, select

from backoffice.audit import service as audit
from backoffice.devices import service as devices
from backoffice.intake.service import UNASSIGNED
from backoffice.kit.models import Job
from schemas.problem import Problem
from schemas.protocol import PACKETS_PATH
from schemas.receipt import Receipt
from tests.backoffice.counter import packet_id
from tests.backoffice.intake.answers import code_of, packets, quarantined
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA


def test_new_packet_gets_a_receipt_signed_by_the_office(each_office: Office) -> None:
    counter = each_office.counter()
    frame = counter.seal()
    answer = counter.send(frame)
    receipt = Receipt.model_validate_json(answer.content)
    key = each_office.app.state.signing.current(each_office.clock())
    Ed25519PublicKey.from_public_bytes(key.public).verify(receipt.signature, receipt.signed_part)
    assert answer.status_code == 201
    assert (receipt.packet, receipt.device, receipt.sequence) == (packet_id(frame), counter.device, 1)
    assert (receipt.received_at, receipt.office_key) == (each_office.clock(), key.key)


def test_received_packet_is_stored_with_its_job_and_audit_entry(each_office: Office) -> None:
    counter = each_office.counter()
    frame = counter.seal()
    counter.send(frame)
    (row,) = packets(each_office)
    assert each_office.app.state.blobs.get(row.blob) == frame
    with each_office.work() as work:
        assert [job.subject for job in work.session.exec(select(Job))] == [packet_id(frame)]
        found = audit.search(work, FUKUSHIMA, audit.Search(action="packet.received"))
        assert [entry.actor for entry in found] == [f"device:{counter.device}"]
        assert audit.verify(work, FUKUSHIMA).intact


def test_same_packet_again_gets_the_same_receipt_word_for_word(each_office: Office) -> None:
    counter = each_office.counter()
    frame = counter.seal()
    first = counter.send(frame)
    each_office.clock.move(hours=2)
    again = counter.send(frame)
    assert (again.status_code, again.content) == (200, first.content)
    with each_office.work() as work:
        assert len(work.session.exec(select(Job)).all()) == 1


def test_packets_of_the_classical_suite_are_taken_too(office: Office) -> None:
    counter = office.counter()
    header = counter.header(counter.record().record)
    assert counter.send(counter.frame(header, b"sealed")).status_code == 201


def break_commit(session: Session) -> None:
    """Make the database itself refuse the coming COMMIT: SQLite by a broken reference, PostgreSQL by a lost server."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        session.connection().exec_driver_sql(
            "INSERT INTO unit (municipality_id, id, organisation_id, name, created_at) VALUES ('x', 'x', 'x', 'x', '')"
        )
    else:
        with suppress(psycopg.Error):
            session.connection().connection.driver_connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_failing_commit_promises_nothing_and_the_next_try_succeeds(each_office: Office) -> None:
    counter = each_office.counter()
    frame = counter.seal()
    event.listen(Session, "before_commit", break_commit)
    try:
        refused = counter.send(frame)
    finally:
        event.remove(Session, "before_commit", break_commit)
    assert (refused.status_code, packets(each_office)) == (503, [])
    assert code_of(refused) == "office.unavailable"
    assert counter.send(frame).status_code == 201


def test_unwritable_blob_folder_is_a_transient_refusal(office: Office) -> None:
    counter = office.counter()
    (office.folder / "blobs").write_text("a file where the folder should be")
    answer = counter.send(counter.seal())
    assert code_of(answer) == "office.unavailable"
    assert Problem.model_validate_json(answer.content).transient
    assert packets(office) == []


def test_ingest_machine_has_no_key_that_opens_records(office: Office) -> None:
    (office.folder / "secrets" / "records").unlink()
    (office.folder / "keys" / "records.key").unlink()
    assert office.app.state.keyring is None
    assert office.app.state.vault is None
    counter = office.counter()
    assert counter.send(counter.seal()).status_code == 201


# ── Requests that are refused before their packet is looked at ──────────────────────────────────────────────


def test_unsigned_request_is_refused_and_its_bytes_kept_as_a_strangers(office: Office) -> None:
    answer = office.client.post(PACKETS_PATH, content=b"whatever")
    assert (answer.status_code, code_of(answer)) == (401, "request.signature_missing")
    (kept,) = quarantined(office)
    assert (kept.municipality_id, kept.authenticated, kept.reason) == (UNASSIGNED, False, "request.signature_missing")
    assert office.app.state.blobs.get(kept.blob) == b"whatever"


def test_unknown_device_is_refused(office: Office) -> None:
    stranger = office.counter()
    answer = stranger.send(stranger.seal(), keyid="019f0000-0000-7000-8000-000000000001")
    assert (answer.status_code, code_of(answer)) == (401, "device.unknown")


def test_key_id_that_is_no_device_id_is_refused(office: Office) -> None:
    counter = office.counter()
    assert code_of(counter.send(counter.seal(), keyid="somebody")) == "device.unknown"


def test_request_signed_with_another_key_is_refused(office: Office) -> None:
    counter = office.counter()
    answer = counter.send(counter.seal(), key=Ed25519PrivateKey.generate())
    assert (answer.status_code, code_of(answer)) == (401, "request.signature_invalid")


@pytest.mark.parametrize(
    "changes",
    [
        {"covered": ("@method", "@path")},
        {"label": "other"},
        {"nonce": "short"},
        {"nonce": "n" * 65},
    ],
)
def test_signature_that_covers_or_says_too_little_is_refused(office: Office, changes: dict[str, Any]) -> None:
    counter = office.counter()
    assert code_of(counter.send(counter.seal(), **changes)) == "request.signature_invalid"


@pytest.mark.parametrize("header", ["demado=(", "demado=1", "demado", "\x80", "demado=();keyid=1"])
def test_malformed_signature_input_is_refused_in_its_own_words(office: Office, header: str) -> None:
    counter = office.counter()
    frame = counter.seal()
    headers = counter.signed("POST", PACKETS_PATH, frame).headers
    signature_input = next(name for name in headers if name.lower() == "signature-input")
    answer = office.client.post(
        PACKETS_PATH, content=frame, headers={**headers, signature_input: header.encode("latin-1")}
    )
    assert code_of(answer) in ("request.signature_invalid", "device.unknown")


def test_body_changed_on_the_way_is_refused(office: Office) -> None:
    counter = office.counter()
    frame = counter.seal()
    message = counter.signed("POST", PACKETS_PATH, frame)
    answer = office.client.post(PACKETS_PATH, content=frame[:-1] + b"?", headers=message.headers)
    assert (answer.status_code, code_of(answer)) == (400, "request.digest_mismatch")
    assert packets(office) == []


@pytest.mark.parametrize("seconds", [-301, 301])
def test_request_dated_too_far_from_the_offices_clock_is_refused_as_transient(office: Office, seconds: int) -> None:
    counter = office.counter()
    answer = counter.send(counter.seal(), created=office.clock() + timedelta(seconds=seconds))
    assert (answer.status_code, code_of(answer)) == (401, "request.signature_expired")
    assert Problem.model_validate_json(answer.content).transient


@pytest.mark.parametrize("seconds", [-299, 299])
def test_request_dated_within_five_minutes_is_accepted(office: Office, seconds: int) -> None:
    counter = office.counter()
    assert counter.send(counter.seal(), created=office.clock() + timedelta(seconds=seconds)).status_code == 201


def test_request_past_its_own_expiry_is_refused(office: Office) -> None:
    counter = office.counter()
    answer = counter.send(counter.seal(), expires=office.clock() - timedelta(seconds=1))
    assert code_of(answer) == "request.signature_expired"


def test_replayed_request_is_refused_and_keeps_one_packet(each_office: Office) -> None:
    counter = each_office.counter()
    frame = counter.seal()
    message = counter.signed("POST", PACKETS_PATH, frame)
    first, replay = (each_office.client.post(PACKETS_PATH, content=frame, headers=message.headers) for _ in range(2))
    assert (first.status_code, replay.status_code, code_of(replay)) == (201, 409, "request.replayed")
    assert (len(packets(each_office)), quarantined(each_office)) == (1, [])


def test_nonces_are_forgotten_only_when_their_request_is_too_old_anyway(office: Office) -> None:
    counter = office.counter()
    frame = counter.seal()
    message = counter.signed("POST", PACKETS_PATH, frame, created=office.clock() + timedelta(seconds=299))
    for minutes, code in ((0, None), (9, "request.replayed"), (3, "request.signature_expired")):
        office.clock.move(minutes=minutes)
        office.worker.tidy()
        answer = office.client.post(PACKETS_PATH, content=frame, headers=message.headers)
        assert code is None or code_of(answer) == code


def test_revoked_device_is_refused_and_what_it_sends_is_kept(each_office: Office) -> None:
    counter = each_office.counter()
    frame = counter.seal()
    with each_office.work() as work:
        devices.end(work, FUKUSHIMA, counter.device, actor="test")
    answer = counter.send(frame)
    assert (answer.status_code, code_of(answer)) == (403, "device.revoked")
    (kept,) = quarantined(each_office)
    assert (kept.municipality_id, kept.device_id, kept.authenticated) == (FUKUSHIMA, counter.device, True)
    assert each_office.app.state.blobs.get(kept.blob) == frame


# ── Bounds ──────────────────────────────────────────────────────────────────────────────────────────────────
