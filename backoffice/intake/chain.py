"""A device's chain of packets: which are missing, and where it does not hang together. Pure.

Every packet names its predecessor's id. A gap is a sequence number that has not come in (yet). A fork is a packet whose
predecessor, by its own word, is not the packet the office holds, or a second packet under one number: two histories
of one device, e.g. of a disk that was copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GAPS_LISTED = 1000


@dataclass(frozen=True)
class Link:
    """`beside`: it came under a number already taken and was accepted by a person."""

    sequence: int
    packet: str
    previous: str | None
    beside: bool = False


@dataclass(frozen=True)
class Chain:
    """`head`: highest sequence number received, 0 for none; `gaps`: the first `GAPS_LISTED` missing numbers.
    `received`: packets, those accepted beside the chain (`beside` of them) as well."""

    head: int
    head_packet: str | None
    received: int
    gaps: tuple[int, ...]
    forks: tuple[int, ...]
    beside: int = 0

    @property
    def missing(self) -> int:
        """How many numbers up to the head have not come in."""
        return self.head - (self.received - self.beside)


def examine(links: Sequence[Link], conflicts: Iterable[int] = ()) -> Chain:
    """Look at a whole chain, links in order of sequence from 1. `conflicts`: numbers under which another packet of the
    device waits in quarantine."""
    gaps: list[int] = []
    chain = [link for link in links if not link.beside]
    forks = {*conflicts, *(link.sequence for link in links if link.beside)}
    before: Link | None = None
    for link in chain:
        expected = before.sequence + 1 if before else 1
        gaps.extend(range(expected, min(link.sequence, expected + GAPS_LISTED - len(gaps))))
        follows = link.sequence == expected
        if follows and link.previous != (before.packet if before else None):
            forks.add(link.sequence)
        before = link
    return Chain(
        before.sequence if before else 0, before.packet if before else None, len(links), tuple(gaps),
        tuple(sorted(forks)), beside=len(links) - len(chain),
    )  # fmt: skip


def history(links: Sequence[Link], head: str) -> tuple[Link, ...] | None:
    """One machine's own packets, back from the last one it names; None when one of them is not here."""
    here = {link.packet: link for link in links}
    found: list[Link] = []
    before: str | None = head
    while before is not None:
        link = here.get(before)
        if link is None or (found and link.sequence >= found[-1].sequence):
            return None
        found.append(link)
        before = link.previous
    return tuple(reversed(found))
