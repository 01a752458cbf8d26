"""Opening packets: the one module that uses the private keys of records.

Runs as a job after the packet's receipt was committed. A packet that does not open, or holds what it must not, is
marked `failed` with the reason and kept; nothing is ever dropped here. Opening twice makes one case.
"""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.audit import service as audit
from backoffice.cases import service as cases
from backoffice.intake.models import PacketState, ReceivedPacket
from backoffice.intake.payload import Payload, read_payload
from backoffice.intake.repository import PacketRepository
from backoffice.kit.blobs import Blobs
from backoffice.kit.errors import Unopenable
from backoffice.kit.keyring import RecordKeys
from backoffice.kit.models import Job
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.kit.vault import Vault
from backoffice.visits import arrivals
from schemas.ids import PacketId
from schemas.packet import Packet

ACTOR = "system"


@dataclass(frozen=True, repr=False)
class Opener:
    """The handler of `intake.open` jobs."""

    keys: RecordKeys
    blobs: Blobs
    vault: Vault

    def __call__(self, work: UnitOfWork, job: Job) -> None:
        row = PacketRepository(work.session, job.municipality_id).get(job.subject, lock=True)
        if row is None or row.state is PacketState.OPENED:
            return
        try:
            payload = self._opened(row)
        except Unopenable as error:
            self._note(work, row, PacketState.FAILED, "packet.failed", detail=error.code)
            row.failure = error.code
            return
        self._make_case(work, row, payload)

    def _opened(self, row: ReceivedPacket) -> Payload:
        packet = Packet.parse(self.blobs.get(row.blob))
        return read_payload(self.keys.open(packet), packet.header)

    def _make_case(self, work: UnitOfWork, row: ReceivedPacket, payload: Payload) -> None:
        photo = self.vault.put(payload.photo, municipality=row.municipality_id, of=row.id) if payload.photo else None
        case = cases.open_case(
            work, payload.record, photo_blob=photo, packet=PacketId(row.id), received_at=row.received_at,
            fork=bool(row.fork),
        )  # fmt: skip
        arrivals.sealed(work, payload.record)
        row.opened_at, row.failure = work.now, None
        self._note(work, row, PacketState.OPENED, "packet.opened", detail=f"case:{case}")

    def _note(self, work: UnitOfWork, row: ReceivedPacket, state: PacketState, action: str, *, detail: str) -> None:
        row.state = state
        audit.write(
            work, municipality=row.municipality_id, actor=ACTOR, action=action, subject=f"packet:{row.id[:16]}",
            detail=detail,
        )  # fmt: skip
