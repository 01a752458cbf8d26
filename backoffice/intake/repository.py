"""Queries about packets and quarantine, each within one municipality."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlmodel import Session, col, delete, func, select, update

from backoffice.intake.chain import Link
from backoffice.intake.models import (
    ClosingBalance,
    PacketState,
    Quarantined,
    ReceivedPacket,
    Upload,
    UploadPart,
)
from backoffice.intake.runs import Runs, read_runs
from backoffice.kit.rows import insert_if_absent


class PacketRepository:
    def __init__(self, session: Session, municipality: str) -> None:
        self._session = session
        self._municipality = municipality

    def get(self, packet: str, *, lock: bool = False) -> ReceivedPacket | None:
        return self._session.get(ReceivedPacket, (self._municipality, packet), with_for_update=lock or None)

    def at(self, device: str, sequence: int) -> ReceivedPacket | None:
        """The packet of a device's chain with this sequence number."""
        found = select(ReceivedPacket).where(
            ReceivedPacket.municipality_id == self._municipality,
            ReceivedPacket.device_id == device,
            ReceivedPacket.sequence == sequence,
            ReceivedPacket.fork == "",
        )
        return self._session.exec(found).one_or_none()

    def add(self, packet: ReceivedPacket) -> bool:
        """False when the packet, or another with its sequence number, came in at the same moment."""
        return insert_if_absent(self._session, packet)

    def links(self, device: str, *, visit: str | None = None) -> list[Link]:
        """A device's chain as far as it has come in, in order of sequence."""
        found = select(ReceivedPacket.sequence, ReceivedPacket.id, ReceivedPacket.previous, ReceivedPacket.fork).where(
            ReceivedPacket.municipality_id == self._municipality, ReceivedPacket.device_id == device
        )
        if visit is not None:
            found = found.where(ReceivedPacket.visit_id == visit)
        rows = self._session.exec(found.order_by(col(ReceivedPacket.sequence)))
        return [Link(sequence, packet, previous, beside=bool(fork)) for sequence, packet, previous, fork in rows]

    def runs(self, device: str | None = None) -> dict[str, Runs]:
        """The chains of all devices, or of one, as runs."""
        return read_runs(self._session, self._municipality, device)

    def follows(self, packet: ReceivedPacket) -> bool:
        """Whether the one before it in its chain is here and is the one it names."""
        if packet.sequence == 1:
            return packet.previous is None
        before = self.at(packet.device_id, packet.sequence - 1)
        return before is not None and before.id == packet.previous

    def of_visit(self, device: str, visit: str) -> int:
        """How many packets of a device belong to a visit."""
        found = select(func.count()).where(
            ReceivedPacket.municipality_id == self._municipality,
            ReceivedPacket.visit_id == visit,
            ReceivedPacket.device_id == device,
        )
        return self._session.exec(found).one()

    def failures(self, device: str | None = None) -> dict[str, int]:
        """By device, packets that could not be opened; of all or of one."""
        found = select(ReceivedPacket.device_id).where(
            ReceivedPacket.municipality_id == self._municipality, ReceivedPacket.state == PacketState.FAILED
        )
        if device is not None:
            found = found.where(ReceivedPacket.device_id == device)
        # Not grouped, and in an order nobody needs: SQLite would read every packet's index entry otherwise.
        return Counter(self._session.exec(found.order_by(col(ReceivedPacket.received_at))))

    def counts(self, device: str) -> list[tuple[str, PacketState, int]]:
        """(visit, state, packets) of one device."""
        found = select(ReceivedPacket.visit_id, ReceivedPacket.state, func.count()).where(
            ReceivedPacket.municipality_id == self._municipality, ReceivedPacket.device_id == device
        )
        grouped = found.group_by(col(ReceivedPacket.visit_id), col(ReceivedPacket.state))
        return [(visit, PacketState(state), count) for visit, state, count in self._session.exec(grouped)]

    def unopened(self, visit: str) -> int:
        found = select(func.count()).where(
            ReceivedPacket.municipality_id == self._municipality,
            col(ReceivedPacket.state).in_((PacketState.RECEIVED, PacketState.FAILED)),
            ReceivedPacket.visit_id == visit,
        )
        return self._session.exec(found).one()

    def failed(self) -> list[ReceivedPacket]:
        found = select(ReceivedPacket).where(
            ReceivedPacket.municipality_id == self._municipality, ReceivedPacket.state == PacketState.FAILED
        )
        return list(self._session.exec(found.order_by(col(ReceivedPacket.received_at))))


