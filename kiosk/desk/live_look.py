"""What the guide sees of the live picture: light checks on every frame, all of them on a frame now and then.

The full look is spent only on somebody whom the light checks let pass: whoever sits in the wrong place learns nothing
from a word about the wall. What it found of the backdrop stands until the next one.
"""

from __future__ import annotations

from dataclasses import replace

from hardware.camera import Pixels
from hardware.photo import Assessment, Check, Excused, PhotoStudio

Checks = tuple[tuple[str, Check], ...]


class LiveLook:
    """`every`: seconds between two full looks."""

    def __init__(self, studio: PhotoStudio, *, every: float) -> None:
        self._studio, self._every = studio, every
        self.clear()

    def clear(self) -> None:
        self._heavy: Checks | None = None
        self._looked_at = float("-inf")

    def of(self, pixels: Pixels, now: float, excused: Excused = frozenset()) -> Assessment:
        """The judgement of this frame; `accepted` only when a full look not long ago found nothing either."""
        light = self._studio.glance(pixels, excused=excused)
        if not light.checks or not light.accepted:
            return light
        if self._heavy is None or now - self._looked_at >= self._every:
            self._heavy, self._looked_at = _more(light, self._studio.assess(pixels, excused=excused)), now
        advice = tuple(dict.fromkeys(check.advice for _, check in self._heavy if check.refuses and check.advice))
        passed = not any(check.refuses for _, check in self._heavy)
        return replace(light, accepted=passed, advice=advice, checks=(*light.checks, *self._heavy))


def _more(light: Assessment, full: Assessment) -> Checks:
    """What the full look has measured beyond the light one of the same frame."""
    known = {name for name, _ in light.checks}
    return tuple((name, check) for name, check in full.checks if name not in known)
