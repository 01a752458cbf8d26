"""What is left of an intake after it was sealed: enough for the last screen and the slip, nothing personal."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.ids import SlipNumber
from schemas.language import Language, Wording
from schemas.rules import Delivery, Method


@dataclass(frozen=True)
class Farewell:
    """The decision without its reasons: they speak of the person. `sequence`: the packet's number on this device.
    `card`: what is to be done about the present card, in headings. `ends_at`: monotonic seconds when the screen clears
    itself."""

    slip: SlipNumber
    language: Language
    method: Method
    delivery: Delivery
    bring: tuple[Wording, ...]
    sequence: int
    card: tuple[Wording, ...] = ()
    ends_at: float = 0.0
