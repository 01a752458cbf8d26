"""What is left of an intake after it was sealed: enough for the last screen and the slip, nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas.ids import SlipNumber
from schemas.language import Language, Wording
from schemas.rules import Delivery, Item, Method


@dataclass(frozen=True)
class Farewell:
    """The decision without its reasons: they speak of the person. `collect`: what to have along at the counter;
    `notices`: what else to tell; `expected`: how long the card takes; `card`: what is to be done about the present
    card, in headings. `sequence`: the packet's number on this device. `ends_at`: monotonic seconds when the screen
    clears itself. `began`, `ended`: for the proof of attendance. `member`, `earlier`: of a family under one number, who
    this is and who came before. `hidden`: slip and screens tell nothing of place or time."""

    slip: SlipNumber
    language: Language
    method: Method
    delivery: Delivery
    collect: tuple[Item, ...]
    sequence: int
    card: tuple[Wording, ...] = ()
    notices: tuple[Wording, ...] = ()
    expected: Wording | None = None
    ends_at: float = 0.0
    began: datetime | None = None
    ended: datetime | None = None
    member: int = 1
    earlier: tuple[Farewell, ...] = ()
    hidden: bool = False
