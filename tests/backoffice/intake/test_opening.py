"""The opening job: packet → case with its photo at rest; what does not open is kept and says why."""

from __future__ import annotations

import pytest
from sqlmodel import select

from backoffice.audit import service as audit
from backoffice.cases.models import Case
from backoffice.intake import service
from backoffice.intake.models import PacketState, ReceivedPacket
from backoffice.kit import key_life
from backoffice.kit.key_life import KeyUse
from backoffice.kit.keyring import RecordKeys, RecordSecrets
from backoffice.kit.models import Job, JobState
from backoffice.kit.vault import Vault
from schemas.packet import Packet, signed_part
from tests.backoffice.counter import Counter, packet_id, zipped
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA, jpeg_photo


def state_of(office: Office, frame: bytes) -> tuple[PacketState, str | None]:
    with office.work() as work:
        row = work.session.get_one(ReceivedPacket, (FUKUSHIMA, packet_id(frame)))
        return row.state, row.failure


def cases(office: Office) -> list[Case]:
    with office.work() as work:
        return list(work.session.exec(select(Case)))


def send(counter: Counter, frame: bytes) -> bytes:
    assert counter.send(frame).status_code == 201
    return frame


def test_received_packet_becomes_a_case_with_its_photo(each_office: Office) -> None:
    counter = each_office.counter()
    photo = jpeg_photo(7)
    record = counter.record(photo=photo)
    frame = send(counter, counter.seal(record, photo=photo))
    assert each_office.worker.drain() == 1
    (case,) = cases(each_office)
    assert (case.record_id, case.packet_id) == (record.record, packet_id(frame))
    assert state_of(each_office, frame) == (PacketState.OPENED, None)
    keys = RecordKeys.load(each_office.settings.keys, b"records-secret-of-the-tests")
    vault = Vault(each_office.app.state.blobs, keys, now=each_office.clock)
    assert case.photo_key is not None
    assert vault.get(case.photo_key) == photo
    assert photo not in each_office.app.state.blobs.get(case.photo_key)


def test_record_without_a_photo_becomes_a_case_too(office: Office) -> None:
    counter = office.counter()
    send(counter, counter.seal())
    office.worker.drain()
    assert [case.photo_key for case in cases(office)] == [None]


def test_opening_is_written_to_the_audit_log_without_personal_data(office: Office) -> None:
    counter = office.counter()
    record = counter.record()
    send(counter, counter.seal(record))
    office.worker.drain()
    with office.work() as work:
        entries = audit.search(work, FUKUSHIMA, audit.Search(action="packet.opened"))
        assert len(entries) == 1
        assert str(record.form.form_id) not in entries[0].detail + entries[0].subject


def test_opening_the_same_packet_twice_makes_one_case(each_office: Office) -> None:
    counter = each_office.counter()
    send(counter, counter.seal())
    each_office.worker.drain()
    with each_office.work() as work:
        job = work.session.exec(select(Job)).one()
        job.state = JobState.QUEUED
    assert each_office.worker.drain() == 1
    assert len(cases(each_office)) == 1


def test_payload_that_is_no_zip_fails_openly_and_is_kept(each_office: Office) -> None:
    counter = each_office.counter()
    frame = send(counter, counter.seal(payload=b"no zip"))
    each_office.worker.drain()
    assert state_of(each_office, frame) == (PacketState.FAILED, "payload.not_a_zip")
    assert cases(each_office) == []
    with each_office.work() as work:
        assert [row.failure for row in service.failed(work, FUKUSHIMA)] == ["payload.not_a_zip"]
        assert work.session.exec(select(Job)).one().state is JobState.DONE


def test_packet_whose_header_was_exchanged_does_not_open(office: Office) -> None:
    counter = office.counter()
    record = counter.record()
    sealed = counter.frame(counter.header(record.record), zipped(record))
    other = counter.header(record.record, previous="0" * 64)
    frame = _with_header(counter, sealed, other.canonical())
    send(counter, frame)
    office.worker.drain()
    assert state_of(office, frame) == (PacketState.FAILED, "opening.not_sealed_for_us")


def test_packet_sealed_before_a_rotation_opens_after_it(office: Office) -> None:
    counter = office.counter()
    before = send(counter, counter.seal())
    key_life.rotate(office.settings.keys, office.settings.passphrases(), KeyUse.RECIPIENT, begins=office.clock())
    office.worker.drain()
    assert state_of(office, before)[0] is PacketState.OPENED


def test_packet_of_a_lost_key_fails_and_opens_once_the_key_is_back(office: Office) -> None:
    counter = office.counter()
    frame = send(counter, counter.seal())
    keys, secret = office.settings.keys, b"records-secret-of-the-tests"
    whole = RecordKeys.load(keys, secret)
    RecordKeys(RecordSecrets(recipients=(), storage=whole.secrets.storage)).save(keys, secret, cost=2**14)
    office.worker.drain()
    assert state_of(office, frame) == (PacketState.FAILED, "opening.key_missing")
    whole.save(keys, secret, cost=2**14)
    del office.worker
    with office.work() as work:
        assert service.open_again(work, FUKUSHIMA) == 1
    office.worker.drain()
    assert state_of(office, frame) == (PacketState.OPENED, None)


def test_missing_blob_is_tried_again_with_pauses_until_it_is_there(each_office: Office) -> None:
    counter = each_office.counter()
    frame = send(counter, counter.seal())
    with each_office.work() as work:
        blob = work.session.get_one(ReceivedPacket, (FUKUSHIMA, packet_id(frame))).blob
    each_office.app.state.blobs.delete(blob)
    assert each_office.worker.drain() == 1
    assert state_of(each_office, frame)[0] is PacketState.RECEIVED
    assert each_office.worker.drain() == 0
    each_office.app.state.blobs.put(blob, frame)
    each_office.clock.move(seconds=2)
    assert each_office.worker.drain() == 1
    assert state_of(each_office, frame)[0] is PacketState.OPENED


@pytest.mark.parametrize("photos", [1, 2])
def test_job_run_again_after_a_crash_leaves_one_photo(office: Office, photos: int) -> None:
    counter = office.counter()
    for number in range(photos):
        photo = jpeg_photo(number)
        send(counter, counter.seal(counter.record(photo=photo), photo=photo))
    for _ in range(2):
        office.worker.drain()
        with office.work() as work:
            for job in work.session.exec(select(Job)):
                job.state = JobState.QUEUED
            for packet in work.session.exec(select(ReceivedPacket)):
                packet.state = PacketState.RECEIVED
    stored = [file for file in (office.folder / "blobs" / "photos").rglob("*") if file.is_file()]
    assert len(stored) == photos


def _with_header(counter: Counter, frame: bytes, header: bytes) -> bytes:
    """The same ciphertext under another header, signed anew: what a thief of the device key could do."""
    ciphertext = Packet.parse(frame).ciphertext
    signature = counter.key.sign(signed_part(header, ciphertext))
    return b"DMDO\x01" + len(header).to_bytes(4, "big") + header + ciphertext + signature
