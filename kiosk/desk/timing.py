"""How long things take at the desk, in seconds. Personal data leaves the screen within 60 s of silence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """`warn`/`leave`: silence until the warning, until the screen is cleared. `farewell`: the last screen stays.

    `countdown`: before the shutter. `burst`: the longest time frames are gathered, `burst_frames` of them.
    `automatic`: a picture takes itself after a second without anything to mend, `arm` after the live picture began at
    the earliest. `full_look`: between two full looks at the live picture. `tries`: pictures kept side by side.
    `card_wait`: for a card to be laid down.
    `scan_word`: how long the word about a wrong code stays. `parked`: the longest wait of a parked intake.
    """

    warn: float = 45.0
    leave: float = 60.0
    farewell: float = 40.0
    countdown: float = 3.0
    burst: float = 1.2
    burst_frames: int = 5
    automatic: bool = True
    arm: float = 2.5
    full_look: float = 0.6
    tries: int = 3
    card_wait: float = 20.0
    scan_word: float = 4.0
    parked: float = 4 * 3600.0
