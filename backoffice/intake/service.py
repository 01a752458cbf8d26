"""Taking packets in: checked, stored, promised by a signed receipt – or refused and kept in quarantine with the reason.

Nothing here can open a packet. The same packet again is answered with the same receipt, word for word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backoffice.audit import service as audit
from backoffice.devices.service import EnrolledDevice
from backoffice.intake.models import PacketState, Quarantined, ReceivedPacket
from backoffice.intake.repository import PacketRepository, QuarantineRepository
from backoffice.kit import jobs
from backoffice.kit.blobs import Blobs, sharded
from backoffice.kit.errors import OfficeError, Refused
from backoffice.kit.keyring import SigningKeys
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.canonical import sha256_hex
from schemas.errors import PacketMalformed
from schemas.ids import DeviceId, PacketId, RecordId
from schemas.packet import Packet
from schemas.receipt import Receipt

OPEN_JOB = "intake.open"
CONFLICT = "packet.sequence_conflict"
ENDED = "device.revoked"
ACCEPTABLE = (CONFLICT, ENDED)
"""What a person may receive after all, when the device's own signature covers it (forks.py)."""
UNASSIGNED = "000000"

_log = structlog.get_logger()


@dataclass(frozen=True)
class Taken:
    """The receipt, and whether the packet was new."""

    receipt: Receipt
    new: bool


@dataclass(frozen=True)
class StrangerLimits:
    """How much the office keeps, an hour, of what nobody it knows has signed."""

    pieces: int
    octets: int


@dataclass(frozen=True)
class Intake:
    """The room's tools: where bytes go, who signs, whom to wake when there is something to open."""

    blobs: Blobs
    signing: SigningKeys
    strangers: StrangerLimits
    wake: Callable[[], None]

    def receive(self, work: UnitOfWork, frame: bytes, *, device: EnrolledDevice) -> Taken:
        """Store a packet and sign for it; nothing is promised before the caller's commit. `Refused` when it is not to
        be taken, `Unavailable` when it cannot be stored now."""
        packet = checked(frame, device, self.signing)
        repository = PacketRepository(work.session, device.municipality)
        if known := _known(repository, packet):
            return Taken(known, new=False)
        if (receipt := self.sign_for(work, packet, frame)) is None:
            if known := _known(repository, packet):
                return Taken(known, new=False)
            raise _conflict()
        audit.write(
            work, municipality=device.municipality, actor=f"device:{device.id}", action="packet.received",
            subject=f"packet:{packet.packet_id[:16]}", detail=f"sequence {packet.header.sequence}",
        )  # fmt: skip
        return Taken(receipt, new=True)

    def sign_for(self, work: UnitOfWork, packet: Packet, frame: bytes, *, fork: bool = False) -> Receipt | None:
        """Keep a checked packet, queue its opening and sign the receipt; None when it, or another under its number,
        is there already. `fork`: beside the chain, under a number that is taken."""
        municipality = packet.header.municipality
        row = self._row(work, packet, frame)
        row.fork = row.id if fork else ""
        self.blobs.put(row.blob, frame)
        repository = PacketRepository(work.session, municipality)
        row.loose = fork or not repository.follows(row)
        if not repository.add(row):
            return None
        QuarantineRepository(work.session, municipality).release(row.id, work.now)
        jobs.add(work, municipality=municipality, kind=OPEN_JOB, subject=row.id)
        work.after_commit(self.wake)
        return Receipt.model_validate_json(row.receipt)

    def receipt_of(self, work: UnitOfWork, device: EnrolledDevice, packet: PacketId) -> Receipt | None:
        """The receipt this device was given for a packet."""
        row = PacketRepository(work.session, device.municipality).get(packet)
        return Receipt.model_validate_json(row.receipt) if row and row.device_id == device.id else None

    def quarantine(
        self, work: UnitOfWork, octets: bytes, *, refusal: OfficeError, device: EnrolledDevice | None
    ) -> bool:
        """Keep what was refused, with the reason; what has been received already is kept anyway. False when a stranger
        has sent too much this hour."""
        municipality = device.municipality if device else UNASSIGNED
        repository = QuarantineRepository(work.session, municipality)
        name = sha256_hex(octets)
        if PacketRepository(work.session, municipality).get(name):
            return True
        if again := repository.get(name, refusal.code):
            again.times, again.last_at = again.times + 1, work.now
            if again.sequence is None:
                again.sequence, again.record_id = self._header_of(octets, device)
            return True
        if device is None and self._too_much(work, repository, len(octets)):
            _log.warning("quarantine full for strangers", code=refusal.code, octets=len(octets))
            return False
        sequence, record = self._header_of(octets, device)
        row = Quarantined(
            municipality_id=municipality, packet_id=name, sequence=sequence, record_id=record,
            reason=refusal.code, device_id=device.id if device else None,
            authenticated=device is not None, size=len(octets), blob=sharded("quarantine", municipality, name),
            first_at=work.now, last_at=work.now,
        )  # fmt: skip
        self.blobs.put(row.blob, octets)
        if repository.add(row) and device is not None:
            audit.write(
                work, municipality=municipality, actor=f"device:{device.id}", action="packet.quarantined",
                subject=f"packet:{name[:16]}", detail=refusal.code,
            )  # fmt: skip
        return True

    def _header_of(self, octets: bytes, device: EnrolledDevice | None) -> tuple[int | None, RecordId | None]:
        """(sequence, record) of a refused packet, when the device's own signature covers them."""
        try:
            header = checked(octets, device, self.signing).header if device else None
        except Refused:
            header = None
        return (header.sequence, header.record) if header else (None, None)

    def _row(self, work: UnitOfWork, packet: Packet, frame: bytes) -> ReceivedPacket:
        header, packet_id = packet.header, packet.packet_id
        key = self.signing.current(work.now).key
        receipt = Receipt(
            municipality=header.municipality, device=header.device, record=header.record, packet=packet_id,
            sequence=header.sequence, received_at=work.now, office_key=key,
        )  # fmt: skip
        receipt = receipt.model_copy(update={"signature": self.signing.sign(receipt.signed_part, key=key)})
        return ReceivedPacket(
            municipality_id=header.municipality, id=packet_id, device_id=header.device, visit_id=header.visit,
            sequence=header.sequence, previous=header.previous, record_id=header.record,
            recipient_key=header.recipient_key, size=len(frame), received_at=work.now,
            blob=sharded("packets", header.municipality, packet_id), receipt=receipt.canonical().decode(),
        )  # fmt: skip

    def _too_much(self, work: UnitOfWork, repository: QuarantineRepository, size: int) -> bool:
        pieces, octets = repository.strangers_since(work.now - timedelta(hours=1))
        return pieces >= self.strangers.pieces or octets + size > self.strangers.octets


