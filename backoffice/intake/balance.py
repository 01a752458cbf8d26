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
from backoffice.intake.runs import Runs
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
    quarantined: int
    failed: int

    @property
    def troubled(self) -> bool:
        """Whether somebody should look."""
        return self.trouble > 0

    @property
    def trouble(self) -> int:
        """How many packets, and breaks of the chain, somebody should look at."""
        return self.chain.missing + len(self.chain.forks) + self.quarantined + self.failed


def of_device(
    work: UnitOfWork, device: EnrolledDevice, *, visit: VisitId | None, head: PacketId | None = None
) -> Balance:
    """For the device itself. `captured`: as many as the office can tell from sequence numbers; for one visit those it
    has received. `erased`: what the device last stated under its signature, None when it has not. `head`: the last
    packet the asking machine has sealed; of a forked device only that machine's own history is counted then."""
    repository = PacketRepository(work.session, device.municipality)
    waiting = quarantined(work, device.municipality, device.id)
    chain = _examined(repository.runs(device.id).get(device.id), waiting)
    here = repository.of_visit(device.id, visit) if visit else chain.received
    if head and chain.forks and (own := history(repository.links(device.id), head)):
        chain = Chain(own[-1].sequence, own[-1].packet, len(own), (), ())
        mine = {link.packet for link in own}
        here = sum(link.packet in mine for link in repository.links(device.id, visit=visit)) if visit else len(own)
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
    runs, failures = repository.runs(only), repository.failures(only)
    waiting: dict[DeviceId | None, list[Kept]] = {}
    for kept in quarantined(work, municipality, only):
        waiting.setdefault(kept.device, []).append(kept)
    return [
        DeviceBalance(
            device,
            _examined(runs.get(device.id), waiting.get(device.id, ())),
            len(waiting.get(device.id, ())),
            failures.get(device.id, 0),
        )
        for device in devices.devices(work, municipality)
        if only in (None, device.id)
    ]


def visits_of(work: UnitOfWork, municipality: MunicipalityCode, device: DeviceId) -> tuple[VisitCount, ...]:
    """One device's packets by visit; every one of them is counted."""
    counts: dict[VisitId, dict[PacketState, int]] = {}
    for visit, state, packets in PacketRepository(work.session, municipality).counts(device):
        counts.setdefault(VisitId(visit), {})[state] = packets
    return tuple(_count(visit, states) for visit, states in sorted(counts.items()))


def _examined(runs: Runs | None, waiting: Iterable[Kept]) -> Chain:
    conflicts = [kept.sequence for kept in waiting if kept.forked and kept.sequence is not None]
    return examine(runs.chain if runs else (), beside=runs.beside if runs else (), conflicts=conflicts)


def _count(visit: VisitId, states: dict[PacketState, int]) -> VisitCount:
    opened, failed = states.get(PacketState.OPENED, 0), states.get(PacketState.FAILED, 0)
    return VisitCount(visit, sum(states.values()), opened, failed)
