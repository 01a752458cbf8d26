"""The engine: four small published networks (BlazeFace, face mesh, iris, selfie matte) run by OpenCV's DNN module.

Only the data files are used; see models/README.md for provenance and licence. OpenCV 4.14 shows all of their outputs;
OpenCV 5's new engine shows one only unless `ENGINE_CLASSIC` is passed, so the dependency is held below 5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from hardware.camera import Pixels
from hardware.photo.engine import Face, FaceBox, Matte, Points
from hardware.photo.engine import mesh as points_of
from hardware.photo.engine.anchors import SIDE, anchor_centres, blend, decode
from hardware.photo.engine.search import (
    SURE_SCORE,
    about_box,
    face_window,
    mesh_window,
    plain_to_see,
    tiles,
    whole_and_squares,
)
from hardware.photo.engine.window import Window, shrunk
from hardware.status import DeviceKind, DeviceState, DeviceStatus

FOLDER = Path(__file__).resolve().parent.parent / "models"
FILES = (
    "face_detection_short_range.tflite",
    "face_landmark.tflite",
    "iris_landmark.tflite",
    "selfie_segmentation.tflite",
)
LEAST_SCORE = 0.5  # of the detector, and of the mesh's own presence output
# Of 30 people the detector is ≥ 0.94 sure the right way up (masked ≥ 0.88) and ≤ 0.81 upside down, where it is ≥ 0.05
# surer and ≥ 0.83 sure once turned (masked faces ≤ 0.78).
UPRIGHT_SCORE, SURER, LEAST_TURNED = 0.85, 0.03, 0.8
LEAST_OTHER = 0.2  # of the sitter's width
FINE_TILE = 2.2  # in the sitter's face widths: a face a quarter as wide has 15 pixels in such a tile
MESH_SIDE, IRIS_SIDE, MATTE_SIDE = 192, 64, 256
IRIS_MARGIN = 2.3  # window size over the eye's width, as the model was trained
MATTE_SPAN = 4.0  # window size in T: head, shoulders and the backdrop that the crop can show


class ModelsMissing(Exception):
    """A model file is absent or cannot be read; `open_engine` never lets it out."""


@dataclass(frozen=True)
class _Nets:
    detector: cv2.dnn.Net
    mesh: cv2.dnn.Net
    iris: cv2.dnn.Net
    matte: cv2.dnn.Net


def _read(path: Path) -> cv2.dnn.Net:
    if not path.is_file():
        raise ModelsMissing(f"{path.name} is not in {path.parent.name}/")
    try:
        return cv2.dnn.readNetFromTFLite(str(path))
    except cv2.error as error:
        raise ModelsMissing(f"{path.name} cannot be read") from error


class TfliteEngine:
    """See `FaceEngine`. Raises `ModelsMissing` when opened without its files."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._nets = _Nets(*(_read(folder / name) for name in FILES))
        self._centres = anchor_centres()

    def status(self) -> DeviceStatus:
        return DeviceStatus(DeviceKind.PHOTO, DeviceState.READY, "photo.ready", name="mediapipe tflite (OpenCV)")

    # ── detector ────────────────────────────────────────────────────────────────────────────────────
    def find(self, pixels: Pixels) -> tuple[FaceBox, ...]:
        whole, *squares = whole_and_squares(pixels)
        found = self._scan(pixels, [whole])
        if squares and not any(plain_to_see(score, shape, whole) for score, shape in found):
            found += self._scan(pixels, squares)
        if not found:  # a face that fills the picture is only recognised with some room about it
            height, width = pixels.shape[:2]
            found = self._scan(pixels, [Window(width / 2, height / 2, 1.6 * max(width, height))])
        return _boxes(found)

    def any_way_up(self, pixels: Pixels, boxes: tuple[FaceBox, ...]) -> tuple[FaceBox, ...]:
        if boxes and boxes[0].score >= UPRIGHT_SCORE:
            return boxes
        height, width = pixels.shape[:2]
        about = Window(width / 2, height / 2, max(width, height)) if not boxes else about_box(boxes[0])
        views = [self._detect(pixels, replace(about, angle=turn)) for turn in (0.0, math.pi, math.pi / 2, -math.pi / 2)]
        upright, *turned = (max((score for score, _ in view), default=0.0) for view in views)
        if max(turned) < max(upright + SURER, LEAST_TURNED):
            return boxes
        return _boxes(views[1 + turned.index(max(turned))])

    def others(self, pixels: Pixels, sitter: FaceBox) -> tuple[FaceBox, ...]:
        found = self._scan(pixels, tiles(pixels, FINE_TILE * sitter.width))
        return tuple(box for box in _boxes(found) if self._another(pixels, box, sitter))

    def _scan(self, pixels: Pixels, windows: list[Window]) -> list[tuple[float, Points]]:
        """What the detector answers in windows of a picture; the picture is made smaller once for all of them."""
        factor = max(1, int(min(window.size for window in windows) / (1.5 * SIDE)))
        if min(pixels.shape[:2]) < 2 * factor:
            factor = 1
        small = shrunk(pixels, factor) if factor > 1 else pixels
        answers = []
        for window in windows:
            view = Window(window.x / factor, window.y / factor, window.size / factor)
            answers += [(score, shape * factor) for score, shape in self._detect(small, view)]
        return answers

    def _another(self, pixels: Pixels, box: FaceBox, sitter: FaceBox) -> bool:
        """Not a part of the sitter, large enough, and with the points of a face unless the detector is sure."""
        middle = (box.x + box.width / 2, box.y + box.height / 2)
        within = abs(middle[0] - sitter.x - sitter.width / 2) < 0.6 * sitter.width
        within = within and abs(middle[1] - sitter.y - sitter.height / 2) < 0.9 * sitter.height
        if within or box.width < LEAST_OTHER * sitter.width:
            return False
        return box.score >= SURE_SCORE or self._mesh(pixels, face_window(box))[1] >= LEAST_SCORE

    def _detect(self, pixels: Pixels, window: Window) -> list[tuple[float, Points]]:
        picture = window.look(pixels, SIDE)
        blob = cv2.dnn.blobFromImage(picture, 1 / 127.5, (SIDE, SIDE), (127.5, 127.5, 127.5), swapRB=True)
        self._nets.detector.setInput(blob)
        scores, offsets = self._nets.detector.forward(["classificators", "regressors"])
        certainty, shapes = decode(np.asarray(scores), np.asarray(offsets), self._centres, least=LEAST_SCORE)
        return [
            (float(score), _ordered(window.to_picture(shape))) for score, shape in zip(certainty, shapes, strict=True)
        ]

    # ── mesh and eyes ───────────────────────────────────────────────────────────────────────────────
    def trace(self, pixels: Pixels, box: FaceBox) -> Face | None:
        mesh, presence = self._mesh(pixels, face_window(box))
        if presence < LEAST_SCORE:
            return None
        mesh, presence = self._mesh(pixels, mesh_window(mesh))
        if presence < LEAST_SCORE:
            return None
        right = self._eye(pixels, mesh, points_of.RIGHT_CORNERS, mirrored=False)
        left = self._eye(pixels, mesh, points_of.LEFT_CORNERS, mirrored=True)
        return points_of.face(mesh, presence, points_of.eye_shape(*right), points_of.eye_shape(*left))

    def _mesh(self, pixels: Pixels, window: Window) -> tuple[Points, float]:
        """(468, 3) in pixels of the picture, depth in the same scale; and how surely it is a face."""
        self._nets.mesh.setInput(_blob(window.look(pixels, MESH_SIDE)))
        presence, flat = self._nets.mesh.forward(["conv2d_31", "conv2d_21"])
        unit = flat.reshape(-1, 3).astype(np.float64) / MESH_SIDE
        mesh = np.hstack([window.to_picture(unit[:, :2]), unit[:, 2:] * window.size])
        return mesh, 1 / (1 + math.exp(-float(presence.reshape(-1)[0])))

    def _eye(self, pixels: Pixels, mesh: Points, corners: tuple[int, int], *, mirrored: bool) -> tuple[Points, Points]:
        """Rim (16, 2) and iris (5, 2). The model knows the person's right eye; the left is shown to it mirrored."""
        outer, inner = mesh[corners[0], :2], mesh[corners[1], :2]
        across = outer - inner if mirrored else inner - outer
        middle = (outer + inner) / 2
        size = IRIS_MARGIN * max(abs(across[0]), abs(across[1]))
        window = Window(middle[0], middle[1], size, math.atan2(across[1], across[0]))
        picture = window.look(pixels, IRIS_SIDE)
        self._nets.iris.setInput(_blob(picture[:, ::-1] if mirrored else picture))
        rim, iris = self._nets.iris.forward(["output_eyes_contours_and_brows", "output_iris"])
        flip = (1.0, -1.0) if mirrored else (0.0, 1.0)
        placed = []
        for answer, count in ((rim, 16), (iris, 5)):
            unit = answer.reshape(-1, 3)[:count, :2].astype(np.float64) / IRIS_SIDE
            unit[:, 0] = flip[0] + flip[1] * unit[:, 0]
            placed.append(window.to_picture(unit))
        return placed[0], placed[1]

    # ── matte ───────────────────────────────────────────────────────────────────────────────────────
    def matte(self, pixels: Pixels, face: Face) -> Matte:
        middle, size = face.eye_midpoint, MATTE_SPAN * face.drop
        window = Window(middle[0], middle[1] + 0.1 * face.drop, size)
        picture = window.look(pixels, MATTE_SIDE, border=cv2.BORDER_REPLICATE)
        self._nets.matte.setInput(_blob(picture))
        person = self._nets.matte.forward().reshape(MATTE_SIDE, MATTE_SIDE)
        left, top = window.x - size / 2, window.y - size / 2
        height, width = pixels.shape[:2]
        steps = (np.arange(MATTE_SIDE) + 0.5) * size / MATTE_SIDE
        columns = (left + steps >= 0) & (left + steps < width)
        rows = (top + steps >= 0) & (top + steps < height)
        inside = rows[:, None] & columns[None, :]
        return Matte(np.asarray(person, np.float32), inside, picture, float(left), float(top), float(size))


def _blob(picture: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """BGR uint8 → RGB 0..1, channels first."""
    return np.asarray(cv2.dnn.blobFromImage(picture, 1 / 255, swapRB=True))


def _boxes(found: list[tuple[float, Points]]) -> tuple[FaceBox, ...]:
    """One box a face, the largest first."""
    if not found:
        return ()
    faces = blend(np.array([score for score, _ in found]), np.array([shape for _, shape in found]))
    return tuple(sorted((_box(score, shape) for score, shape in faces), key=lambda box: -box.width))


def _ordered(shape: Points) -> Points:
    """A shape (8, 2) whose first two points are the least and the largest corner again, after a turn."""
    return np.vstack([shape[:2].min(axis=0), shape[:2].max(axis=0), shape[2:]])


def _box(score: float, shape: Points) -> FaceBox:
    (left, top), (right, bottom) = shape[0], shape[1]
    return FaceBox(
        float(left), float(top), float(right - left), float(bottom - top), score, eye_right=shape[2], eye_left=shape[3]
    )
