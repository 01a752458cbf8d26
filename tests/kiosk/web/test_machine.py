"""The machine page on the tablet: carrying by USB both ways, names for those whose PIN opens them, doubles."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from backoffice.visits.locks import lock_up, make_lock
from kiosk.outbox import State
from kiosk.web import words
from kiosk.web.sticks import find_sticks
from schemas.device_life import DeviceStanding
from schemas.ids import ApplicationFormId, RecordId
from schemas.known_forms import KnownForms
from schemas.language import Wording
from schemas.packet import Packet
from schemas.personal import NamedBooking, PersonalData
from schemas.usb import UsbReceipts, UsbRefusal
from schemas.visit import Place, Slot
from tests.factories import form_id, intake_record, uuid7
from tests.kiosk.outbox.conftest import wait_until
from tests.kiosk.outbox.running_office import RunningOffice
from tests.kiosk.web.kiosk import FORM_ID, HELPER, PIN, STAFF, Browser, Kiosk

NAME = "予約 太郎（架空）"


def renewed(kiosk: Kiosk, office: RunningOffice, **changes: Any) -> None:
    """A newer bundle with these changes."""
    assert kiosk.outbox.identity is not None
    device = office.office.devices[kiosk.outbox.identity.device]
    assert device.bundle is not None
    device.bundle = device.bundle.model_copy(update={"version": device.bundle.version + 1, **changes})
    kiosk.outbox.refresh_bundle()
    assert (kiosk.outbox.bundle and kiosk.outbox.bundle.version) == device.bundle.version


def sealed(kiosk: Kiosk) -> None:
    outbox = kiosk.outbox
    assert outbox.identity is not None
    assert outbox.bundle is not None
    record = intake_record(
        device=outbox.identity.device, municipality=outbox.identity.municipality, visit=outbox.bundle.visit,
        record=uuid7(RecordId, 77), slip=outbox.next_slip(),
    )  # fmt: skip
    outbox.keep(record, None)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "media" / "USB"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def offline(make_kiosk: Callable[..., Kiosk], office: RunningOffice, stick: Path) -> Kiosk:
    """A kiosk whose office is away, with a stick in it."""
    kiosk = make_kiosk(stick_folders=(stick.parent,))
    office.down()
    return kiosk


def carry(tablet: Browser, act: str, **fields: str) -> Any:
    return tablet.client.post(f"/attendant/machine/{act}", data={"csrf": tablet.state()["csrf"], **fields})


def test_packets_go_onto_the_stick_and_receipts_come_back(offline: Kiosk, office: RunningOffice, stick: Path) -> None:
    sealed(offline)
    tablet = offline.attendant()
    assert "未送信の申請を書き出す" in tablet.page("/attendant/machine")
    answer = carry(tablet, "export", stick=str(stick))
    assert (answer.status_code, "1件を書き出し" in answer.text) == (200, True)
    (file,) = stick.glob("*.demado-usb")
    with tarfile.open(file) as archive:
        carried = archive.extractfile(archive.getmembers()[1])
        assert carried is not None
        packet = Packet.parse(carried.read())
    answer_file = UsbReceipts(device=packet.header.device, receipts=(office.office.receipt(packet),))
    receipts = stick / f"{file.name}.receipts.json"
    receipts.write_bytes(office.office.sign_receipts(answer_file).canonical())
    assert "新しく受領 1件" in carry(tablet, "receipts", file=str(receipts)).text
    assert offline.outbox.balance().closed


def test_nothing_unsent_writes_no_file_and_says_so(offline: Kiosk, stick: Path) -> None:
    answer = carry(offline.attendant(), "export", stick=str(stick))
    assert "未送信の申請はありません" in answer.text
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize("place", ["/etc", "/tmp", "../../.."])
def test_only_a_stick_that_is_there_is_written_to(offline: Kiosk, place: str) -> None:
    sealed(offline)
    answer = carry(offline.attendant(), "export", stick=place)
    assert (answer.status_code, "USBメモリが見つかりません" in answer.text) == (422, True)


def test_a_file_that_is_no_receipts_erases_nothing(offline: Kiosk, stick: Path) -> None:
    sealed(offline)
    noise = stick / "x.receipts.json"
    noise.write_text("{}")
    answer = carry(offline.attendant(), "receipts", file=str(noise))
    assert (answer.status_code, "市役所の受領書ではありません" in answer.text) == (422, True)
    assert offline.outbox.balance().erased == 0


def test_helpers_and_strangers_carry_nothing(offline: Kiosk, stick: Path) -> None:
    assert "職員のサインイン" in carry(offline.browser(), "export", stick=str(stick)).text
    helper = offline.attendant(HELPER)
    assert "未送信の申請を書き出す" not in helper.page("/attendant/machine")
    carry(helper, "export", stick=str(stick))
    assert list(stick.iterdir()) == []


def test_only_mounted_places_are_sticks_at_a_real_counter(stick: Path) -> None:
    assert find_sticks((stick.parent,)) == ()
    assert [found.path for found in find_sticks((stick.parent,), folders_count=True)] == [stick]
    assert find_sticks((Path("/dev"),)) != ()  # /dev/shm, /dev/pts: mounted, found without being asked for by name


def test_names_are_for_those_whose_pin_opens_them_and_gone_after_signing_out(
    make_kiosk: Callable[..., Kiosk], office: RunningOffice, tmp_path: Path
) -> None:
    kiosk = make_kiosk()
    bundle = kiosk.outbox.bundle
    assert bundle is not None
    lock = make_lock(STAFF.staff, PIN, randomness=bytes)
    part = lock_up(
        PersonalData(bookings=(NamedBooking(number="001", name=NAME),)).canonical(), [(STAFF.staff, lock)],
        device=bundle.device, visit=bundle.visit, randomness=lambda size: b"r" * size,
    )  # fmt: skip
    slot = Slot(day=kiosk.outbox.today(), begins=time(9), ends=time(9, 15), capacity=1, booked=("001",))
    people = (STAFF.model_copy(update={"lock": lock}), HELPER)
    places = (Place(name=Wording(ja="本部"), slots=(slot,)),)
    renewed(kiosk, office, personal=part, attendants=people, places=places)
    tablet = kiosk.attendant()
    assert NAME in tablet.page("/attendant/machine")
    assert NAME not in kiosk.attendant(HELPER).page("/attendant/machine")
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or NAME.encode() not in path.read_bytes()
    tablet.post("/attendant/sign-out")
    tablet.sign_in(HELPER)
    assert NAME not in tablet.page("/attendant/machine")


def test_a_form_received_before_is_said_before_the_photo_and_never_refused(
    make_kiosk: Callable[..., Kiosk], office: RunningOffice
) -> None:
    kiosk = make_kiosk()
    known = KnownForms.of([ApplicationFormId.parse(FORM_ID), form_id(9)], salt=bytes(16))
    renewed(kiosk, office, known_forms=known)
    kiosk.applicant.come_to("card")
    assert "すでに受け付けています" in kiosk.applicant.page()
    assert "受付済みの申請書です" in kiosk.attendant().page("/attendant")
    assert kiosk.applicant.come_to("photo")["step"] == "photo"


def test_an_unknown_form_is_not_spoken_of(make_kiosk: Callable[..., Kiosk], office: RunningOffice) -> None:
    kiosk = make_kiosk()
    renewed(kiosk, office, known_forms=KnownForms.of([form_id(9)], salt=bytes(16)))
    kiosk.applicant.come_to("card")
    assert "すでに受け付けています" not in kiosk.applicant.page()
    assert "受付済みの申請書です" not in kiosk.attendant().page("/attendant")


def test_a_revoked_kiosk_that_forgot_everything_says_so(fresh_kiosk: Kiosk, office: RunningOffice) -> None:
    (device,) = office.office.devices.values()
    device.standing = DeviceStanding.REVOKED
    fresh_kiosk.outbox.start_courier()
    fresh_kiosk.outbox.retry_refused()
    wait_until(lambda: fresh_kiosk.outbox.ended is not None)
    assert "このキオスクのデータは消去されました" in fresh_kiosk.applicant.page()


def test_an_office_that_does_not_know_the_kiosk_is_said_in_words(fresh_kiosk: Kiosk, office: RunningOffice) -> None:
    tablet, said = fresh_kiosk.attendant(), words.office_refusal("device.unknown")
    assert said.why not in tablet.page("/attendant/machine")
    office.office.devices.clear()
    sealed(fresh_kiosk)
    fresh_kiosk.outbox.start_courier()
    wait_until(lambda: fresh_kiosk.outbox.gauges().problem == "device.unknown")
    page = tablet.page("/attendant/machine")
    assert said.why in page
    assert said.action in page
    closing = tablet.client.post("/attendant/balance", data={"csrf": tablet.state()["csrf"]})
    assert said.why in closing.text


def test_what_the_office_would_not_take_is_listed_with_its_reason_and_a_way_on(
    offline: Kiosk, office: RunningOffice, tmp_path: Path
) -> None:
    kiosk = offline
    sealed(kiosk)
    (stub,) = kiosk.outbox.packets(State.QUEUED)
    assert kiosk.outbox.identity is not None
    refused = UsbRefusal(packet=stub.packet_id, code="packet.sequence_conflict")
    answer = tmp_path / "answer.receipts.json"
    answer_file = UsbReceipts(device=kiosk.outbox.identity.device, receipts=(), refused=(refused,))
    answer.write_bytes(office.office.sign_receipts(answer_file).canonical())
    assert kiosk.outbox.take_receipts(answer).refused == 1
    tablet = kiosk.attendant(STAFF)
    page = tablet.page("/attendant/machine")
    assert "packet.sequence_conflict" in page
    said = words.office_refusal("packet.sequence_conflict")
    assert said.why in page
    assert said.action in page
    assert "/attendant/retry" in page
    assert "/attendant/retry" not in kiosk.attendant(HELPER).page("/attendant/machine")
    tablet.client.post("/attendant/retry", data={"csrf": tablet.state()["csrf"]})
    assert not kiosk.outbox.packets(State.REFUSED)
    assert "packet.sequence_conflict" not in tablet.page("/attendant/machine")
