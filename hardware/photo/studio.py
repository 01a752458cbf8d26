"""The photo studio: one engine, one lock, and the judgement of pictures.

`open_studio` never fails: without its models the studio says `photo.models_missing`, judges nothing, and still cuts
the photo a person asks for.

Threads: an OpenCV network holds the state of its last run, so every look through the engine happens under one lock.
Any number of threads may call a studio; measures and files, which need no engine, run side by side.
"""

from __future__ import annotations

import threading
from pathlib import Path

from hardware.camera import Pixels
from hardware.photo import Assessment, Crop, Excused, IdPhoto, PhotoStudio, encode
from hardware.photo.checks import judge, nobody
from hardware.photo.crop import centred
from hardware.photo.engine import FaceEngine
from hardware.photo.engine.mediapipe_tflite import FOLDER, ModelsMissing, TfliteEngine
from hardware.photo.seen import Seen
from hardware.status import DeviceKind, DeviceState, DeviceStatus

SMALLEST_SIDE = 32  # below this no network sees anything
UNJUDGED = Assessment(accepted=False, advice=(), checks=(), crop=None)


class Studio:
    """Judges with an engine. See `PhotoStudio`."""

    def __init__(self, engine: FaceEngine, *, view: float | None = None) -> None:
        """`view`: the camera's horizontal angle of view in degrees, None when unknown (picture files)."""
        self._engine, self._view = engine, view
        self._lock = threading.Lock()

    def glance(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        return self._judge(pixels, excused, heavy=False)

    def assess(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        return self._judge(pixels, excused, heavy=True)

    def _judge(self, pixels: Pixels, excused: Excused, *, heavy: bool) -> Assessment:
        if min(pixels.shape[:2]) < SMALLEST_SIDE:
            return nobody()
        seen = self._look(pixels, heavy=heavy)
        return judge(seen, excused=excused, view=self._view) if isinstance(seen, Seen) else nobody(seen)

    def _look(self, pixels: Pixels, *, heavy: bool) -> Seen | float:
        """What is seen of the largest face, or the score of nobody."""
        with self._lock:
            boxes = self._engine.find(pixels)
            if heavy:
                boxes = self._engine.any_way_up(pixels, boxes)
            if not boxes:
                return 0.0
            face = self._engine.trace(pixels, boxes[0])
            if face is None:
                return 0.0
            matte = self._engine.matte(pixels, face) if heavy else None
            if heavy and len(boxes) == 1:
                boxes += self._engine.others(pixels, boxes[0])
        return Seen(pixels, boxes, face, matte)

    def fallback_crop(self, pixels: Pixels) -> Crop:
        return centred(pixels.shape[1], pixels.shape[0])

    def finish(self, pixels: Pixels, crop: Crop) -> IdPhoto:
        return encode.finish(pixels, crop)

    def status(self) -> DeviceStatus:
        return self._engine.status()


class BlindStudio:
    """The studio without models: a person judges, by the centred guide frame."""

    def __init__(self, detail: str) -> None:
        self._detail = detail

    def glance(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        return UNJUDGED

    def assess(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        return UNJUDGED

    def fallback_crop(self, pixels: Pixels) -> Crop:
        return centred(pixels.shape[1], pixels.shape[0])

    def finish(self, pixels: Pixels, crop: Crop) -> IdPhoto:
        return encode.finish(pixels, crop)

    def status(self) -> DeviceStatus:
        return DeviceStatus(DeviceKind.PHOTO, DeviceState.FAULT, "photo.models_missing", detail=self._detail)


def open_studio(*, view: float | None = None, models: Path = FOLDER) -> PhotoStudio:
    """The studio of this machine, with its models or without. `view`: the camera's horizontal angle of view."""
    try:
        return Studio(TfliteEngine(models), view=view)
    except ModelsMissing as error:
        return BlindStudio(f"{error}; run deploy/photo_models.py")
