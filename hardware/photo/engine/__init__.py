"""The engine contract: where faces are, the named points of one face, and who is person and who is backdrop.

This folder hides which networks do it, so that another engine (YuNet, OFIQ's own) can take their place. Points carry
names of the face, never indices of a model. All coordinates are pixels of the picture given, x to the right, y down,
float; "right" and "left" are the person's own. Angles in degrees: `yaw` positive when the person turns to the own left,
`pitch` positive when the head is raised, `roll` positive when the head leans clockwise in the picture; each 0 for a
person who looks straight into the lens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hardware.camera import Pixels
from hardware.status import DeviceStatus

Points = NDArray[np.float64]
"""(n, 2) points, or (2,) for a single one."""


@dataclass(frozen=True)
class FaceBox:
    """A face found. `score` 0..1; `eye_right`, `eye_left` coarse."""

    x: float
    y: float
    width: float
    height: float
    score: float
    eye_right: Points
    eye_left: Points


@dataclass(frozen=True)
class EyeShape:
    """One eye: its two corners, the lid rims between them (same count, paired by index), the iris."""

    outer: Points
    inner: Points
    upper: Points
    lower: Points
    iris: Points
    iris_radius: float


@dataclass(frozen=True)
class Face:
    """The points of one face that the checks need.

    `presence` 0..1: how sure the engine is that the points lie on a face. `eye_right`, `eye_left` are the centres
    between the eye corners. `hull` is the outline of the face without hair; `lips_outer` and `lips_inner` are closed
    outlines; `lip_upper` and `lip_lower` the inner rims, paired by index. `nose` is its tip, `forehead` the point of
    the hull above it, `chin` the lowest point of the jaw. `cheek_right`, `cheek_left` lie below the eyes on bare skin.
    """

    presence: float
    yaw: float
    pitch: float
    roll: float
    shape_right: EyeShape
    shape_left: EyeShape
    eye_right: Points
    eye_left: Points
    hull: Points
    lips_outer: Points
    lips_inner: Points
    lip_upper: Points
    lip_lower: Points
    nose: Points
    forehead: Points
    chin: Points
    cheek_right: Points
    cheek_left: Points

    @property
    def eye_midpoint(self) -> Points:
        return (self.eye_right + self.eye_left) / 2

    @property
    def eye_distance(self) -> float:
        """IED: pixels between the eye centres."""
        return float(np.hypot(*(self.eye_left - self.eye_right)))

    @property
    def drop(self) -> float:
        """T of ISO/IEC 29794-5: pixels from the eye midpoint to the chin."""
        return float(np.hypot(*(self.chin - self.eye_midpoint)))


@dataclass(frozen=True)
class Matte:
    """Who is person: `person` (side, side) float32 0..1 over the square of the picture that begins at (x, y) and is
    `size` pixels wide. Parts of the square outside the picture are filled from its rim and count as neither:
    `inside` (side, side) says what lies in the picture. `pixels` is the same square of the picture, (side, side, 3)."""

    person: NDArray[np.float32]
    inside: NDArray[np.bool_]
    pixels: Pixels
    x: float
    y: float
    size: float


class FaceEngine(Protocol):
    """Not safe for several threads at once; the studio holds the lock. Pictures are (height, width, 3) BGR uint8."""

    def find(self, pixels: Pixels) -> tuple[FaceBox, ...]:
        """Faces, the largest first; faces much smaller than a sitter's may be missed."""

    def any_way_up(self, pixels: Pixels, boxes: tuple[FaceBox, ...]) -> tuple[FaceBox, ...]:
        """What `find` found, or the faces of a picture that lies on its side or stands on its head, when they are seen
        more surely so; slower."""

    def others(self, pixels: Pixels, sitter: FaceBox) -> tuple[FaceBox, ...]:
        """Faces down to a quarter of the sitter's size anywhere in the picture, without the sitter; slower."""

    def trace(self, pixels: Pixels, box: FaceBox) -> Face | None:
        """The points of the face in this box, or None when no face is really there or it is turned away."""

    def matte(self, pixels: Pixels, face: Face) -> Matte: ...

    def status(self) -> DeviceStatus: ...