class QuarantineRepository:
    def __init__(self, session: Session, municipality: str) -> None:
        self._session = session
        self._municipality = municipality

    def get(self, packet: str, reason: str, *, lock: bool = False) -> Quarantined | None:
        return self._session.get(Quarantined, (self._municipality, packet, reason), with_for_update=lock or None)

    def add(self, row: Quarantined) -> bool:
        return insert_if_absent(self._session, row)

    def strangers_since(self, moment: datetime) -> tuple[int, int]:
        """(pieces, bytes) that nobody signed for, kept since a moment."""
        found = select(func.count(), func.coalesce(func.sum(Quarantined.size), 0)).where(
            Quarantined.municipality_id == self._municipality,
            col(Quarantined.authenticated).is_(False),
            col(Quarantined.last_at) >= moment,
        )
        return self._session.exec(found).one()

    def release(self, packet: str, moment: datetime) -> None:
        """Note that the same packet has been received after all."""
        waiting = update(Quarantined).where(
            col(Quarantined.municipality_id) == self._municipality,
            col(Quarantined.packet_id) == packet,
            col(Quarantined.released_at).is_(None),
        )
        self._session.exec(waiting.values(released_at=moment))

    def waiting(self, *, device: str | None = None) -> list[Quarantined]:
        """What is still refused, youngest first."""
        found = select(Quarantined).where(
            Quarantined.municipality_id == self._municipality, col(Quarantined.released_at).is_(None)
        )
        if device is not None:
            found = found.where(Quarantined.device_id == device)
        return list(self._session.exec(found.order_by(col(Quarantined.last_at).desc())))


class UploadRepository:
    """Packets of one device that are on their way in parts."""

    def __init__(self, session: Session, municipality: str, device: str) -> None:
        self._session = session
        self._owner = (municipality, device)

    def get(self, packet: str) -> Upload | None:
        """The upload, locked until the transaction ends: parts come in one after the other."""
        return self._session.get(Upload, (*self._owner, packet), with_for_update=True)

    def add(self, packet: str, *, length: int, at: datetime) -> Upload | None:
        """None when the same upload was begun at the same moment."""
        municipality, device = self._owner
        row = Upload(municipality_id=municipality, device_id=device, packet_id=packet, length=length, touched_at=at)
        return row if insert_if_absent(self._session, row) else None

    def unfinished(self) -> list[str]:
        """Packet ids, the one untouched longest first."""
        found = select(Upload.packet_id).where(Upload.municipality_id == self._owner[0])
        return list(
            self._session.exec(found.where(Upload.device_id == self._owner[1]).order_by(col(Upload.touched_at)))
        )

    def add_part(self, packet: str, start: int, octets: bytes) -> None:
        municipality, device = self._owner
        part = UploadPart(municipality_id=municipality, device_id=device, packet_id=packet, start=start, octets=octets)
        self._session.add(part)

    def octets(self, packet: str) -> bytes:
        """All parts in order."""
        found = select(UploadPart).where(
            UploadPart.municipality_id == self._owner[0],
            UploadPart.device_id == self._owner[1],
            UploadPart.packet_id == packet,
        )
        return b"".join(part.octets for part in self._session.exec(found.order_by(col(UploadPart.start))))

    def remove(self, packet: str) -> None:
        municipality, device = self._owner
        for table in (UploadPart, Upload):
            mine = delete(table).where(
                col(table.municipality_id) == municipality,
                col(table.device_id) == device,
                col(table.packet_id) == packet,
            )
            self._session.exec(mine)


def remove_uploads_untouched_since(session: Session, moment: datetime) -> int:
    """Of every municipality: housekeeping. Their parts go with them. Returns how many."""
    old = delete(Upload).where(col(Upload.touched_at) < moment)
    return int(session.exec(old).rowcount)


class ClosingRepository:
    def __init__(self, session: Session, municipality: str) -> None:
        self._session = session
        self._municipality = municipality

    def get(self, device: str, visit: str, *, lock: bool = False) -> ClosingBalance | None:
        return self._session.get(ClosingBalance, (self._municipality, device, visit), with_for_update=lock or None)

    def put(self, row: ClosingBalance) -> None:
        self._session.merge(row)

    def of_device(self, device: str) -> list[ClosingBalance]:
        found = select(ClosingBalance).where(
            ClosingBalance.municipality_id == self._municipality, ClosingBalance.device_id == device
        )
        return list(self._session.exec(found.order_by(col(ClosingBalance.signed_at).desc())))
