"""Chains as runs, read from what is loose in them: the work is that of the gaps and forks, not of the packets.

A packet is loose when, as it came, the one before it in the chain was not here or was another (models.ReceivedPacket).
From a packet that is not loose the one before is known to hang together with it for good, because no row of a chain
ever changes or goes. So runs begin at loose packets only, and end at the nearest packet before the next one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from sqlalchemy import ScalarSelect, select, true
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from backoffice.devices.models import Device
from backoffice.intake.chain import Run
from backoffice.intake.models import ReceivedPacket

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Runs:
    """One device's. `beside`: numbers of the packets accepted beside the chain."""

    chain: tuple[Run, ...] = ()
    beside: tuple[int, ...] = ()


class _Loose(NamedTuple):
    """`last`, `packet`: the nearest packet before it in the chain, None when there is none."""

    sequence: int
    fork: str
    previous: str | None
    last: int | None
    packet: str | None


def read_runs(session: Session, municipality: str, device: str | None = None) -> dict[str, Runs]:
    """By device, those that have packets; of one device or of all."""
    heads = _heads(session, municipality, device)  # first: what comes after this is left out whole
    loose: dict[str, list[_Loose]] = {each: [] for each in heads}
    before = aliased(ReceivedPacket)
    found = (
        select(
            col(ReceivedPacket.device_id), col(ReceivedPacket.sequence), col(ReceivedPacket.fork),
            col(ReceivedPacket.previous), _nearest(before, col(before.sequence)), _nearest(before, col(before.id)),
        )
        .where(col(ReceivedPacket.municipality_id) == municipality, col(ReceivedPacket.loose) == true())
        .order_by(col(ReceivedPacket.device_id), col(ReceivedPacket.sequence))
    )  # fmt: skip
    if device is not None:
        found = found.where(col(ReceivedPacket.device_id) == device)
    for owner, *rest in session.execute(found):
        if owner in heads:
            loose[owner].append(_Loose(*rest))
    return {each: _runs(loose[each], *heads[each]) for each in heads}


def missing_of(session: Session, municipality: str, devices: Collection[str], *, recent: int) -> dict[str, int]:
    """By device, how many of the `recent` numbers up to the highest are not here: each counts from one, without end.
    What was accepted beside a chain fills no gap. Devices that lack nothing may be left out."""
    own = (col(Device.municipality_id) == municipality, col(Device.id).in_(sorted(devices)))
    # PostgreSQL would find the highest number again for each packet.
    last, before = aliased(ReceivedPacket), aliased(ReceivedPacket)
    heads = select(col(Device.id), _highest(last, col(last.sequence)).label("head")).where(*own).cte("heads")
    heads = heads.prefix_with("MATERIALIZED", dialect="postgresql")
    loose = (
        select(heads.c.id, heads.c.head, col(ReceivedPacket.sequence), _nearest(before, col(before.sequence)))
        .join(ReceivedPacket, col(ReceivedPacket.device_id) == heads.c.id)
        .where(
            col(ReceivedPacket.municipality_id) == municipality,
            col(ReceivedPacket.loose) == true(),
            col(ReceivedPacket.sequence) > heads.c.head - recent,
            col(ReceivedPacket.fork) == "",
        )
    )
    missing = Counter[str]()
    for device, head, number, nearest in session.execute(loose):
        missing[device] += number - 1 - max(nearest or 0, head - recent)
    return missing


def _runs(loose: Iterable[_Loose], head: int, head_packet: str) -> Runs:
    found, beside = list[Run](), list[int]()
    first, previous = 1, None  # the lowest packet is loose, or it is the first
    for each in loose:
        if each.fork:
            beside.append(each.sequence)
        elif each.sequence <= head:
            if each.last is not None and each.packet is not None:
                found.append(Run(first, each.last, each.packet, previous))
            first, previous = each.sequence, each.previous
    return Runs((*found, Run(first, head, head_packet, previous)), tuple(beside))


def _heads(session: Session, municipality: str, device: str | None) -> dict[str, tuple[int, str]]:
    """By device, the highest number of its chain and the packet there."""
    last = aliased(ReceivedPacket)
    found = select(col(Device.id), _highest(last, col(last.sequence)), _highest(last, col(last.id)))
    found = found.where(col(Device.municipality_id) == municipality)
    if device is not None:
        found = found.where(col(Device.id) == device)
    return {each: (int(head), packet) for each, head, packet in session.execute(found) if head is not None}


def _highest(last: type[ReceivedPacket], column: Mapped[_Value]) -> ScalarSelect[_Value]:
    """Of the packet with a device's highest number."""
    found = select(column).where(
        col(last.municipality_id) == col(Device.municipality_id),
        col(last.device_id) == col(Device.id),
        col(last.fork) == "",
    )
    return found.order_by(col(last.sequence).desc()).limit(1).correlate(Device).scalar_subquery()


def _nearest(before: type[ReceivedPacket], column: Mapped[_Value]) -> ScalarSelect[_Value]:
    """Of the packet in the chain that comes nearest before."""
    found = select(column).where(
        col(before.municipality_id) == col(ReceivedPacket.municipality_id),
        col(before.device_id) == col(ReceivedPacket.device_id),
        col(before.fork) == "",
        col(before.sequence) < col(ReceivedPacket.sequence),
    )
    return found.order_by(col(before.sequence).desc()).limit(1).correlate(ReceivedPacket).scalar_subquery()
