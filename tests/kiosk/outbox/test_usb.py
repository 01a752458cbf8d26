"""The USB courier: written, read back, compared; receipts come back the same way and erase."""

from __future__ import annotations

import json
import resource
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import CarrierRefused
from kiosk.outbox import Outbox, State
from kiosk.outbox.keys import verified
from kiosk.web.words import refusal
from schemas.canonical import sha256_hex
from schemas.ids import KeyId, PacketId
from schemas.intake import IntakeRecord
from schemas.packet import Packet
from schemas.usb import MANIFEST_NAME, UsbManifest, UsbReceipts, UsbRefusal, entry_name
from schemas.visit import OfficeKey
from tests.factories import jpeg_photo
from tests.kiosk.outbox.office import Office

ARecord = Callable[..., IntakeRecord]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def small_stick(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 512 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("mounting a small file system is not permitted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def read(path: Path) -> tuple[UsbManifest, dict[str, bytes]]:
    with tarfile.open(path, "r:") as archive:
        members = {member.name: extracted(archive, member) for member in archive}
        assert archive.getmembers()[0].name == MANIFEST_NAME
    return UsbManifest.model_validate_json(members.pop(MANIFEST_NAME)), members


def extracted(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    assert file is not None
    return file.read()


def answer(outbox: Outbox, office: Office, stick: Path, *, refused: tuple[int, ...] = (), **changes: Any) -> Path:
    """What the office gives back for everything on the stick."""
    assert outbox.identity is not None
    receipts, refusals = [], []
    for path in stick.glob("*.demado-usb"):
        for frame in read(path)[1].values():
            packet = Packet.parse(frame)
            if packet.header.sequence in refused:
                refusals.append(UsbRefusal(packet=packet.packet_id, code="packet.wrong_municipality"))
            else:
                receipts.append(office.receipt(packet, **changes))
    made = UsbReceipts(device=outbox.identity.device, receipts=tuple(receipts), refused=tuple(refusals))
    made = office.sign_receipts(made)
    path = stick / "answer.receipts.json"
    path.write_bytes(made.canonical())
    return path


def test_what_lies_on_the_stick_is_what_was_sealed_and_signed_for(
    outbox: Outbox, stick: Path, a_record: ARecord
) -> None:
    photo = jpeg_photo()
    kept = [outbox.keep(a_record(outbox, photo=photo), photo) for _ in range(3)]
    report = outbox.export(stick)
    (path,) = report.files
    manifest, frames = read(path)
    assert (report.packets, report.size) == (3, path.stat().st_size)
    assert [entry.packet for entry in manifest.entries] == [one.packet_id for one in kept]
    assert list(frames) == [entry_name(one.packet_id) for one in kept]
    assert [sha256_hex(frame) for frame in frames.values()] == [one.packet_id for one in kept]
    assert list(stick.iterdir()) == [path]
    assert outbox.identity is not None


def test_the_manifest_is_signed_by_the_device(outbox: Outbox, office: Office, stick: Path, a_record: ARecord) -> None:
    outbox.keep(a_record(outbox), None)
    manifest, _frames = read(outbox.export(stick).files[0])
    assert outbox.identity is not None
    device = OfficeKey(key=outbox.identity.device_key, public=office.devices[outbox.identity.device].public)
    assert verified(manifest.signed_part, manifest.signature, device.key, (device,))


def test_exporting_keeps_everything_here_until_receipts_come(
    outbox: Outbox, office: Office, stick: Path, a_record: ARecord
) -> None:
    for _ in range(3):
        outbox.keep(a_record(outbox), None)
    outbox.export(stick)
    assert outbox.balance().captured == 3
    assert outbox.gauges().unsent == 3
    path = answer(outbox, office, stick)
    first, again = outbox.take_receipts(path), outbox.take_receipts(path)
    assert (first.received, first.known) == (3, 0)
    assert (again.received, again.known) == (0, 3)
    assert outbox.balance().closed


def test_what_the_office_refused_on_the_stick_goes_into_quarantine(
    outbox: Outbox, office: Office, stick: Path, a_record: ARecord
) -> None:
    for _ in range(3):
        outbox.keep(a_record(outbox), None)
    outbox.export(stick)
    report = outbox.take_receipts(answer(outbox, office, stick, refused=(2,)))
    assert (report.received, report.refused) == (2, 1)
    assert [stub.problem for stub in outbox.packets(State.REFUSED)] == ["packet.wrong_municipality"]
    assert read(outbox.export(stick).files[0])[0].entries[0].sequence == 2


@pytest.mark.parametrize("changes", [{"sequence": 7}, {"packet": PacketId("0" * 64)}])
def test_a_receipt_for_something_else_takes_nothing_from_the_file(
    outbox: Outbox, office: Office, stick: Path, a_record: ARecord, changes: dict[str, Any]
) -> None:
    outbox.keep(a_record(outbox), None)
    outbox.export(stick)
    with pytest.raises(CarrierRefused):
        outbox.take_receipts(answer(outbox, office, stick, **changes))
    assert outbox.balance().received == 0


def test_receipts_nobody_signed_take_nothing(outbox: Outbox, office: Office, stick: Path, a_record: ARecord) -> None:
    outbox.keep(a_record(outbox), None)
    outbox.export(stick)
    path = answer(outbox, office, stick)
    given_back = UsbReceipts.model_validate_json(path.read_bytes())
    (receipt,) = given_back.receipts
    forged = given_back.model_copy(update={"receipts": (receipt.model_copy(update={"signature": bytes(64)}),)})
    path.write_bytes(office.sign_receipts(forged).canonical())
    with pytest.raises(CarrierRefused) as caught:
        outbox.take_receipts(path)
    assert caught.value.code == "usb.receipt.forged"
    assert outbox.balance().received == 0


def _by_hand(answer: UsbReceipts, packets: tuple[PacketId, ...]) -> UsbReceipts:
    """Everything refused, by somebody who has the office's answer before him and not its key."""
    refused = tuple(UsbRefusal(packet=packet, code="packet.malformed") for packet in packets)
    return answer.model_copy(update={"receipts": (), "refused": refused})


@pytest.mark.parametrize(
    "changes",
    [{}, {"signature": b""}, {"office_key": None, "signature": b""}, {"office_key": KeyId("0" * 16)}],
    ids=["signature of another file", "no signature", "unsigned as of old", "another key"],
)
def test_refusals_nobody_signed_put_nothing_into_quarantine(
    outbox: Outbox, office: Office, stick: Path, a_record: ARecord, changes: dict[str, Any]
) -> None:
    packets = tuple(outbox.keep(a_record(outbox), None).packet_id for _ in range(3))
    outbox.export(stick)
    path = answer(outbox, office, stick)
    forged = _by_hand(UsbReceipts.model_validate_json(path.read_bytes()), packets).model_copy(update=changes)
    path.write_bytes(forged.canonical())
    with pytest.raises(CarrierRefused) as caught:
        outbox.take_receipts(path)
    assert caught.value.code == "usb.receipt.forged"
    assert (outbox.balance().refused, outbox.gauges().unsent) == (0, 3)


def test_an_old_file_without_the_fields_of_a_signature_is_refused_in_a_sentence(
    outbox: Outbox, office: Office, stick: Path, a_record: ARecord
) -> None:
    outbox.keep(a_record(outbox), None)
    outbox.export(stick)
    path = answer(outbox, office, stick)
    old = json.loads(path.read_bytes())
    del old["office_key"], old["signature"]
    path.write_text(json.dumps(old))
    with pytest.raises(CarrierRefused) as caught:
        outbox.take_receipts(path)
    assert caught.value.code == "usb.receipt.forged"
    assert "署名" in refusal(caught.value.code)
    assert outbox.balance().received == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.binary(max_size=200))
def test_any_other_file_is_refused(outbox: Outbox, stick: Path, data: bytes) -> None:
    path = stick / "x.receipts.json"
    path.write_bytes(data)
    with pytest.raises(CarrierRefused):
        outbox.take_receipts(path)


def test_a_file_that_is_not_there_is_said_plainly(outbox: Outbox, stick: Path) -> None:
    with pytest.raises(CarrierRefused) as caught:
        outbox.take_receipts(stick / "nothing.receipts.json")
    assert caught.value.code == "usb.not_there"


def test_room_is_checked_before_anything_is_written(outbox: Outbox, small_stick: Path, a_record: ARecord) -> None:
    outbox.keep(a_record(outbox), None)
    with pytest.raises(CarrierRefused) as caught:
        outbox.export(small_stick)
    assert caught.value.code == "usb.no_room"
    assert list(small_stick.iterdir()) == []


def test_a_stick_that_fails_in_the_middle_keeps_no_half_file(outbox: Outbox, stick: Path, a_record: ARecord) -> None:
    photo = jpeg_photo()
    for _ in range(4):
        outbox.keep(a_record(outbox, photo=photo), photo)
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(photo) * 2, hard))
    try:
        with pytest.raises(CarrierRefused) as caught:
            outbox.export(stick)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert caught.value.code == "usb.write_failed"
    assert list(stick.iterdir()) == []
    assert outbox.gauges().unsent == 4


def test_many_packets_are_split_over_files_each_complete(
    outbox: Outbox, office: Office, stick: Path, a_record: ARecord
) -> None:
    for _ in range(5):
        outbox.keep(a_record(outbox), None)
    report = outbox.export(stick, file_limit=20_000)
    assert len(report.files) > 1
    sequences = [entry.sequence for path in report.files for entry in read(path)[0].entries]
    assert sequences == [1, 2, 3, 4, 5]
    assert outbox.take_receipts(answer(outbox, office, stick)).received == 5


def test_a_folder_that_cannot_be_written_is_said_plainly(outbox: Outbox, tmp_path: Path, a_record: ARecord) -> None:
    outbox.keep(a_record(outbox), None)
    with pytest.raises(CarrierRefused) as caught:
        outbox.export(tmp_path / "nowhere")
    assert caught.value.code == "usb.not_there"
