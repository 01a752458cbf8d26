"""The live loop's judgement of a stream: light checks on every frame, all checks on every n-th.

Between two whole judgements the heavy checks' last values stand beside the light checks of the newest frame, so that
a backdrop that was refused stays refused until it has been looked at again. The whole judgement falls on a frame of
its own; the preview is nobody's business here and never waits.
"""

from __future__ import annotations

from hardware.camera import Pixels
from hardware.photo import Assessment, Check, Excused, PhotoStudio
from hardware.photo.checks import judged

EVERY = 5  # frames


class Watch:
    """One person before the camera; `forget` for the next. Not for several threads."""

    def __init__(self, studio: PhotoStudio, *, every: int = EVERY) -> None:
        self._studio, self._every = studio, every
        self.forget()

    def forget(self) -> None:
        """The next look begins anew with a whole judgement."""
        self._turn = 0
        self._kept: tuple[tuple[str, Check], ...] = ()

    def look(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        """The judgement of the newest frame with what is known of the rest."""
        heavy = self._turn % self._every == 0
        self._turn += 1
        if heavy:
            whole = self._studio.assess(pixels, excused=excused)
            self._kept = whole.checks if whole.crop is not None else ()
            return whole
        light = self._studio.glance(pixels, excused=excused)
        if light.crop is None or not self._kept:
            return light
        newest = dict(light.checks)
        known = [name for name, _ in self._kept]
        checks = [(name, newest.get(name, check)) for name, check in self._kept]
        return judged([*checks, *((name, check) for name, check in light.checks if name not in known)], light.crop)
