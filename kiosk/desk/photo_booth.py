"""The photo booth: live advice, countdown, burst, the best picture judged – all driven by `look`, on the loop's thread.

The picture shown afterwards is the file that would be stored. A refused picture can be kept by an attendant with
their name on it (facts: special consideration); when nothing can judge, a person must.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from hardware.camera import Camera, Frame
from hardware.errors import InputRefused
from hardware.photo import Advice, Assessment, IdPhoto, PhotoStudio
from kiosk.desk.errors import DeskRefused
from kiosk.desk.steady import Steady
from kiosk.desk.timing import Timing
from schemas.stamp import Stamp


class BoothPhase(StrEnum):
    LIVE = "live"
    COUNTDOWN = "countdown"
    TAKING = "taking"
    JUDGED = "judged"


@dataclass(frozen=True)
class Shot:
    """One judged picture. `photo` None: no lawful file could be made of it."""

    assessment: Assessment
    taken: Stamp
    photo: IdPhoto | None = None

    @property
    def keepable(self) -> bool:
        return self.assessment.accepted and self.photo is not None


@dataclass(frozen=True)
class BoothView:
    """`seconds`: left on the countdown. `ready`: the quick look finds nothing to improve. `trouble`: a stable code."""

    phase: BoothPhase = BoothPhase.LIVE
    seconds: int = 0
    advice: Advice | None = None
    ready: bool = False
    face: bool = False
    shot: Shot | None = None
    trouble: str | None = None


class PhotoBooth:
    """`changed` is called when the phase changes; advice and seconds are polled."""

    def __init__(
        self,
        camera: Camera,
        studio: PhotoStudio,
        *,
        timing: Timing,
        stamp: Callable[[], Stamp],
        changed: Callable[[], None],
    ) -> None:
        self._camera, self._studio, self._timing = camera, studio, timing
        self._stamp, self._changed = stamp, changed
        self._lock = threading.Lock()
        self._view = BoothView()
        self._turn = 0
        self._until = 0.0
        self._seen = 0
        self._burst: list[tuple[Assessment, Frame]] = []
        self._advice: Steady[Advice | None] = Steady(timing.advice_holds)

    def view(self) -> BoothView:
        with self._lock:
            return self._view

    def shoot(self, now: float) -> None:
        """Begin the countdown; from a judged picture this is the retake."""
        with self._lock:
            if self._view.phase in (BoothPhase.COUNTDOWN, BoothPhase.TAKING):
                raise DeskRefused("photo.under_way")
            if self._camera.latest() is None:
                raise DeskRefused("photo.no_picture")
            self._until = now + self._timing.countdown
            self._move(BoothPhase.COUNTDOWN, seconds=ceil(self._timing.countdown))
        self._changed()

    def live(self) -> None:
        """Back to the live picture; the taken one is dropped."""
        self.clear()
        self._changed()

    def put_back(self, shot: Shot) -> None:
        """Show a picture again that was taken before the intake was parked."""
        with self._lock:
            self._turn += 1
            self._move(BoothPhase.JUDGED, shot=shot, trouble=None if shot.photo else "photo.no_file")

    def clear(self) -> None:
        """Forget every picture. A judgement that still runs comes back to nobody."""
        with self._lock:
            self._turn += 1
            self._burst = []
            self._view = BoothView()
            self._advice = Steady(self._timing.advice_holds)

    def look(self, now: float) -> None:
        """One turn of the loop: the quick look, the countdown, the burst or the judgement."""
        with self._lock:
            phase, turn = self._view.phase, self._turn
        if phase is BoothPhase.LIVE:
            self._glance(now, turn)
        elif phase is BoothPhase.COUNTDOWN:
            self._count(now, turn)
        elif phase is BoothPhase.TAKING:
            self._gather(now, turn)

    def _new_frame(self) -> Frame | None:
        frame = self._camera.latest()
        if frame is None or frame.sequence == self._seen:
            return None
        self._seen = frame.sequence
        return frame

    def _glance(self, now: float, turn: int) -> None:
        frame = self._new_frame()
        if frame is None:
            return
        assessment = self._studio.glance(frame.pixels)
        first = next(iter(assessment.advice), None)
        with self._lock:
            if turn == self._turn and self._view.phase is BoothPhase.LIVE:
                self._view = replace(
                    self._view,
                    advice=self._advice.of(first, now),
                    ready=assessment.accepted,
                    face=first is not Advice.NO_FACE,
                )

    def _count(self, now: float, turn: int) -> None:
        with self._lock:
            if turn != self._turn:
                return
            left = self._until - now
            if left > 0:
                self._view = replace(self._view, seconds=ceil(left))
                return
            self._until = now + self._timing.burst
            self._burst = []
            self._move(BoothPhase.TAKING)
        self._changed()

    def _gather(self, now: float, turn: int) -> None:
        """One more frame of the burst; the judgement when there are enough or the time is up."""
        frame = self._new_frame()
        looked = None if frame is None else (self._studio.glance(frame.pixels), frame)
        with self._lock:
            if turn != self._turn:
                return
            if looked is not None:
                self._burst.append(looked)
            if len(self._burst) < self._timing.burst_frames and now < self._until:
                return
            burst, self._burst = self._burst, []
        self._judge(burst, turn)

    def _judge(self, burst: list[tuple[Assessment, Frame]], turn: int) -> None:
        shot = self._best(burst) if burst else None
        with self._lock:
            if turn != self._turn:
                return
            if shot is None:
                self._move(BoothPhase.LIVE, trouble="photo.no_picture")
            else:
                self._move(BoothPhase.JUDGED, shot=shot, trouble=None if shot.photo else "photo.no_file")
        self._changed()

    def _best(self, burst: list[tuple[Assessment, Frame]]) -> Shot:
        """The frame with the best quick look, judged in full and made into the file."""
        _, frame = max(burst, key=lambda pair: _merit(pair[0]))
        assessment = self._studio.assess(frame.pixels)
        crop = assessment.crop or self._studio.fallback_crop(frame.pixels)
        try:
            photo = self._studio.finish(frame.pixels, crop)
        except InputRefused:
            return Shot(assessment, self._stamp())
        return Shot(assessment, self._stamp(), photo)

    def _move(
        self, phase: BoothPhase, *, seconds: int = 0, shot: Shot | None = None, trouble: str | None = None
    ) -> None:
        self._view = BoothView(phase=phase, seconds=seconds, shot=shot, trouble=trouble)


def _merit(assessment: Assessment) -> tuple[bool, int, float]:
    sharpness = dict(assessment.checks).get("sharpness")
    return assessment.accepted, -len(assessment.advice), sharpness.value if sharpness else 0.0