def checked(frame: bytes, device: EnrolledDevice, signing: SigningKeys) -> Packet:
    """The packet, when it is this device's own, unchanged, and sealed to a key of ours. Raises `Refused`."""
    try:
        packet = Packet.parse(frame)
    except PacketMalformed as error:
        raise Refused(error.code, "封緘データの形式が正しくありません。", status=422) from error
    header = packet.header
    if header.device != device.id:
        raise Refused("packet.wrong_device", "ほかの端末の封緘データです。", status=422)
    try:
        Ed25519PublicKey.from_public_bytes(device.public_key).verify(packet.signature, packet.signed_part)
    except InvalidSignature:
        raise Refused("packet.signature_invalid", "封緘データの署名を確認できません。", status=422) from None
    if header.municipality != device.municipality:
        raise Refused("packet.wrong_municipality", "ほかの市区町村あての封緘データです。", status=422)
    if not signing.knows_recipient(header.recipient_key):
        raise Refused("packet.unknown_recipient_key", "この事務所の鍵で封緘されていません。", status=422)
    return packet


def _known(repository: PacketRepository, packet: Packet) -> Receipt | None:
    """The receipt given before. Raises `Refused` when the sequence number belongs to another packet."""
    if same := repository.get(packet.packet_id):
        return Receipt.model_validate_json(same.receipt)
    if repository.at(packet.header.device, packet.header.sequence):
        raise _conflict()
    return None


def _conflict() -> Refused:
    return Refused(CONFLICT, "同じ番号の別の封緘データがすでに届いています。", status=409)


def failed(work: UnitOfWork, municipality: str) -> list[ReceivedPacket]:
    """Packets the office has signed for and could not open."""
    return PacketRepository(work.session, municipality).failed()


def unopened(work: UnitOfWork, municipality: str, visit: str) -> int:
    """Packets of a visit that are here and that nobody has read: on their way, or they do not open."""
    return PacketRepository(work.session, municipality).unopened(visit)


def open_again(work: UnitOfWork, municipality: str) -> int:
    """Queue the failed packets once more, e.g. after an old key was restored; returns how many."""
    again = failed(work, municipality)
    for packet in again:
        packet.state, packet.failure = PacketState.RECEIVED, None
        jobs.add(work, municipality=municipality, kind=OPEN_JOB, subject=packet.id)
    return len(again)


@dataclass(frozen=True)
class Kept:
    """Refused bytes in quarantine. `reason`: the code the sender was given; `sequence`, `record`: None unless the
    device's signature covers them."""

    packet: PacketId
    device: DeviceId | None
    reason: str
    size: int
    times: int
    first_at: datetime
    last_at: datetime
    blob: str
    sequence: int | None
    record: RecordId | None

    @property
    def forked(self) -> bool:
        """Another packet of the same device under a number that is taken."""
        return self.reason == CONFLICT and self.sequence is not None

    @property
    def acceptable(self) -> bool:
        """Whether a person may receive it (forks.py)."""
        return self.reason in ACCEPTABLE and self.sequence is not None


def quarantined(work: UnitOfWork, municipality: str, device: DeviceId | None = None) -> list[Kept]:
    """What is refused still, of one device or of all, youngest first."""
    return [
        Kept(
            PacketId(row.packet_id), DeviceId(row.device_id) if row.device_id else None, row.reason, row.size,
            row.times, row.first_at, row.last_at, row.blob, row.sequence,
            RecordId(row.record_id) if row.record_id else None,
        )
        for row in QuarantineRepository(work.session, municipality).waiting(device=device)
    ]  # fmt: skip
