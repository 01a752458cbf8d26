"""Packets to put into a store, and the receipts of an office for them."""

from __future__ import annotations

from hashlib import sha256

from kiosk.outbox.seal import Sealed
from kiosk.outbox.store import State, Store
from schemas.ids import DeviceId, KeyId, PacketId, RecordId, VisitId
from schemas.packet import PacketHeader, Suite
from schemas.receipt import Receipt
from tests.factories import FUKUSHIMA, MORNING, stamp, uuid7

VISIT, OTHER_VISIT = uuid7(VisitId, 1), uuid7(VisitId, 2)


def sealed(sequence: int, previous: PacketId | None, record: RecordId, *, frame: bytes) -> Sealed:
    header = PacketHeader(
        suite=Suite.X25519_AES256GCM, recipient_key=KeyId("0" * 16), municipality=FUKUSHIMA, device=uuid7(DeviceId, 1),
        visit=VISIT, sequence=sequence, previous=previous, record=record, sealed=stamp(),
    )  # fmt: skip
    return Sealed(header, frame, PacketId(sha256(frame).hexdigest()))


def append(store: Store, number: int, *, visit: VisitId = VISIT, frame: bytes | None = None) -> PacketId:
    record = uuid7(RecordId, number)
    data = frame or b"sealed bytes of packet %d " % number * 2000

    def make(sequence: int, previous: PacketId | None) -> Sealed:
        return sealed(sequence, previous, record, frame=data)

    return store.append(record, visit, at=MORNING, make=make, most_unsent=99).packet_id


def receipt_of(store: Store, packet: PacketId) -> Receipt:
    stub = next(stub for stub in store.stubs(*State) if stub.packet_id == packet)
    return Receipt(
        municipality=FUKUSHIMA, device=uuid7(DeviceId, 1), record=stub.record, packet=packet, sequence=stub.sequence,
        received_at=MORNING, office_key=KeyId("0" * 16), signature=b"checked before it came here",
    )  # fmt: skip
