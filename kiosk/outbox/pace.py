"""How long to wait before trying again: exponential with jitter, so that thirty kiosks do not knock at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Seconds. The line is asked for often, because asking is cheap and a returned network should be seen at once;
    a packet that fails while the line is good waits longer each time."""

    line_first: float = 0.5
    line_most: float = 3.0
    packet_first: float = 2.0
    packet_most: float = 300.0
    hold: float = 30.0
    bundle_every: float = 60.0
    closing_every: float = 60.0


def jittered(first: float, most: float, *, failures: int, randomness: Callable[[int], bytes]) -> float:
    """Between half and all of `first · 2^(failures-1)`, at most `most`."""
    whole = min(most, first * 2.0 ** min(failures - 1, 32))
    return float(whole * (0.5 + int.from_bytes(randomness(4), "big") / 2**33))


class PacketPauses:
    """Which packets wait, and until which monotonic second."""

    def __init__(self, pace: Pace, randomness: Callable[[int], bytes]) -> None:
        self._pace = pace
        self._randomness = randomness
        self._pauses: dict[int, tuple[int, float]] = {}

    def failed(self, sequence: int, *, now: float) -> None:
        failures = self._pauses.get(sequence, (0, 0.0))[0] + 1
        pause = jittered(
            self._pace.packet_first, self._pace.packet_most, failures=failures, randomness=self._randomness
        )
        self._pauses[sequence] = (failures, now + pause)

    def done(self, sequence: int) -> None:
        self._pauses.pop(sequence, None)

    def waits(self, sequence: int, *, now: float) -> bool:
        return self._pauses.get(sequence, (0, now))[1] > now

    def next_end(self) -> float | None:
        """When the first pause is over."""
        return min((until for _failures, until in self._pauses.values()), default=None)

    def forget(self) -> None:
        """Everybody may try again now."""
        self._pauses.clear()
