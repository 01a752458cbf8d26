"""The USB courier: packets onto a stick, proven to be there; receipts back from it (schemas/usb.py has the format).

Written beside the final name, synced, dropped from the page cache, read back from the stick and compared hash by hash;
only then renamed. Room is checked first. Files stay under 1 GiB, because sticks come with FAT (4 GiB a file).
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError
from typing_extensions import Buffer

from kiosk.errors import AnswerInvalid, CarrierRefused, OutboxFault
from kiosk.outbox.files import free_bytes, read_limited, sync_folder
from kiosk.outbox.keys import DeviceKey, Identity, verified
from kiosk.outbox.store import State, Store, Stub
from kiosk.outbox.trust import read_receipt
from schemas.canonical import places
from schemas.stamp import Stamp
from schemas.usb import MANIFEST_LIMIT, MANIFEST_NAME, SUFFIX, UsbEntry, UsbManifest, UsbReceipts, entry_name

FILE_LIMIT = 1024 * 1024 * 1024
_MARGIN = 4 * 1024 * 1024
_BLOCK = 512  # tar's (POSIX.1-2017 pax, ustar Interchange Format)
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class ExportReport:
    """What lies on the stick now, proven. `packets` of this device are in `files`, together `size` bytes."""

    files: tuple[Path, ...]
    packets: int
    size: int


@dataclass(frozen=True)
class ReceiptsReport:
    """What a receipts file did: packets newly received, known already, refused by the office."""

    received: int
    known: int
    refused: int


def export(
    folder: Path, *, store: Store, identity: Identity, key: DeviceKey, stamp: Stamp, file_limit: int = FILE_LIMIT
) -> ExportReport:
    """Write every packet the office has not signed for, oldest first, in files of about `file_limit` bytes of packets
    at most. `CarrierRefused` when the stick is too full,
    fails, or reads back differently; then nothing under a final name was added by the failing file."""
    portions = tuple(_portions(store, file_limit))
    need = sum(entry.size + 2 * _BLOCK for portion in portions for entry in portion)
    _check_room(folder, need + _MARGIN)
    files, size = [], 0
    for number, entries in enumerate(portions, start=1):
        unsigned = UsbManifest(
            municipality=identity.municipality, device=identity.device, created=stamp, entries=entries
        )
        manifest = unsigned.model_copy(update={"signature": key.sign(unsigned.signed_part)})
        path = folder / f"demado-{identity.counter}-{stamp.corrected():%Y%m%dT%H%M%S}-{number}{SUFFIX}"
        size += _write_proven(path, manifest, store)
        files.append(path)
    return ExportReport(tuple(files), sum(len(portion) for portion in portions), size)


def take_receipts(path: Path, *, store: Store, identity: Identity) -> ReceiptsReport:
    """Apply the office's answer to a stick: verified receipts erase, refusals go into quarantine. All or nothing:
    `CarrierRefused` when the file is not the office's answer to this device."""
    answer = read_answer(path, identity)
    try:
        receipts = [read_receipt(receipt.canonical(), identity=identity) for receipt in answer.receipts]
    except AnswerInvalid as error:
        raise CarrierRefused(f"usb.{error.code}", str(error)) from error
    received = known = refused = 0
    for receipt in receipts:
        stub = store.find(receipt.sequence)
        if stub is None or (stub.packet_id, stub.record) != (receipt.packet, receipt.record):
            raise CarrierRefused("usb.receipt_unknown", f"no packet {receipt.sequence} like this was sealed here")
        if stub.state in (State.RECEIVED, State.ERASED):
            known += 1
        else:
            store.receive(receipt)
            received += 1
    for refusal in answer.refused:
        if stub := store.find_unsent(refusal.packet):
            store.refuse(stub.sequence, refusal.code)
            refused += 1
    store.erase_received()
    return ReceiptsReport(received, known, refused)


