"""The pictures of one person at the booth: what was judged, where it came from, and which of three is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hardware.photo import Advice, Assessment, IdPhoto
from schemas.intake import PhotoSource
from schemas.stamp import Stamp


class BoothPhase(StrEnum):
    LIVE = "live"
    COUNTDOWN = "countdown"
    TAKING = "taking"
    JUDGED = "judged"


@dataclass(frozen=True)
class Origin:
    """Where a picture came from. `camera`: the device's own name. `taken_on`: the day somebody said a file was taken.
    `excuse`: the special reason that stood while it was judged."""

    source: PhotoSource = PhotoSource.CAMERA
    camera: str = ""
    taken_on: date | None = None
    excuse: str | None = None


@dataclass(frozen=True)
class Shot:
    """One judged picture. `photo` None: no lawful file could be made of it. `engine`: who judged."""

    assessment: Assessment
    taken: Stamp
    photo: IdPhoto | None = None
    origin: Origin = Origin()
    engine: str = ""

    @property
    def keepable(self) -> bool:
        return self.assessment.accepted and self.photo is not None


@dataclass(frozen=True)
class BoothView:
    """`seconds`: left on the countdown. `ready`: nothing to improve. `trouble`: a stable code. `shots`: the pictures
    kept side by side, oldest first; `chosen`: the one that stands large."""

    phase: BoothPhase = BoothPhase.LIVE
    seconds: int = 0
    advice: Advice | None = None
    ready: bool = False
    face: bool = False
    shots: tuple[Shot, ...] = ()
    chosen: int = 0
    trouble: str | None = None

    @property
    def shot(self) -> Shot | None:
        """The picture to decide about; None while the live picture is shown."""
        return self.shots[self.chosen] if self.phase is BoothPhase.JUDGED and self.shots else None


def with_shot(shots: tuple[Shot, ...], shot: Shot, *, most: int) -> tuple[Shot, ...]:
    """The pictures with one more; when there are too many the oldest refused one goes, else the oldest."""
    if len(shots) < most:
        return (*shots, shot)
    gone = min(range(len(shots)), key=lambda place: (shots[place].keepable, place))
    return (*shots[:gone], *shots[gone + 1 :], shot)
