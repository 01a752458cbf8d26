"""How long things take at the desk, in seconds. Personal data leaves the screen within 60 s of silence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """`warn`/`leave`: silence until the warning, until the screen is cleared. `farewell`: the last screen stays.

    `countdown`: before the shutter. `burst`: the longest time frames are gathered, `burst_frames` of them.
    `advice_holds`: an advice is shown when it has been right for so long. `card_wait`: for a card to be laid down.
    `scan_word`: how long the word about a wrong code stays. `parked`: the longest wait of a parked intake.
    """

    warn: float = 45.0
    leave: float = 60.0
    farewell: float = 40.0
    countdown: float = 3.0
    burst: float = 1.2
    burst_frames: int = 5
    advice_holds: float = 0.5
    card_wait: float = 20.0
    scan_word: float = 4.0
    parked: float = 4 * 3600.0
