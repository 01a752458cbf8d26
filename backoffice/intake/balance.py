"""The office's side of the balance: what it has signed for, opened, refused, and what is missing in the chain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backoffice.devices import service as devices
from backoffice.devices.service import EnrolledDevice
from backoffice.intake import closings
from backoffice.intake.chain import Chain, examine, history
from backoffice.intake.models import PacketState
from backoffice.intake.repository import PacketRepository
from backoffice.intake.service import Kept, quarantined
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.balance import Balance
from schemas.ids import DeviceId, MunicipalityCode, PacketId, VisitId
from schemas.stamp import Stamp


@dataclass(frozen=True)
class VisitCount:
    """Packets of one device for one visit, by what became of them."""

    visit: VisitId
    received: int
    opened: int
    failed: int


@dataclass(frozen=True)
class DeviceBalance:
    """One device over its life."""

    device: EnrolledDevice
    chain: Chain
    visits: tuple[VisitCount, ...]
    quarantined: int

    @property
    def failed(self) -> int:
        return sum(visit.failed for visit in self.visits)

    @property
    def troubled(self) -> bool:
        """Whether somebody should look."""
        return bool(self.chain.missing or self.chain.forks or self.quarantined or self.failed)


def of_device(
    work: UnitOfWork, device: EnrolledDevice, *, visit: VisitId | None, head: PacketId | None = None
) -> Balance:
    """For the device itself. `captured`: as many as the office can tell from sequence numbers; for one visit those it
    has received. `erased`: what the device last stated under its signature, None when it has not. `head`: the last
    packet the asking machine has sealed; of a forked device only that machine's own history is counted then."""
    repository = PacketRepository(work.session, device.municipality)
    waiting = quarantined(work, device.municipality, device.id)
    links = repository.links(device.id)
    chain = examine(links, _conflicts(waiting))
    own = history(links, head) if head and chain.forks else None
    if own is not None:
        chain = Chain(own[-1].sequence, own[-1].packet, len(own), (), ())
    mine = {link.packet for link in own or links}
    here = sum(link.packet in mine for link in repository.links(device.id, visit=visit)) if visit else chain.received
    closing = closings.of(work, device.municipality, device.id, visit=visit)
    return Balance(
        side="office", device=device.id, visit=visit, captured=here if visit else chain.received + chain.missing,
        received=here, erased=closing.kiosk.balance.erased if closing else None, refused=len(waiting),
        head=PacketId(chain.head_packet) if chain.head_packet else None, gaps=chain.gaps,
        at=Stamp(at=work.now, uncertainty_ms=0),
    )  # fmt: skip


def of_municipality(
    work: UnitOfWork, municipality: MunicipalityCode, *, only: DeviceId | None = None
) -> list[DeviceBalance]:
    """Every device, or one alone, for `demado-backoffice balance` and the console."""
    repository = PacketRepository(work.session, municipality)
    counts: dict[DeviceId, dict[VisitId, dict[PacketState, int]]] = {}
    for device_id, visit, state, packets in repository.counts(device=only):
        counts.setdefault(DeviceId(device_id), {}).setdefault(VisitId(visit), {})[state] = packets
    waiting: dict[DeviceId | None, list[Kept]] = {}
    for kept in quarantined(work, municipality, only):
        waiting.setdefault(kept.device, []).append(kept)
    return [
        DeviceBalance(
            device,
            examine(repository.links(device.id), _conflicts(waiting.get(device.id, []))),
            tuple(_count(visit, states) for visit, states in sorted(counts.get(device.id, {}).items())),
            len(waiting.get(device.id, [])),
        )
        for device in devices.devices(work, municipality)
        if only in (None, device.id)
    ]


def _conflicts(waiting: Iterable[Kept]) -> list[int]:
    return [kept.sequence for kept in waiting if kept.forked and kept.sequence is not None]


def _count(visit: VisitId, states: dict[PacketState, int]) -> VisitCount:
    opened, failed = states.get(PacketState.OPENED, 0), states.get(PacketState.FAILED, 0)
    return VisitCount(visit, sum(states.values()), opened, failed)
