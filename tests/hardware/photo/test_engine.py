"""The engine: windows and anchors by hand, and what the networks find on drawn people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from hardware.camera import Pixels
from hardware.photo.engine.anchors import SIDE, anchor_centres, blend, decode
from hardware.photo.engine.mediapipe_tflite import FILES, ModelsMissing, TfliteEngine
from hardware.photo.engine.window import Window

Draw = Callable[..., Pixels]


def test_there_are_896_anchors_inside_the_picture() -> None:
    centres = anchor_centres()
    assert centres.shape == (896, 2)
    assert centres.min() > 0
    assert centres.max() < 1


def test_an_answer_is_placed_by_its_anchor() -> None:
    centres = anchor_centres()
    scores, offsets = np.full((1, 896, 1), -10.0), np.zeros((1, 896, 16))
    scores[0, 7] = 3.0
    offsets[0, 7, :4] = (6.4, -3.2, 32, 16)  # centre offset, size, in pixels of 128
    certainty, shapes = decode(scores, offsets, centres, least=0.5)
    assert certainty == pytest.approx([1 / (1 + np.exp(-3))])
    middle = centres[7] + np.array([6.4, -3.2]) / SIDE
    assert shapes[0, :2] == pytest.approx(middle + np.array([[-0.125, -0.0625], [0.125, 0.0625]]))


def test_overlapping_answers_become_one_face_weighted_by_score() -> None:
    def shape(left: float) -> np.ndarray:
        return np.array([[left, 0.2], [left + 0.2, 0.4], *[[left, 0.3]] * 6])

    faces = blend(np.array([0.6, 0.9, 0.8]), np.array([shape(0.1), shape(0.12), shape(0.7)]))
    assert [score for score, _ in faces] == [0.9, 0.8]
    assert faces[0][1][0, 0] == pytest.approx((0.6 * 0.1 + 0.9 * 0.12) / 1.5)


@pytest.mark.parametrize("angle", [0.0, 0.3, -1.2])
def test_points_go_through_a_window_and_back(angle: float) -> None:
    window = Window(300, 200, 150, angle)
    points = np.array([[0.0, 0.0], [0.3, 0.8], [1.0, 1.0]])
    assert window.to_unit(window.to_picture(points)) == pytest.approx(points)


@pytest.mark.parametrize("size", [60.0, 200.0, 900.0])
def test_a_window_shows_what_lies_at_its_points(size: float) -> None:
    """A bright dot in the picture appears where `to_unit` says, however much the window is reduced."""
    picture = np.zeros((1000, 1200, 3), np.uint8)
    window = Window(600, 500, size, 0.4)
    pixel = np.floor(window.to_picture(np.array([0.7, 0.25]))).astype(int)
    cv2.circle(picture, tuple(pixel), max(2, round(size / 30)), (255, 255, 255), -1)
    x, y = window.to_unit(pixel + 0.5)  # the middle of that pixel
    view = window.look(picture, 128)[:, :, 0].astype(float)
    rows, columns = np.indices(view.shape) + 0.5
    assert (columns * view).sum() / view.sum() / 128 == pytest.approx(x, abs=0.005)
    assert (rows * view).sum() / view.sum() / 128 == pytest.approx(y, abs=0.005)


def test_a_window_beyond_the_picture_is_black_or_its_rim() -> None:
    picture = np.full((100, 100, 3), 200, np.uint8)
    window = Window(0, 50, 100)
    assert window.look(picture, 64)[:, :30].max() == 0
    assert window.look(picture, 64, border=cv2.BORDER_REPLICATE).min() == 200


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (720, 1280), (600, 772)])
def test_a_drawn_person_is_found_in_pictures_of_any_shape(
    engine: TfliteEngine, person: Draw, width: int, height: int
) -> None:
    picture = person(width, height)
    boxes = engine.find(picture)
    assert len(boxes) == 1
    face = engine.trace(picture, boxes[0])
    assert face is not None
    assert abs(face.yaw) < 4
    assert face.eye_midpoint[0] == pytest.approx(width / 2, abs=0.04 * face.eye_distance)


@pytest.mark.parametrize("tilt", [-20, -4, 7, 25])
def test_roll_is_measured_clockwise_and_exactly(engine: TfliteEngine, person: Draw, tilt: float) -> None:
    upright, tilted = person(1280, 720, scale=0.8), person(1280, 720, scale=0.8, tilt=tilt)
    level, leaning = (engine.trace(picture, engine.find(picture)[0]) for picture in (upright, tilted))
    assert level is not None
    assert leaning is not None
    assert leaning.roll - level.roll == pytest.approx(tilt, abs=1.0)


def test_a_mirrored_picture_gives_mirrored_angles(engine: TfliteEngine, person: Draw) -> None:
    picture = person(tilt=5)
    mirrored = np.ascontiguousarray(picture[:, ::-1])
    one, other = (engine.trace(view, engine.find(view)[0]) for view in (picture, mirrored))
    assert one is not None
    assert other is not None
    assert other.roll == pytest.approx(-one.roll, abs=1)
    assert other.yaw == pytest.approx(-one.yaw, abs=2.5)
    assert other.eye_midpoint[0] == pytest.approx(1280 - one.eye_midpoint[0], abs=2)


def test_the_matte_tells_the_person_from_the_backdrop(engine: TfliteEngine, person: Draw) -> None:
    picture = person()
    face = engine.trace(picture, engine.find(picture)[0])
    assert face is not None
    matte = engine.matte(picture, face)
    assert matte.person.shape == matte.inside.shape == (256, 256)

    def at(x: float, y: float) -> float:
        scale = 256 / matte.size
        return float(matte.person[int((y - matte.y) * scale), int((x - matte.x) * scale)])

    assert at(*face.nose) > 0.9
    assert at(*face.chin) > 0.9
    assert at(face.eye_midpoint[0] + 1.6 * face.drop, face.eye_midpoint[1] - 0.5 * face.drop) < 0.1


def test_a_person_far_behind_is_found_beside_the_sitter(engine: TfliteEngine, person: Draw) -> None:
    picture = person(1920, 1080)
    picture[300:540, 100:500] = cv2.resize(person(1920, 1080)[:, 480:1440], (400, 240))
    sitter = engine.find(picture)[0]
    assert len(engine.others(picture, sitter)) == 1
    assert engine.others(person(1920, 1080), sitter) == ()


def test_a_broken_model_file_is_reported_as_missing(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes(b"not a model")
    with pytest.raises(ModelsMissing):
        TfliteEngine(tmp_path)
