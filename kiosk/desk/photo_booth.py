"""The photo booth: live advice, release by itself or by countdown, burst, three tries side by side – driven by `look`.

The picture shown afterwards is the file that would be stored. A refused picture can be kept by an attendant with
their name on it (facts: special consideration); when nothing can judge, a person must.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from math import ceil

from hardware.camera import Pixels
from hardware.photo import Advice, Assessment, PhotoStudio
from hardware.photo.live import Guide
from kiosk.desk.darkroom import Darkroom
from kiosk.desk.errors import DeskRefused
from kiosk.desk.excuse import NOTHING_EXCUSED, Excuse
from kiosk.desk.live_look import LiveLook
from kiosk.desk.photo_cameras import PhotoCameras, Sight
from kiosk.desk.shots import BoothPhase, BoothView, Origin, Shot, with_shot
from kiosk.desk.timing import Timing
from schemas.intake import PhotoSource
from schemas.stamp import Stamp


class PhotoBooth:
    """`changed` is called when a page must be drawn anew; phase, advice and seconds are polled.

    `look` belongs to the loop's thread; every other method may come from any.
    """

    def __init__(
        self,
        cameras: PhotoCameras,
        studio: PhotoStudio,
        *,
        timing: Timing,
        stamp: Callable[[], Stamp],
        changed: Callable[[], None],
    ) -> None:
        self.cameras, self._studio, self._timing, self._changed = cameras, studio, timing, changed
        self._darkroom = Darkroom(studio, stamp=stamp)
        self._lock = threading.Lock()
        self._view = BoothView()
        self._excuse = NOTHING_EXCUSED
        self._seen: tuple[PhotoSource, int] | None = None
        self._turn = 0
        self._live_since: float | None = None
        self._until = 0.0
        self._by_itself = False
        self._burst: deque[tuple[Assessment, Sight]] = deque(maxlen=timing.burst_frames)
        self._begin_live()

    def view(self) -> BoothView:
        with self._lock:
            return self._view

    # ── what people do ───────────────────────────────────────────────────────────────────────────────

    def shoot(self, now: float) -> None:
        """Begin the countdown; from a judged picture this is the retake. A picture that is taking itself is enough."""
        with self._lock:
            if self._view.phase is BoothPhase.TAKING and self._by_itself:
                return
            if self._view.phase in (BoothPhase.COUNTDOWN, BoothPhase.TAKING):
                raise DeskRefused("photo.under_way")
            if self.cameras.latest() is None:
                raise DeskRefused("photo.no_picture")
            self._until = now + self._timing.countdown
            redraw = self._view.phase is BoothPhase.JUDGED
            self._move(BoothPhase.COUNTDOWN, seconds=ceil(self._timing.countdown))
        if redraw:
            self._changed()

    def live(self) -> None:
        """Back to the live picture for another try; the pictures taken stay."""
        with self._lock:
            self._turn += 1
            self._begin_live()
            self._move(BoothPhase.LIVE)
        self._changed()

    def choose(self, place: int) -> None:
        """Show one of the pictures taken large. Raises `DeskRefused` when there is no such one, or a shot under way."""
        with self._lock:
            if self._view.phase in (BoothPhase.COUNTDOWN, BoothPhase.TAKING):
                raise DeskRefused("photo.under_way")
            if not 0 <= place < len(self._view.shots):
                raise DeskRefused("photo.nothing_taken")
            self._turn += 1
            self._show(self._view.shots, place)
        self._changed()

    def bring(self, pixels: Pixels, taken_on: date, excuse: Excuse) -> Shot:
        """Judge a picture brought as a file like one taken here."""
        origin = Origin(PhotoSource.FILE, taken_on=taken_on, excuse=excuse.code)
        with self._lock:
            turn = self._turn
        shot = self._darkroom.judge(pixels, origin, excuse.excused)
        self._keep(shot, turn)
        return shot

    def put_back(self, shots: tuple[Shot, ...], chosen: int) -> None:
        """Show pictures again that were taken before the intake was parked."""
        with self._lock:
            self._turn += 1
            self._show(shots, chosen)

    def clear(self) -> None:
        """Forget every picture. A judgement that still runs comes back to nobody."""
        with self._lock:
            self._turn += 1
            self._begin_live()
            self._view = BoothView()

    # ── the loop ─────────────────────────────────────────────────────────────────────────────────────

    def look(self, now: float, excuse: Excuse = NOTHING_EXCUSED) -> None:
        """One turn of the loop: the live look, the countdown, the burst or the judgement."""
        with self._lock:
            phase, turn = self._view.phase, self._turn
            if excuse != self._excuse:
                self._excuse = excuse
                self._begin_live()
        if phase is BoothPhase.LIVE:
            self._watch(now, turn)
        elif phase is BoothPhase.COUNTDOWN:
            self._count(now, turn)
        elif phase is BoothPhase.TAKING and not self._by_itself:
            self._gather(now, turn)

    def _new_sight(self) -> Sight | None:
        sight = self.cameras.sight()
        if sight is None or (sight.source, sight.frame.sequence) == self._seen:
            return None
        self._seen = (sight.source, sight.frame.sequence)
        return sight

    def _watch(self, now: float, turn: int) -> None:
        """Advice for the live picture; when all has been well for a second the picture takes itself."""
        sight = self._new_sight()
        if sight is None:
            return
        if self._live_since is None:
            self._live_since = now
        look = self._live.of(sight.frame.pixels, now, self._excuse.excused)
        said = self._guide.see(look, now)
        with self._lock:
            if turn != self._turn or self._view.phase is not BoothPhase.LIVE:
                return
            face = bool(look.checks) and Advice.NO_FACE not in look.advice
            self._view = replace(self._view, advice=said.advice, ready=said.ready, face=face)
            if not said.ready:
                self._burst.clear()
                return
            # The last good frames are the burst of a picture that takes itself: nobody has to hold still any longer.
            self._burst.append((look, sight))
            if not (said.release and self._may_take_itself(now)):
                return
            self._by_itself = True
            self._move(BoothPhase.TAKING)
            burst = list(self._burst)
        self._judge(burst, turn)

    def _may_take_itself(self, now: float) -> bool:
        """After a while of looking only: nobody is photographed while sitting down or reading."""
        begun = self._live_since
        return self._timing.automatic and begun is not None and now - begun >= self._timing.arm

    def _count(self, now: float, turn: int) -> None:
        with self._lock:
            if turn != self._turn:
                return
            left = self._until - now
            if left > 0:
                self._view = replace(self._view, seconds=ceil(left))
                return
            self._until = now + self._timing.burst
            self._burst.clear()
            self._move(BoothPhase.TAKING)

    def _gather(self, now: float, turn: int) -> None:
        """One more frame of the burst; the judgement when there are enough or the time is up."""
        sight = self._new_sight()
        looked = (
            None if sight is None else (self._studio.glance(sight.frame.pixels, excused=self._excuse.excused), sight)
        )
        with self._lock:
            if turn != self._turn:
                return
            if looked is not None:
                self._burst.append(looked)
            if len(self._burst) < self._timing.burst_frames and now < self._until:
                return
            burst = list(self._burst)
        self._judge(burst, turn)

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────

    def _judge(self, burst: Sequence[tuple[Assessment, Sight]], turn: int) -> None:
        shot = None
        try:
            if burst:
                last = burst[-1][1]
                origin = Origin(last.source, last.camera, excuse=self._excuse.code)
                frames = [(look, sight.frame.pixels) for look, sight in burst if sight.source is last.source]
                usual = self._guide.usual_eyes
                shot = self._darkroom.develop(frames, origin, self._excuse.excused, usual_eyes=usual)
        finally:  # whatever the judgement ran into: the person sees the live picture again
            if shot is None:
                self._give_up(turn)
        if shot is not None:
            self._keep(shot, turn)

    def _give_up(self, turn: int) -> None:
        with self._lock:
            if turn != self._turn:
                return
            self._begin_live()
            self._move(BoothPhase.LIVE, trouble="photo.no_picture")
        self._changed()

    def _keep(self, shot: Shot, turn: int) -> None:
        """Show the picture beside the earlier ones, unless its person has gone."""
        with self._lock:
            if turn != self._turn:
                return
            self._begin_live()
            shots = with_shot(self._view.shots, shot, most=self._timing.tries)
            self._show(shots, len(shots) - 1)
        self._changed()

    def _show(self, shots: tuple[Shot, ...], place: int) -> None:
        trouble = None if shots[place].photo else "photo.no_file"
        self._view = BoothView(BoothPhase.JUDGED, shots=shots, chosen=place, trouble=trouble)

    def _begin_live(self) -> None:
        """What is remembered of the live picture begins anew, the wait before it may take itself too."""
        self._guide, self._live = Guide(), LiveLook(self._studio, every=self._timing.full_look)
        self._burst = deque(maxlen=self._timing.burst_frames)
        self._live_since, self._until, self._by_itself = None, 0.0, False

    def _move(self, phase: BoothPhase, *, seconds: int = 0, trouble: str | None = None) -> None:
        self._view = BoothView(phase, seconds, shots=self._view.shots, chosen=self._view.chosen, trouble=trouble)
