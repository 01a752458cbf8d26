"""The USB courier's arrival: a file of packets taken in like requests, in any order, any number of times.

A file is checked whole before anything of it is taken: signed by a device of ours, every packet of its manifest there
and unchanged. One that lacks parts is refused, the missing packets named. Each packet then has its own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError

from backoffice.database import Database
from backoffice.devices import service as devices
from backoffice.devices.service import EnrolledDevice
from backoffice.intake.service import Intake
from backoffice.intake.ustar import UstarBroken, members
from backoffice.kit.durable import write_whole
from backoffice.kit.errors import NotAllowed, OfficeError, Refused
from backoffice.kit.keyring import SigningKeys
from backoffice.kit.unit_of_work import transaction
from schemas.canonical import places, sha256_hex
from schemas.ids import MunicipalityCode
from schemas.packet import FRAME_LIMIT
from schemas.receipt import Receipt
from schemas.usb import (
    MANIFEST_LIMIT,
    MANIFEST_NAME,
    RECEIPTS_SUFFIX,
    UsbEntry,
    UsbManifest,
    UsbReceipts,
    UsbRefusal,
    entry_name,
)

_NAMED = 20


class Incomplete(Refused):
    """A file that lacks parts. `missing`: their sequence numbers, ascending; `named`: the first of them in words."""

    def __init__(self, missing: tuple[int, ...]) -> None:
        self.missing = missing
        self.named = ", ".join(str(number) for number in missing[:_NAMED]) + (" …" if len(missing) > _NAMED else "")
        numbers = self.named.replace(", ", "、")
        title = f"USBのファイルに{len(missing)}件の封緘データが足りません（番号 {numbers}）。"
        super().__init__("usb.incomplete", title, status=422)


@dataclass(frozen=True)
class Imported:
    """What came of a file. `receipts`: the file to carry back to the kiosk."""

    device: EnrolledDevice
    received: int
    known: int
    refused: int
    receipts: Path


def import_file(
    path: Path,
    *,
    database: Database,
    intake: Intake,
    now: Callable[[], datetime],
    receipts: Path | None = None,
    municipality: MunicipalityCode | None = None,
) -> Imported:
    """Take a file in. Raises `Refused` when it is not whole or nobody's, `Unavailable` when it cannot be stored now;
    both leave it to be imported again. `municipality`: take only a device of this one."""
    manifest = read_manifest(path)
    _refuse_incomplete(path, manifest)
    with transaction(database, now=now) as work:
        device = devices.find(work, manifest.device)
    device = _vouched(manifest, device)
    if municipality not in (None, device.municipality):
        raise _elsewhere()
    given: list[Receipt] = []
    refused: list[UsbRefusal] = []
    fresh = 0
    for entry, frame in _frames(path, manifest):
        answer, new = _take(frame, database=database, intake=intake, now=now, device=device)
        fresh += new
        if isinstance(answer, Receipt):
            given.append(answer)
        else:
            refused.append(UsbRefusal(packet=entry.packet, code=answer.code))
    target = receipts or path.with_name(path.name + RECEIPTS_SUFFIX)
    answer_file = _signed(
        UsbReceipts(device=device.id, receipts=tuple(given), refused=tuple(refused)), intake.signing, at=now()
    )
    write_whole(target, answer_file.canonical() + b"\n", mode=0o644)
    return Imported(device, fresh, len(given) - fresh, len(refused), target)


def _signed(answer: UsbReceipts, signing: SigningKeys, *, at: datetime) -> UsbReceipts:
    key = signing.current(at).key
    answer = answer.model_copy(update={"office_key": key})
    return answer.model_copy(update={"signature": signing.sign(answer.signed_part, key=key)})


def read_manifest(path: Path) -> UsbManifest:
    """The manifest at the file's beginning, form checked."""
    try:
        with path.open("rb") as file:
            first = next(members(file, limit=_limit), None)
        if first is None or first.name != MANIFEST_NAME:
            raise Refused("usb.no_manifest", "USBのファイルの先頭に目録がありません。", status=422)
        return UsbManifest.model_validate_json(first.content)
    except OSError as error:
        raise Refused("usb.unreadable", "USBのファイルを読めません。", status=422) from error
    except UstarBroken as error:
        code = "usb.incomplete" if error.cut else "usb.not_a_bundle"
        raise Refused(code, f"USBのファイルの目録を読めません（{error}）。", status=422) from error
    except ValidationError as error:
        title = f"USBのファイルの目録が正しくありません（{places(error)}）。"
        raise Refused("usb.manifest_invalid", title, status=422) from error


def _take(
    frame: bytes, *, database: Database, intake: Intake, now: Callable[[], datetime], device: EnrolledDevice
) -> tuple[Receipt | OfficeError, bool]:
    """One packet in one transaction: (receipt, new) or the refusal under which it is kept."""
    with transaction(database, now=now) as work:
        try:
            if not device.active:
                raise NotAllowed("device.revoked", "この端末は失効しています。")
            taken = intake.receive(work, frame, device=device)
            return taken.receipt, taken.new
        except (Refused, NotAllowed) as refusal:
            intake.quarantine(work, frame, refusal=refusal, device=device)
            return refusal, False


def _vouched(manifest: UsbManifest, device: EnrolledDevice | None) -> EnrolledDevice:
    """The device that signed the manifest, active or not."""
    if device is None:
        raise Refused("device.unknown", "この端末は登録されていません。", status=401)
    try:
        Ed25519PublicKey.from_public_bytes(device.public_key).verify(manifest.signature, manifest.signed_part)
    except InvalidSignature:
        raise Refused("usb.signature_invalid", "USBのファイルの署名を確認できません。", status=422) from None
    if device.municipality != manifest.municipality:
        raise _elsewhere()
    return device


def _elsewhere() -> Refused:
    return Refused("usb.wrong_municipality", "ほかの市区町村あてのファイルです。", status=422)


def _refuse_incomplete(path: Path, manifest: UsbManifest) -> None:
    """Read the whole file once; `Refused` names the packets that are missing or changed."""
    missing = {entry.packet: entry for entry in manifest.entries}
    try:
        for entry, _frame in _frames(path, manifest):
            missing.pop(entry.packet, None)
    except UstarBroken as error:
        if not error.cut:
            raise Refused("usb.not_a_bundle", "USBのファイルの形式が正しくありません。", status=422) from error
    except OSError as error:
        raise Refused("usb.unreadable", "USBのファイルを読めません。", status=422) from error
    if missing:
        numbers = sorted(entry.sequence for entry in missing.values())
        raise Incomplete(tuple(numbers))


def _frames(path: Path, manifest: UsbManifest) -> Iterator[tuple[UsbEntry, bytes]]:
    """The packets of the manifest that are in the file unchanged, each once; anything else in it is no packet of ours.
    After the last of them nothing more is read: a stick that lost only the end mark has lost no packet."""
    wanted = {entry_name(entry.packet): entry for entry in manifest.entries}
    with path.open("rb") as file:
        found = members(file, limit=_limit)
        while wanted and (member := next(found, None)):
            entry = wanted.get(member.name)
            if entry and len(member.content) == entry.size and sha256_hex(member.content) == entry.packet:
                del wanted[member.name]
                yield entry, member.content


def _limit(name: str) -> int:
    return MANIFEST_LIMIT if name == MANIFEST_NAME else FRAME_LIMIT
