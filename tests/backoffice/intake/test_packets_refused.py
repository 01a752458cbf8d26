"""POST /api/v1/packets: packets that are refused and kept, and the bounds of what is kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backoffice.intake.models import PacketState
from schemas.canonical import sha256_hex
from schemas.protocol import JSON_BODY_LIMIT, PACKETS_PATH
from tests.backoffice.conftest import MakeOffice
from tests.backoffice.counter import foreign_key, packet_id
from tests.backoffice.intake.answers import code_of, packets, quarantined
from tests.backoffice.office import Office
from tests.factories import KORIYAMA


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
