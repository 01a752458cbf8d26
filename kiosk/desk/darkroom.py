"""From a burst of frames, or one picture, to a judged shot with the very file that would be stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hardware.camera import Pixels
from hardware.errors import InputRefused
from hardware.photo import Assessment, Excused, PhotoStudio
from hardware.photo.live import best_of
from kiosk.desk.shots import Origin, Shot
from schemas.stamp import Stamp

SECOND_LOOKS = 3  # frames of a burst that are judged in full before the best refused one is shown

Looked = tuple[Assessment, Pixels]


class Darkroom:
    """Judges in full and makes the file; any thread may call it."""

    def __init__(self, studio: PhotoStudio, *, stamp: Callable[[], Stamp]) -> None:
        self._studio, self._stamp = studio, stamp

    def develop(
        self,
        burst: Sequence[Looked],
        origin: Origin,
        excused: Excused = frozenset(),
        *,
        usual_eyes: float | None = None,
    ) -> Shot:
        """The best frame of the burst (nobody blinks, sharpest) that passes every check; else the best of all.

        `usual_eyes`: how far this person's eyes are usually open, when known. Raises `ValueError` for an empty burst.
        """
        left, refused = list(burst), list[tuple[Assessment, Pixels]]()
        while left and len(refused) < SECOND_LOOKS:
            _, pixels = left.pop(best_of([look for look, _ in left], usual_eyes))
            full = self._studio.assess(pixels, excused=excused)
            if full.accepted:
                return self._shot(full, pixels, origin)
            refused.append((full, pixels))
        full, pixels = refused[best_of([look for look, _ in refused], usual_eyes)]
        return self._shot(full, pixels, origin)

    def judge(self, pixels: Pixels, origin: Origin, excused: Excused = frozenset()) -> Shot:
        """One picture that came as it is: a file, or a single frame."""
        return self._shot(self._studio.assess(pixels, excused=excused), pixels, origin)

    def _shot(self, full: Assessment, pixels: Pixels, origin: Origin) -> Shot:
        crop = full.crop or self._studio.fallback_crop(pixels)
        engine = self._studio.status().name
        try:
            photo = self._studio.finish(pixels, crop)
        except InputRefused:
            return Shot(full, self._stamp(), None, origin, engine)
        return Shot(full, self._stamp(), photo, origin, engine)
