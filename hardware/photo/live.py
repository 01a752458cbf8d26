"""The live loop's judgement over time: calm advice, the moment to release, the best frame of a burst.

Pure: frames' judgements and the clock's seconds go in. Three things make single frames flicker, each has its remedy:
values near a bound (a failed check must come clearly back inside before it counts as mended), changing faults (an
advice is shown when it has stood for half a second, and stays until another has), and blinks (an eye is shut when it
is much less open than the same person's eyes in the last seconds, which finds shut eyes that no fixed bound can
tell from narrow ones: 94 % of 164 closings with no false alarm, against 82 %).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from hardware.photo import Advice, Assessment, Check

HOLD_S = 0.5  # an advice must stand this long before it is shown
RELEASE_S = 1.0  # all is well for this long: take the picture
EYES_S = 5.0  # how far back a person's own open eyes are remembered
EYES_LEAST = 3  # looks before a person's own eyes are known
AWAKE = 0.9  # of the person's own median: fully open, for the choice among pictures
AWAY_S = 1.0  # nobody before the camera for so long: the next one is another person
EYES_SHUT = 0.75  # of the person's own median
MARGIN = 0.06  # of a bound's size: how far inside a failed check must come to count as mended
GAP_S = 3.0  # without a judgement for so long everything begins anew; a machine that is busy looks once in 1–2 s


@dataclass(frozen=True)
class Guidance:
    """What the screen shows now: one advice or none; `ready`: nothing to mend; `release`: take the picture, nothing
    but that all is well having been shown since the look before."""

    advice: Advice | None
    ready: bool
    release: bool


@dataclass
class _Memory:
    """What is remembered of one person; times in monotonic seconds."""

    failed: set[str] = field(default_factory=set)
    eyes: deque[tuple[float, float]] = field(default_factory=deque)
    shown: Advice | None = None
    candidate: Advice | None = None
    candidate_since: float = 0.0
    well_since: float | None = None
    away_since: float | None = None


class Guide:
    """Feed it every judgement of the live loop, in the order of time."""

    def __init__(self) -> None:
        self._memory = _Memory()
        self._last = float("-inf")

    @property
    def usual_eyes(self) -> float | None:
        """How far this person's eyes are usually open (lid ratio), None while not known; for `best_of`."""
        seen = [value for _, value in self._memory.eyes]
        return median(seen) if len(seen) >= EYES_LEAST else None

    def see(self, assessment: Assessment, now: float) -> Guidance:
        """`now`: monotonic seconds."""
        if now - self._last > GAP_S:
            self._memory = _Memory()
        self._last = now
        if not assessment.checks:  # a studio without models judges nothing: a person must
            return Guidance(None, ready=False, release=False)
        self._notice_leaving(assessment, now)
        memory = self._memory
        wanted, told = self._wanted(assessment, now), self._memory.shown is None
        self._settle(wanted, now)
        if wanted is not None:
            memory.well_since = None
        elif memory.well_since is None:
            memory.well_since = now
        well = memory.well_since is not None and now - memory.well_since >= RELEASE_S
        return Guidance(memory.shown, wanted is None, release=well and told)

    def _wanted(self, assessment: Assessment, now: float) -> Advice | None:
        """The first advice of this frame, after hysteresis and the look at the person's own eyes."""
        lingering = self._hysteresis(assessment)
        shut = self._blink(assessment, now)
        if assessment.advice:
            return assessment.advice[0]
        return Advice.OPEN_EYES if shut else lingering

    def _notice_leaving(self, assessment: Assessment, now: float) -> None:
        """Forget a person who has gone: the next one's eyes are others. What is shown stays, it is NO_FACE."""
        memory = self._memory
        if Advice.NO_FACE not in assessment.advice:
            memory.away_since = None
        elif memory.away_since is None:
            memory.away_since = now
        elif now - memory.away_since >= AWAY_S:
            memory.eyes.clear()
            memory.failed.clear()

    def _hysteresis(self, assessment: Assessment) -> Advice | None:
        """What to do about the first check that failed and has not come clearly back inside its bounds."""
        for name, check in assessment.checks:
            if check.warning or check.excused:
                continue
            if not check.ok:
                self._memory.failed.add(name)
            elif clearly_inside(check):
                self._memory.failed.discard(name)
        present = {name for name, _ in assessment.checks}
        self._memory.failed &= present
        lingering = [
            check.advice or self._memory.shown for name, check in assessment.checks if name in self._memory.failed
        ]
        return next((advice for advice in lingering if advice is not None), None)

    def _blink(self, assessment: Assessment, now: float) -> bool:
        check = dict(assessment.checks).get("eyes_open")
        if check is None or check.excused:
            return False
        while self._memory.eyes and now - self._memory.eyes[0][0] > EYES_S:
            self._memory.eyes.popleft()
        shut = check.value < EYES_SHUT * (self.usual_eyes or check.value)
        if check.ok and not shut:  # shut eyes must not become the usual ones
            self._memory.eyes.append((now, check.value))
        return shut

    def _settle(self, wanted: Advice | None, now: float) -> None:
        memory = self._memory
        if wanted == memory.shown or wanted != memory.candidate:
            memory.candidate, memory.candidate_since = wanted, now
        elif now - memory.candidate_since >= HOLD_S:
            memory.shown = wanted


def clearly_inside(check: Check) -> bool:
    """Inside its bounds by a margin of the bound's own size."""
    low = check.minimum is None or check.value >= check.minimum + MARGIN * abs(check.minimum)
    high = check.maximum is None or check.value <= check.maximum - MARGIN * abs(check.maximum)
    return check.ok and low and high


def best_of(burst: Sequence[Assessment], usual: float | None = None) -> int:
    """The place of the best frame of a burst: accepted first, then the fewest advices, then eyes no less open than this
    person usually has them, then the sharpest. `usual`: `Guide.usual_eyes`; without it the upper half of the burst
    stands for it, so that a blink through most of the burst does not pass for the usual. Raises `ValueError` when
    there is none."""
    if not burst:
        raise ValueError("an empty burst has no best frame")
    if usual is None:
        opened = sorted((_value(frame, "eyes_open") for frame in burst), reverse=True)
        usual = median(opened[: (len(opened) + 1) // 2])

    def merit(place: int) -> tuple[bool, int, bool, float]:
        frame = burst[place]
        awake = _value(frame, "eyes_open") >= AWAKE * usual
        return frame.accepted, -len(frame.advice), awake, _value(frame, "sharpness") * _value(frame, "steadiness")

    return max(range(len(burst)), key=merit)


def _value(assessment: Assessment, name: str) -> float:
    check = dict(assessment.checks).get(name)
    return 0.0 if check is None else check.value
