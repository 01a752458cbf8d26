"""Which packets of a device the office keeps, received or in quarantine: what it may let go of."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from backoffice.devices.service import EnrolledDevice
from backoffice.intake.models import Quarantined, ReceivedPacket
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.ids import PacketId


def held(work: UnitOfWork, device: EnrolledDevice, packets: Sequence[PacketId]) -> list[PacketId]:
    """Those of the packets that lie here, in the order asked. Only what this device itself has sent counts."""
    received = select(ReceivedPacket.id).where(
        ReceivedPacket.municipality_id == device.municipality,
        ReceivedPacket.device_id == device.id,
        col(ReceivedPacket.id).in_(packets),
    )
    kept = select(Quarantined.packet_id).where(
        Quarantined.municipality_id == device.municipality,
        Quarantined.device_id == device.id,
        col(Quarantined.packet_id).in_(packets),
    )
    here = {*work.session.exec(received), *work.session.exec(kept)}
    return [packet for packet in packets if packet in here]
