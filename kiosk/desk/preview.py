"""The live picture for the screen: small JPEGs from the newest frame. Never mirrored, never written anywhere.

Of a paper held up for its code only the code is shown as it is; everything around it is as coarse as light and shade,
enough to hold the paper right, too little to read a name.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import BytesIO
from typing import Protocol

from PIL import Image

from hardware.camera import Frame
from kiosk.desk.places import Box

QUALITY = 70
COARSE = 40
"""Columns that are left of what is veiled: a block is 32 pixels of a frame of 1280, letters of 4 mm on a sheet that
fills the picture have 24."""
VEILED_WIDTH = 640


class HasFrames(Protocol):
    """A camera, or whatever chooses between cameras."""

    def latest(self) -> Frame | None: ...


class Preview:
    """Pictures of one camera. Encoding happens once a frame, however many look on; it waits for no judgement.

    `places`: given for a camera that sees papers; where on a frame the codes lie."""

    def __init__(
        self, camera: HasFrames, *, width: int = 960, places: Callable[[Frame], tuple[Box, ...]] | None = None
    ) -> None:
        self._camera, self._width, self._places = camera, width if places is None else VEILED_WIDTH, places
        self._lock = threading.Lock()
        self._made: tuple[Frame, bytes] | None = None

    def newest(self, after: int) -> tuple[int, bytes] | None:
        """Sequence number and JPEG of the newest frame when it is another one than `after`."""
        frame = self._camera.latest()
        if frame is None:
            self.forget()
            return None
        if frame.sequence == after:
            return None
        with self._lock:
            if self._made is None or self._made[0] is not frame:
                self._made = frame, self._encoded(frame)
            return frame.sequence, self._made[1]

    def forget(self) -> None:
        """Nobody looks on any more: no picture is kept."""
        with self._lock:
            self._made = None

    def _encoded(self, frame: Frame) -> bytes:
        step = max(1, frame.pixels.shape[1] // self._width)
        picture = Image.fromarray(frame.pixels[::step, ::step, ::-1].copy())
        if self._places is not None:
            picture = _veiled(picture, self._places(frame))
        written = BytesIO()
        picture.save(written, "JPEG", quality=QUALITY)
        return written.getvalue()


def _veiled(picture: Image.Image, places: tuple[Box, ...]) -> Image.Image:
    wide, tall = picture.size
    coarse = picture.resize((min(COARSE, wide), max(1, COARSE * tall // wide)), Image.Resampling.BOX)
    veil = coarse.resize(picture.size, Image.Resampling.BILINEAR)
    for place in places:
        left, top, right, bottom = place.within(wide, tall)
        if left < right and top < bottom:
            veil.paste(picture.crop((left, top, right, bottom)), (left, top))
    return veil
