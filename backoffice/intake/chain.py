"""A device's chain of packets: which are missing, and where it does not hang together. Pure.

Every packet names its predecessor's id. A gap is a sequence number that has not come in (yet). A fork is a packet whose
predecessor, by its own word, is not the packet the office holds: two histories of one device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAPS_LISTED = 1000


@dataclass(frozen=True)
class Link:
    sequence: int
    packet: str
    previous: str | None


@dataclass(frozen=True)
class Chain:
    """`head`: highest sequence number received, 0 for none; `gaps`: the first `GAPS_LISTED` missing numbers."""

    head: int
    head_packet: str | None
    received: int
    gaps: tuple[int, ...]
    forks: tuple[int, ...]

    @property
    def missing(self) -> int:
        """How many numbers up to the head have not come in."""
        return self.head - self.received


def examine(links: Sequence[Link]) -> Chain:
    """Look at a whole chain, links in order of sequence from 1."""
    gaps: list[int] = []
    forks: list[int] = []
    before: Link | None = None
    for link in links:
        expected = before.sequence + 1 if before else 1
        gaps.extend(range(expected, min(link.sequence, expected + GAPS_LISTED - len(gaps))))
        follows = link.sequence == expected
        if follows and link.previous != (before.packet if before else None):
            forks.append(link.sequence)
        before = link
    return Chain(
        before.sequence if before else 0, before.packet if before else None, len(links), tuple(gaps), tuple(forks)
    )
