"""A camera of drawn scenes for demo, tests and training: a person, a sheet with a form's code, nobody, a covered lens.

It is a `FrameSource` like the real ones and runs in the same thread class. The pictures sway and have noise, as hands
and sensors do. The dock changes scenes and pulls the plug from any thread.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

import cv2
import numpy as np

from hardware.camera import Pixels
from hardware.camera.paper import draw_form
from hardware.camera.poses import Pose, draw_pose
from hardware.errors import DeviceMissing

SWAY = 6
"""Pixels the picture moves to either side."""
DEMO_FORM_TEXT = "20260710000000000000017"
"""23 digits of no real form."""
ALTERNATION_S = 8.0
POSE_S = 5.0
"""How long a walking person keeps each pose."""


class Scene(StrEnum):
    PERSON = "person"
    FORM = "form"
    NOBODY = "nobody"
    COVERED = "covered"
    WALK = "walk"


def _backdrop(width: int, height: int) -> Pixels:
    """A light wall with a soft shade towards the bottom."""
    shade = np.linspace(214, 190, height).reshape(-1, 1, 1)
    return np.broadcast_to(shade + np.array([4, 2, 0]), (height, width, 3)).astype(np.uint8)


def _held_sheet(width: int, height: int, text: str) -> Pixels:
    """A sheet held up to the camera, a little askew, with its code about a quarter of the picture's height."""
    sheet = draw_form(text)
    tall, wide = sheet.shape[:2]
    half_wide = 0.47 * min(width, height * 1.4)
    half_tall = half_wide * tall / wide
    centre = np.array([width / 2, height / 2])
    lean = np.array([[-1.0, -0.96], [0.98, -1.0], [1.0, 0.97], [-0.97, 1.0]]) * [half_wide, half_tall]
    turn = math.radians(2.0)
    turned = lean @ np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]]) + centre
    corners = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], dtype=np.float32)
    warp = cv2.getPerspectiveTransform(corners, turned.astype(np.float32))
    shadow = cv2.warpPerspective(np.full((tall, wide), 60, np.uint8), warp, (width, height))
    lit = cv2.subtract(_backdrop(width, height), cv2.merge([cv2.blur(np.roll(shadow, 10, (0, 1)), (31, 31))] * 3))
    mask = cv2.warpPerspective(np.full((tall, wide), 255, np.uint8), warp, (width, height))
    held = cv2.warpPerspective(sheet, warp, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    return np.where(mask[:, :, None] > 127, held, lit).astype(np.uint8)


@lru_cache(maxsize=6)
def _drawn(scene: Scene, width: int, height: int, detail: str) -> Pixels:
    if scene is Scene.PERSON:
        pose, seed = detail.split()
        return draw_pose(Pose(pose), width, height, int(seed))
    if scene is Scene.FORM:
        return _held_sheet(width, height, detail)
    if scene is Scene.COVERED:
        return np.full((height, width, 3), 7, dtype=np.uint8)
    return _backdrop(width, height)


class SimulatedSource:
    """Plays scenes, `rate` frames a second; `scene` None plays person and form in turn; a person at `WALK` goes through
    every pose and starts again."""

    name = "simulated camera"
    detail = ""

    def __init__(
        self,
        scene: Scene | None = None,
        *,
        width: int = 1280,
        height: int = 720,
        form_text: str = DEMO_FORM_TEXT,
        rate: float = 15.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._width, self._height, self._period, self._monotonic = width, height, 1 / rate, monotonic
        self._lock = threading.Lock()
        self._scene, self._form_text, self._person, self._pose = scene, form_text, 0, Pose.GOOD
        self._plugged_in, self._open = True, False
        self._opened_at = self._due = 0.0
        self._lots = np.random.default_rng(0)
        self._noise = self._lots.integers(0, 5, (height + 64, width + 64, 3), dtype=np.uint8)

    def show(
        self, scene: Scene | None, *, form_text: str | None = None, person: int | None = None, pose: Pose = Pose.GOOD
    ) -> None:
        """What the camera sees from the next frame on; `person` chooses another drawn person, `pose` how they sit."""
        with self._lock:
            self._scene, self._pose = scene, pose
            self._form_text = self._form_text if form_text is None else form_text
            self._person = self._person if person is None else person

    @property
    def scene(self) -> Scene | None:
        with self._lock:
            return self._scene

    @property
    def person(self) -> int:
        with self._lock:
            return self._person

    @property
    def plugged_in(self) -> bool:
        with self._lock:
            return self._plugged_in

    def unplug(self) -> None:
        with self._lock:
            self._plugged_in = False

    def plug_in(self) -> None:
        with self._lock:
            self._plugged_in = True

    def open(self) -> None:
        with self._lock:
            if not self._plugged_in:
                raise DeviceMissing("camera.unplugged", "unplugged in the dock")
            self._open = True
            self._opened_at = self._due = self._monotonic()

    def read(self) -> Pixels | None:
        time.sleep(max(0.0, min(self._period, self._due - self._monotonic())))
        now = self._monotonic()
        self._due = max(self._due + self._period, now)
        with self._lock:
            if not (self._plugged_in and self._open):
                return None
            scene, form_text, person, pose = self._scene, self._form_text, self._person, self._pose
        if scene is None:
            scene = Scene.FORM if int((now - self._opened_at) / ALTERNATION_S) % 2 else Scene.PERSON
        if scene is Scene.WALK:
            scene, pose = Scene.PERSON, tuple(Pose)[int((now - self._opened_at) / POSE_S) % len(Pose)]
        return self._frame(scene, f"{pose} {person}" if scene is Scene.PERSON else form_text, now)

    def wake(self) -> None:
        """Its next frame or its end is never far."""

    def close(self) -> None:
        with self._lock:
            self._open = False

    def _frame(self, scene: Scene, detail: str, now: float) -> Pixels:
        """The scene, swaying, with fresh noise."""
        still = _drawn(scene, self._width + 2 * SWAY, self._height + 2 * SWAY, detail)
        x, y = round(SWAY * (1 + math.sin(now * 0.7))), round(SWAY * (1 + math.sin(now * 0.9)))
        part = still[y : y + self._height, x : x + self._width]
        down, right, down2, right2 = self._lots.integers(0, 64, 4)
        added = cv2.add(part, self._noise[down : down + self._height, right : right + self._width])
        less = self._noise[down2 : down2 + self._height, right2 : right2 + self._width]
        return np.asarray(cv2.subtract(added, less), dtype=np.uint8)
