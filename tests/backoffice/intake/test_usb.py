"""The USB courier's arrival: any order, any number of times; what is cut short is refused whole and named."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlmodel import select

from backoffice.devices import service as devices
from backoffice.intake.models import ReceivedPacket
from backoffice.intake.usb import Imported, import_file
from backoffice.intake.ustar import UstarBroken, members
from backoffice.kit.errors import Refused
from schemas.receipt import Receipt
from schemas.stamp import Stamp
from schemas.usb import UsbEntry, UsbManifest, UsbReceipts, entry_name
from tests.backoffice.counter import Counter, packet_id
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA, KORIYAMA, MORNING


def manifest_of(counter: Counter, frames: Sequence[bytes], **changes: Any) -> UsbManifest:
    entries = tuple(
        UsbEntry(packet=packet_id(frame), sequence=number, size=len(frame)) for number, frame in enumerate(frames, 1)
    )
    unsigned = UsbManifest(
        municipality=counter.municipality, device=counter.device, created=Stamp(at=MORNING), entries=entries
    ).model_copy(update=changes)
    return unsigned.model_copy(update={"signature": counter.key.sign(unsigned.signed_part)})


def tar_of(*entries: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in entries:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def stick_of(counter: Counter, frames: Sequence[bytes], **changes: Any) -> bytes:
    manifest = manifest_of(counter, frames, **changes)
    return tar_of(("manifest.json", manifest.canonical()), *((entry_name(packet_id(frame)), frame) for frame in frames))


def carried(office: Office, content: bytes, tmp_path: Path, name: str = "stick") -> Imported:
    file = tmp_path / f"{name}.demado-usb"
    file.write_bytes(content)
    return import_file(file, database=office.database, intake=office.app.state.intake, now=office.clock)


def refusal(office: Office, content: bytes, tmp_path: Path) -> Refused:
    with pytest.raises(Refused) as refused:
        carried(office, content, tmp_path)
    return refused.value


def test_file_gives_receipts_to_carry_back(each_office: Office, tmp_path: Path) -> None:
    counter = each_office.counter()
    frames = [counter.seal() for _ in range(3)]
    done = carried(each_office, stick_of(counter, frames), tmp_path)
    assert (done.received, done.known, done.refused) == (3, 0, 0)
    answer = UsbReceipts.model_validate_json(done.receipts.read_bytes())
    assert (answer.device, [receipt.packet for receipt in answer.receipts]) == (
        counter.device,
        [packet_id(frame) for frame in frames],
    )
    keys = {key.key: key.public for key in each_office.app.state.signing.office_keys()}
    assert answer.office_key is not None
    public = Ed25519PublicKey.from_public_bytes(keys[answer.office_key])
    public.verify(answer.signature, answer.signed_part)  # raises unless the office has signed the whole file


def test_importing_again_changes_nothing_and_gives_the_same_receipts(each_office: Office, tmp_path: Path) -> None:
    counter = each_office.counter()
    content = stick_of(counter, [counter.seal() for _ in range(2)])
    first = carried(each_office, content, tmp_path).receipts.read_bytes()
    each_office.clock.move(days=1)
    again = carried(each_office, content, tmp_path)
    assert (again.received, again.known) == (0, 2)
    assert again.receipts.read_bytes() == first


def test_packet_that_came_over_the_line_gets_the_same_receipt_from_the_stick(office: Office, tmp_path: Path) -> None:
    counter = office.counter()
    frame = counter.seal()
    over_the_line = Receipt.model_validate_json(counter.send(frame).content)
    done = carried(office, stick_of(counter, [frame]), tmp_path)
    assert UsbReceipts.model_validate_json(done.receipts.read_bytes()).receipts == (over_the_line,)


def test_files_may_come_in_any_order(office: Office, tmp_path: Path) -> None:
    counter = office.counter()
    files = [stick_of(counter, [counter.seal() for _ in range(2)]) for _ in range(3)]
    assert [carried(office, file, tmp_path).received for file in reversed(files)] == [2, 2, 2]


def test_file_cut_in_each_block_is_refused_whole_and_taken_when_whole(office: Office, tmp_path: Path) -> None:
    counter = office.counter()
    frames = [counter.seal() for _ in range(2)]
    content = stick_of(counter, frames)
    end = len(content.rstrip(b"\x00"))
    for length in range(0, end, 512):
        assert refusal(office, content[:length], tmp_path).code in ("usb.incomplete", "usb.no_manifest")
    with office.work() as work:
        assert work.session.exec(select(ReceivedPacket)).all() == []
    assert carried(office, content, tmp_path).received == 2


def test_file_that_lost_only_its_end_mark_has_lost_no_packet(office: Office, tmp_path: Path) -> None:
    """Cut anywhere after the last packet, or dirt there: all is taken and answered, never taken and unanswered."""
    counter = office.counter()
    frames = [counter.seal() for _ in range(2)]
    whole = stick_of(counter, frames)
    end = whole.rindex(frames[-1]) + len(frames[-1])
    end += -end % 512
    for number, content in enumerate((whole[:end], whole[: end + 1], whole[: end + 700], whole[:end] + b"dirt" * 300)):
        done = carried(office, content, tmp_path, f"stick-{number}")
        assert (done.received + done.known, done.refused) == (2, 0)
        assert len(UsbReceipts.model_validate_json(done.receipts.read_bytes()).receipts) == 2


def test_packet_that_lies_in_the_file_twice_is_taken_once(office: Office, tmp_path: Path) -> None:
    counter = office.counter()
    frame = counter.seal()
    entry = (entry_name(packet_id(frame)), frame)
    done = carried(office, tar_of(("manifest.json", manifest_of(counter, [frame]).canonical()), entry, entry), tmp_path)
    assert (done.received, done.known, done.refused) == (1, 0, 0)


def test_missing_packets_are_named_by_number(office: Office, tmp_path: Path) -> None:
    counter = office.counter()
    frames = [counter.seal() for _ in range(4)]
    manifest = manifest_of(counter, frames)
    content = tar_of(("manifest.json", manifest.canonical()), (entry_name(packet_id(frames[1])), frames[1]))
    refused = refusal(office, content, tmp_path)
    assert refused.code == "usb.incomplete"
    assert "3件" in refused.title
    assert "1、3、4" in refused.title


def test_changed_packet_counts_as_missing(office: Office, tmp_path: Path) -> None:
    counter = office.counter()
    frame = counter.seal()
    content = stick_of(counter, [frame]).replace(frame[-40:], bytes(40))
    assert refusal(office, content, tmp_path).code == "usb.incomplete"


def test_file_of_an_unknown_device_is_refused(office: Office, tmp_path: Path) -> None:
    counter = office.counter()
    stranger = Counter(office.client, counter.recipient, office.clock)
    assert refusal(office, stick_of(stranger, [stranger.seal()]), tmp_path).code == "device.unknown"


def test_manifest_signed_by_another_key_is_refused(office: Office, tmp_path: Path) -> None:
    counter = office.counter()
    frame = counter.seal()
    counter.key = Ed25519PrivateKey.generate()
    assert refusal(office, stick_of(counter, [frame]), tmp_path).code == "usb.signature_invalid"


def test_manifest_for_another_municipality_is_refused(office: Office, tmp_path: Path) -> None:
    counter = office.counter()
    content = stick_of(counter, [counter.seal()], municipality=KORIYAMA)
    assert refusal(office, content, tmp_path).code == "usb.wrong_municipality"


def test_refused_packet_is_kept_and_reported_and_the_others_are_taken(office: Office, tmp_path: Path) -> None:
    counter = office.counter()
    first, second = counter.seal(), counter.seal()
    fork = counter.frame(counter.header(counter.record().record, sequence=1, previous=None), b"fork")
    counter.send(first)
    done = carried(office, stick_of(counter, [fork, second]), tmp_path)
    assert (done.received, done.refused) == (1, 1)
    answer = UsbReceipts.model_validate_json(done.receipts.read_bytes())
    assert [(entry.packet, entry.code) for entry in answer.refused] == [(packet_id(fork), "packet.sequence_conflict")]


def test_packets_of_a_revoked_device_are_kept_not_taken(office: Office, tmp_path: Path) -> None:
    counter = office.counter()
    content = stick_of(counter, [counter.seal()])
    with office.work() as work:
        devices.end(work, FUKUSHIMA, counter.device, actor="test")
    done = carried(office, content, tmp_path)
    assert (done.received, done.refused) == (0, 1)
    assert len(list((office.folder / "blobs" / "quarantine").glob("*/*/*"))) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "usb.incomplete"),
        (bytes(1024), "usb.no_manifest"),
        (b"PK\x03\x04" + bytes(600), "usb.not_a_bundle"),
        (tar_of(("other.json", b"{}")), "usb.no_manifest"),
        (tar_of(("manifest.json", b"{}")), "usb.manifest_invalid"),
        (tar_of(("manifest.json", b"\xff" * 100)), "usb.manifest_invalid"),
    ],
)
def test_what_is_no_file_of_a_kiosk_is_refused(office: Office, tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(office, content, tmp_path).code == code


def test_file_that_is_not_there_is_refused_by_name(office: Office, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"usb\.unreadable"):
        import_file(tmp_path / "none", database=office.database, intake=office.app.state.intake, now=office.clock)


def test_links_and_folders_are_no_packets() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        entry = tarfile.TarInfo("packets/x")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry)
    with pytest.raises(UstarBroken, match="something else"):
        list(members(io.BytesIO(file.getvalue()), limit=lambda _name: 100))


@settings(max_examples=300, deadline=None)
@given(some.binary(max_size=2048) | some.binary(max_size=60).map(lambda tail: tar_of(("a", b"b"))[:1030] + tail))
def test_tar_reader_raises_its_own_error_only(data: bytes) -> None:
    try:
        for member in members(io.BytesIO(data), limit=lambda _name: 1000):
            assert len(member.content) <= 1000
    except UstarBroken as error:
        assert str(error)
