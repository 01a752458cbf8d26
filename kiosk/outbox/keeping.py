"""Keeping a record: sealed, sequenced, chained and durable in one step, or not at all.

Two threads share the work: while the store's own seals, the caller's hashes the photo to prove the evidence."""

from __future__ import annotations

from kiosk.errors import RecordUnfit
from kiosk.outbox.clock import OfficeClock
from kiosk.outbox.keys import DeviceKey
from kiosk.outbox.seal import Sealed, choose_recipient, payload_of, require_evidence, seal
from kiosk.outbox.store import Store
from kiosk.outbox.stubs import Kept
from schemas.ids import PacketId
from schemas.intake import IntakeRecord
from schemas.visit import VisitBundle


def keep(
    record: IntakeRecord,
    photo: bytes | None,
    *,
    bundle: VisitBundle,
    key: DeviceKey,
    store: Store,
    clock: OfficeClock,
    most_unsent: int,
) -> Kept:
    """Seal to the bundle's office and store durably. Raises `RecordUnfit`, `OutboxFull`, `OutboxFault`; then nothing
    was kept."""
    if (record.device, record.municipality) != (bundle.device, bundle.municipality.code):
        raise RecordUnfit("record.other_device", "the record was made for another device or municipality")
    recipient = choose_recipient(bundle.recipient_keys, clock.now())
    stamp = clock.stamp()

    def make(sequence: int, previous: PacketId | None) -> Sealed:
        payload = payload_of(record, photo)
        return seal(record, payload, recipient=recipient, key=key, sequence=sequence, previous=previous, sealed=stamp)

    return store.append(
        record.record, record.visit, at=stamp.corrected(), make=make, most_unsent=most_unsent,
        meanwhile=lambda: require_evidence(record, photo),
    )  # fmt: skip