def _portions(store: Store, file_limit: int) -> Iterator[tuple[UsbEntry, ...]]:
    """The entries of each file to write."""
    portion: list[UsbEntry] = []
    size = 0
    for stub in _unreceived(store):
        entry = UsbEntry(packet=stub.packet_id, sequence=stub.sequence, size=store.frame_size(stub.sequence))
        if portion and size + entry.size > file_limit:
            yield tuple(portion)
            portion, size = [], 0
        portion.append(entry)
        size += entry.size
    if portion:
        yield tuple(portion)


def _unreceived(store: Store) -> Iterator[Stub]:
    after = 0
    while found := store.stubs(State.QUEUED, State.SENDING, State.REFUSED, after=after):
        yield from found
        after = found[-1].sequence


def _check_room(folder: Path, need: int) -> None:
    if not folder.is_dir():
        raise CarrierRefused("usb.not_there", f"{folder} is no folder that can be written to")
    try:
        free = free_bytes(folder)
    except OutboxFault as error:
        raise CarrierRefused("usb.not_there", f"{folder} cannot be used") from error
    if free < need:
        raise CarrierRefused("usb.no_room", f"{need} bytes are needed, {free} are free")


def _write_proven(path: Path, manifest: UsbManifest, store: Store) -> int:
    beside = path.with_suffix(".part")
    try:
        with _stick_errors():
            written = _write(beside, manifest, store)
            if _hash_from_medium(beside) != written:
                raise CarrierRefused("usb.reads_back_differently", "the stick does not give back what was written")
            os.replace(beside, path)
            sync_folder(path.parent)
            return path.stat().st_size
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _stick_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CarrierRefused("usb.write_failed", f"the stick failed: {error.strerror}") from error


def _write(path: Path, manifest: UsbManifest, store: Store) -> bytes:
    """Write the tar and sync it. Returns the hash of what was meant to be written."""
    digest = sha256()
    with path.open("xb") as file:
        tee = _Tee(file.write, digest.update)
        with tarfile.open(fileobj=tee, mode="w|", format=tarfile.USTAR_FORMAT) as archive:
            _add(archive, MANIFEST_NAME, manifest.canonical())
            for entry in manifest.entries:
                frame = store.frame(entry.sequence)
                if frame is None:
                    raise CarrierRefused("usb.changed_meanwhile", "a packet was received meanwhile: export again")
                _add(archive, entry_name(entry.packet), frame)
        file.flush()
        os.fsync(file.fileno())
    return digest.digest()


class _Tee(io.RawIOBase):
    """What tarfile writes goes to the file and into the hash."""

    def __init__(self, *sinks: Callable[[Buffer], object]) -> None:
        self._sinks = sinks

    def write(self, data: Buffer) -> int:
        for sink in self._sinks:
            sink(data)
        return memoryview(data).nbytes


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    entry.mode = 0o600
    archive.addfile(entry, io.BytesIO(data))


def _hash_from_medium(path: Path) -> bytes:
    """Read the file anew, not from the page cache."""
    digest = sha256()
    with path.open("rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.digest()


def read_answer(path: Path, identity: Identity) -> UsbReceipts:
    """The office's answer to this device: its refusals are believed by the signature over the whole file."""
    try:
        data = read_limited(path, MANIFEST_LIMIT * 4)
    except OutboxFault as error:
        raise CarrierRefused("usb.not_receipts", str(error)) from None
    if data is None:
        raise CarrierRefused("usb.not_there", f"{path} is not there")
    try:
        answer = UsbReceipts.model_validate_json(data)
    except ValidationError as error:
        raise CarrierRefused("usb.not_receipts", f"no receipts file of the office: {places(error)}") from None
    if answer.device != identity.device:
        raise CarrierRefused("usb.other_device", "these receipts are for another device")
    if answer.office_key is None:
        raise CarrierRefused("usb.receipt.forged", f"{path.name} is not signed as a whole: import the packets again")
    if not verified(answer.signed_part, answer.signature, answer.office_key, identity.office_keys):
        raise CarrierRefused("usb.receipt.forged", f"{path.name} is not signed by the office")
    return answer
