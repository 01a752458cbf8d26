"""What is left of an intake after it was sealed: enough for the last screen and the slip, nothing personal."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.ids import SlipNumber
from schemas.language import Language
from schemas.rules import Decision


@dataclass(frozen=True)
class Farewell:
    """`sequence`: the packet's number on this device. `ends_at`: monotonic seconds when the screen clears itself."""

    slip: SlipNumber
    language: Language
    decision: Decision
    sequence: int
    ends_at: float = 0.0
