"""The facade: enrol, keep, send, erase, balance."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.errors import (
    EnrolmentRefused,
    NotEnrolled,
    NoVisit,
    OutboxFault,
    OutboxFull,
    OutboxInUse,
    RecordUnfit,
    UplinkUnreachable,
)
from kiosk.outbox import Limits, Outbox, State
from schemas.intake import IntakeRecord
from schemas.packet import Packet
from tests.factories import intake_record, jpeg_photo
from tests.kiosk.outbox.conftest import HandClock, wait_until
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.running_office import RunningOffice

ARecord = Callable[..., IntakeRecord]


def test_a_kept_record_arrives_is_opened_and_erased(outbox: Outbox, office: Office, a_record: ARecord) -> None:
    photo = jpeg_photo()
    record = a_record(outbox, photo=photo)
    outbox.start_courier()
    kept = outbox.keep(record, photo)
    wait_until(lambda: outbox.balance().erased == 1)
    assert office.opened(record.device) == {1: (record, photo)}
    assert kept.sequence == 1
    assert outbox.balance().closed


def test_packets_are_chained_from_one(outbox: Outbox, office: Office, a_record: ARecord) -> None:
    kept = [outbox.keep(a_record(outbox), None) for _ in range(4)]
    outbox.start_courier()
    wait_until(lambda: outbox.balance().erased == 4)
    assert outbox.identity is not None
    packets = [Packet.parse(frame) for frame in office.devices[outbox.identity.device].packets.values()]
    assert [packet.header.sequence for packet in packets] == [1, 2, 3, 4]
    assert [packet.header.previous for packet in packets] == [None, *(one.packet_id for one in kept[:3])]


def test_keeping_the_same_record_twice_makes_one_packet(outbox: Outbox, a_record: ARecord) -> None:
    record = a_record(outbox)
    assert outbox.keep(record, None) == outbox.keep(record, None)
    assert outbox.balance().captured == 1


def test_without_enrolment_nothing_is_kept(open_outbox: Callable[..., Outbox]) -> None:
    outbox = open_outbox()
    assert outbox.identity is None
    with pytest.raises(NotEnrolled):
        outbox.keep(intake_record(), None)


def test_without_a_visit_nothing_is_kept(open_outbox: Callable[..., Outbox], running_office: RunningOffice) -> None:
    outbox = open_outbox()
    identity = outbox.enrol(running_office.office.ticket(running_office.url), "端末")
    with pytest.raises(NoVisit):
        outbox.keep(intake_record(device=identity.device), None)


def test_a_record_of_another_device_is_not_sealed(outbox: Outbox, a_record: ARecord) -> None:
    assert outbox.identity is not None
    foreign = type(outbox.identity.device)(outbox.new_record_id())
    with pytest.raises(RecordUnfit):
        outbox.keep(a_record(outbox, device=foreign), None)


def test_a_photo_that_is_not_the_evidence_is_not_sealed(outbox: Outbox, a_record: ARecord) -> None:
    record = a_record(outbox, photo=jpeg_photo(1))
    for photo in (jpeg_photo(2), None):
        with pytest.raises(RecordUnfit):
            outbox.keep(record, photo)
    assert outbox.balance().captured == 0


def test_the_hard_limit_of_unsent_packets_stops_the_intake(
    open_outbox: Callable[..., Outbox], outbox: Outbox, a_record: ARecord
) -> None:
    outbox.close()
    full = open_outbox(limits=Limits(unsent=(1, 2)))
    for _ in range(2):
        full.keep(a_record(full), None)
    with pytest.raises(OutboxFull) as caught:
        full.keep(a_record(full), None)
    assert caught.value.code == "outbox.too_many_unsent"
    assert [(alarm.gauge, alarm.level) for alarm in full.gauges().alarms] == [("unsent", "hard")]


def test_too_little_disk_stops_the_intake(
    open_outbox: Callable[..., Outbox], outbox: Outbox, a_record: ARecord
) -> None:
    outbox.close()
    full = open_outbox(limits=Limits(disk_bytes=(2**62, 2**61)))
    with pytest.raises(OutboxFull) as caught:
        full.keep(a_record(full), None)
    assert caught.value.code == "outbox.disk_low"


def test_everything_is_still_there_after_a_restart(
    open_outbox: Callable[..., Outbox], outbox: Outbox, a_record: ARecord
) -> None:
    kept = outbox.keep(a_record(outbox), None)
    slip, identity, bundle = outbox.next_slip(), outbox.identity, outbox.bundle
    outbox.close()
    again = open_outbox()
    assert (again.identity, again.bundle) == (identity, bundle)
    assert [stub.packet_id for stub in again.packets(State.QUEUED)] == [kept.packet_id]
    assert again.next_slip() > slip
    assert again.keep(a_record(again), None).sequence == kept.sequence + 1


def test_one_process_owns_the_folder_and_another_may_look(outbox: Outbox, tmp_path: Path, a_record: ARecord) -> None:
    outbox.keep(a_record(outbox), None)
    with pytest.raises(OutboxInUse):
        Outbox.open(tmp_path / "data")
    looking = Outbox.open(tmp_path / "data", readonly=True)
    assert looking.balance().captured == 1
    looking.close()


def test_both_sides_tell_the_same_balance(outbox: Outbox, a_record: ARecord) -> None:
    for _ in range(3):
        outbox.keep(a_record(outbox), None)
    outbox.start_courier()
    wait_until(lambda: outbox.balance().closed)
    mine, theirs = outbox.balance(), outbox.office_balance()
    assert (
        (mine.captured, mine.received, mine.head)
        == (theirs.captured, theirs.received, theirs.head)
        == (
            3,
            3,
            mine.head,
        )
    )


def test_the_offices_balance_needs_the_office(outbox: Outbox, running_office: RunningOffice) -> None:
    running_office.down()
    with pytest.raises(UplinkUnreachable):
        outbox.office_balance()


def test_gauges_say_how_full_and_how_far(outbox: Outbox, running_office: RunningOffice, a_record: ARecord) -> None:
    gauges = outbox.gauges()
    assert (gauges.unsent, gauges.oldest_seconds, gauges.online, gauges.last_contact) == (0, None, None, None)
    running_office.down()
    outbox.start_courier()
    outbox.keep(a_record(outbox), None)
    wait_until(lambda: outbox.gauges().online is False)
    assert (outbox.gauges().unsent, outbox.gauges().refused) == (1, 0)
    running_office.up()
    wait_until(lambda: outbox.gauges().online is True)
    wait_until(lambda: outbox.gauges().unsent == 0)
    assert outbox.gauges().last_contact is not None


def test_unsent_packets_forbid_a_new_enrolment(
    outbox: Outbox, running_office: RunningOffice, a_record: ARecord
) -> None:
    running_office.office.codes.add("QRSTUVWXYZ234567")
    ticket = running_office.office.ticket(running_office.url, "QRSTUVWXYZ234567")
    outbox.keep(a_record(outbox), None)
    with pytest.raises(EnrolmentRefused) as caught:
        outbox.enrol(ticket, "別の端末")
    assert caught.value.code == "enrolment.unsent_packets"
    outbox.start_courier()
    wait_until(lambda: outbox.balance().closed)
    old = outbox.identity
    new = outbox.enrol(ticket, "別の端末")
    assert old is not None
    assert new.device != old.device
    wait_until(lambda: outbox.bundle is not None)
    assert outbox.keep(a_record(outbox), None).sequence == 1
    wait_until(lambda: outbox.balance().closed)


def test_an_outbox_that_could_not_be_opened_gives_the_folder_back(
    outbox: Outbox, open_outbox: Callable[..., Outbox], tmp_path: Path
) -> None:
    outbox.close()
    (database,) = (tmp_path / "data").glob("outbox-*.db")
    good = database.read_bytes()
    database.write_bytes(b"x" * 5000)
    with pytest.raises(OutboxFault):
        open_outbox()
    database.write_bytes(good)
    assert open_outbox().balance().captured == 0


def test_looking_into_a_running_outbox_writes_nothing(outbox: Outbox, tmp_path: Path, a_record: ARecord) -> None:
    outbox.keep(a_record(outbox), None)
    outbox.gauges()
    before = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir() if path.suffix != ".db-shm"}
    looking = Outbox.open(tmp_path / "data", readonly=True, boot=lambda: "another boot")
    looking.office_balance()
    looking.close()
    assert before == {
        path.name: path.read_bytes() for path in (tmp_path / "data").iterdir() if path.suffix != ".db-shm"
    }


def test_a_refused_enrolment_leaves_the_courier_running(
    outbox: Outbox, running_office: RunningOffice, a_record: ARecord
) -> None:
    outbox.start_courier()
    with pytest.raises(EnrolmentRefused):
        outbox.enrol(running_office.office.ticket(running_office.url), "別の端末")
    outbox.keep(a_record(outbox), None)
    wait_until(lambda: outbox.balance().closed)


def test_the_bundles_age_counts_from_when_the_office_last_called_it_newest(
    open_outbox: Callable[..., Outbox], outbox: Outbox
) -> None:
    outbox.close()
    hand = HandClock(datetime.now(UTC))
    again = open_outbox(clock=hand.wall, monotonic=hand.monotonic, boot=lambda: "another boot")
    hand.advance(3 * 86_400)
    assert [alarm.gauge for alarm in again.gauges().alarms] == ["bundle"]
    age = again.gauges().bundle_age_seconds
    assert age is not None
    assert abs(age - 3 * 86_400) < 60


def test_who_only_looks_sends_nothing(outbox: Outbox, tmp_path: Path, a_record: ARecord) -> None:
    outbox.keep(a_record(outbox), None)
    looking = Outbox.open(tmp_path / "data", readonly=True)
    with pytest.raises(OutboxInUse):
        looking.start_courier()
    looking.close()


def test_another_process_cannot_become_a_second_sender(outbox: Outbox, tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from kiosk.outbox import Outbox; Outbox.open(Path(sys.argv[1]))"
    second = subprocess.run([sys.executable, "-c", code, str(tmp_path / "data")], capture_output=True, text=True)
    assert second.returncode == 1
    assert "OutboxInUse" in second.stderr
