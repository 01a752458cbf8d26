"""A device's chain of packets: which are missing, and where it does not hang together. Pure.

Every packet names its predecessor's id. A gap is a sequence number that has not come in (yet). A fork is a packet whose
predecessor, by its own word, is not the packet the office holds, or a second packet under one number: two histories
of one device, e.g. of a disk that was copied. What hangs together is looked at as one run, however long it is.
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
class Run:
    """Packets of a chain without a gap or a fork between them, one at least. `packet`: the last one's id; `previous`:
    the one before the first, by the first's own word."""

    first: int
    last: int
    packet: str
    previous: str | None


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


def examine(runs: Iterable[Run], *, beside: Sequence[int] = (), conflicts: Iterable[int] = ()) -> Chain:
    """Look at a whole chain, runs in order of sequence; two of them may follow one another after all. `beside`: numbers
    of packets accepted beside it; `conflicts`: numbers under which another packet of the device waits in quarantine."""
    gaps: list[int] = []
    forks = {*beside, *conflicts}
    received, before = len(beside), Run(0, 0, "", None)
    for run in runs:
        expected = before.last + 1
        gaps.extend(range(expected, min(run.first, expected + GAPS_LISTED - len(gaps))))
        if run.first == expected and run.previous != (before.packet or None):
            forks.add(run.first)
        received += run.last - run.first + 1
        before = run
    return Chain(
        before.last, before.packet or None, received, tuple(gaps), tuple(sorted(forks)), beside=len(beside)
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
