"""POST /api/v1/packets: what is signed for, what is refused and kept, and that no promise precedes its commit."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from httpx2 import Response
from sqlalchemy import event
from sqlmodel import Session, select

from backoffice.audit import service as audit
from backoffice.devices import service as devices
from backoffice.intake.models import PacketState, Quarantined, ReceivedPacket
from backoffice.intake.service import UNASSIGNED
from backoffice.kit.models import Job
from schemas.canonical import sha256_hex
from schemas.problem import PROBLEM_JSON, Problem
from schemas.protocol import JSON_BODY_LIMIT, PACKETS_PATH
from schemas.receipt import Receipt
from tests.backoffice.conftest import MakeOffice
from tests.backoffice.counter import foreign_key, packet_id
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA, KORIYAMA


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


# ── Packets that are refused ────────────────────────────────────────────────────────────────────────────────


def test_truncated_packet_is_refused_and_kept(office: Office) -> None:
    counter = office.counter()
    frame = counter.seal()
    for length, code in (
        (3, "packet.truncated"),
        (60, "packet.truncated"),
        (len(frame) - 1, "packet.signature_invalid"),
    ):
        answer = counter.send(frame[:length])
        assert (answer.status_code, code_of(answer)) == (422, code)
    assert {kept.packet_id for kept in quarantined(office)} == {
        sha256_hex(frame[:length]) for length in (3, 60, len(frame) - 1)
    }


def test_other_bytes_are_not_a_packet(office: Office) -> None:
    assert code_of(office.counter().send(b"%PDF-1.7 and more bytes than a prefix")) == "packet.not_a_packet"


def test_header_that_is_no_header_is_refused(office: Office) -> None:
    counter = office.counter()
    frame = b"DMDO\x01" + (20).to_bytes(4, "big") + b'{"version":1,"x":"y"' + bytes(100)
    assert code_of(counter.send(frame)) == "packet.header_invalid"


def test_packet_signed_by_another_key_is_refused(office: Office) -> None:
    counter = office.counter()
    frame = counter.frame(counter.header(counter.record().record), b"x", key=Ed25519PrivateKey.generate())
    assert code_of(counter.send(frame)) == "packet.signature_invalid"


def test_packet_of_another_device_is_refused(office: Office) -> None:
    counter, other = office.counter(), office.counter()
    assert code_of(counter.send(other.seal())) == "packet.wrong_device"


def test_packet_for_another_municipality_is_refused(office: Office) -> None:
    counter = office.counter()
    frame = counter.frame(counter.header(counter.record().record, municipality=KORIYAMA), b"x")
    assert code_of(counter.send(frame)) == "packet.wrong_municipality"


def test_packet_sealed_to_an_unknown_key_is_refused(office: Office) -> None:
    counter = office.counter()
    frame = counter.frame(counter.header(counter.record().record, recipient_key=foreign_key()), b"x")
    assert code_of(counter.send(frame)) == "packet.unknown_recipient_key"


def test_other_packet_with_a_sequence_number_already_taken_is_refused_and_kept(each_office: Office) -> None:
    counter = each_office.counter()
    first = counter.frame(counter.header(counter.record().record), b"one")
    fork = counter.frame(counter.header(counter.record().record), b"two")
    assert counter.send(first).status_code == 201
    answer = counter.send(fork)
    assert (answer.status_code, code_of(answer)) == (409, "packet.sequence_conflict")
    assert [row.id for row in packets(each_office)] == [packet_id(first)]
    assert [kept.packet_id for kept in quarantined(each_office)] == [packet_id(fork)]


def test_packets_may_come_in_any_order(each_office: Office) -> None:
    counter = each_office.counter()
    frames = [counter.seal() for _ in range(3)]
    assert [counter.send(frame).status_code for frame in reversed(frames)] == [201, 201, 201]
    assert {row.state for row in packets(each_office)} == {PacketState.RECEIVED}


# ── Bounds ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_same_refused_bytes_are_kept_once_and_counted(office: Office) -> None:
    counter = office.counter()
    for _ in range(3):
        counter.send(b"not a packet at all")
    (kept,) = quarantined(office)
    assert kept.times == 3


def test_packet_refused_for_a_wrong_clock_and_sent_again_is_released_from_quarantine(office: Office) -> None:
    counter = office.counter()
    frame = counter.seal()
    counter.send(frame, created=office.clock() - timedelta(hours=1))
    assert counter.send(frame).status_code == 201
    (kept,) = quarantined(office)
    assert kept.released_at == office.clock()


def test_strangers_are_kept_up_to_a_limit_an_hour(make_office: MakeOffice) -> None:
    office = make_office(quarantine_strangers_per_hour=2)
    for number in range(4):
        office.client.post(PACKETS_PATH, content=f"stranger {number}".encode())
    assert len(quarantined(office)) == 2
    office.clock.move(hours=1, seconds=1)
    office.client.post(PACKETS_PATH, content=b"an hour later")
    assert len(quarantined(office)) == 3


def test_strangers_bytes_are_limited_an_hour(make_office: MakeOffice) -> None:
    office = make_office(quarantine_strangers_bytes_per_hour=1000)
    for size in (900, 200, 90):
        office.client.post(PACKETS_PATH, content=bytes(size))
    assert sorted(kept.size for kept in quarantined(office)) == [90, 900]


def test_body_over_the_limit_is_413_whether_announced_or_streamed(office: Office) -> None:
    too_much = 16 * 1024 * 1024 + 1
    announced = office.client.post(PACKETS_PATH, content=bytes(too_much))
    streamed = office.client.post(PACKETS_PATH, content=(bytes(1024 * 1024) for _ in range(17)))
    json_body = office.client.post("/api/v1/devices/enrol", content=bytes(JSON_BODY_LIMIT + 1))
    for answer in (announced, streamed, json_body):
        assert (answer.status_code, code_of(answer)) == (413, "request.too_large")
    assert quarantined(office) == []


def test_packet_just_under_the_limit_is_looked_at(office: Office) -> None:
    counter = office.counter()
    assert code_of(counter.send(b"DMDO" + bytes(16 * 1024 * 1024 - 4))) == "packet.version_unknown"


def test_nothing_readable_of_a_record_lies_on_an_ingest_machine(office: Office, tmp_path: Path) -> None:
    counter = office.counter()
    record = counter.record()
    counter.send(counter.seal(record))
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert str(record.form.form_id).encode() not in stored
    assert record.birth_date.isoformat().encode() not in stored
    assert str(record.record).encode() in stored
