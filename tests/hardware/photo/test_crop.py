"""The 45:35 frame on made-up points of a face."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hardware.photo import crop
from hardware.photo.engine import Face, Matte
from tests.hardware.photo.faces import face_at, matte_of_head


def head_mm(frame: crop.Placement, face: Face, crown: float) -> tuple[float, float]:
    """Height of the head and room above it in millimetres of the photo, measured along the frame's own axis."""
    top_left, _, _, bottom_left = crop.corners(frame.crop)
    down = (bottom_left - top_left) / np.hypot(*(bottom_left - top_left))
    scale = 45 / frame.crop.height
    eye_line = float((face.eye_midpoint - top_left) @ down)
    chin = float((face.chin - top_left) @ down)
    return (chin - eye_line + crown * face.drop) * scale, (eye_line - crown * face.drop) * scale


@pytest.mark.parametrize("drop", [180.0, 231.5, 300.0])
@pytest.mark.parametrize("roll", [0.0, 3.0, -4.5])
def test_the_head_is_34_mm_high_with_4_mm_above_it(drop: float, roll: float) -> None:
    face = face_at(960, 450, drop=drop, roll=roll)
    placed = crop.place(face, None, 1920, 1080)
    head, margin = head_mm(placed, face, crop.CROWN_USUAL)
    assert head == pytest.approx(34, abs=1.5 * 45 / placed.crop.height)
    assert margin == pytest.approx(4, abs=1.5 * 45 / placed.crop.height)
    assert placed.outside == 0


def test_the_shape_is_45_to_35_to_half_a_pixel() -> None:
    placed = crop.place(face_at(960, 450, drop=217.3), None, 1920, 1080)
    assert placed.crop.width * 45 / 35 == pytest.approx(placed.crop.height, abs=0.75)


def test_the_eyes_lie_in_the_middle_across() -> None:
    face = face_at(960, 450, drop=200)
    placed = crop.place(face, None, 1920, 1080)
    assert placed.crop.x + placed.crop.width / 2 == pytest.approx(face.eye_midpoint[0], abs=1)


def test_a_leaning_head_is_levelled_by_turning_the_frame() -> None:
    face = face_at(960, 450, drop=200, roll=4)
    placed = crop.place(face, None, 1920, 1080)
    assert placed.crop.roll == pytest.approx(4, abs=0.01)
    top_left, top_right, _, _ = crop.corners(placed.crop)
    slope = math.degrees(math.atan2(*(top_right - top_left)[::-1]))
    assert slope == pytest.approx(4, abs=0.01)


def test_a_small_lean_is_left_alone_so_that_no_pixel_is_resampled() -> None:
    assert crop.place(face_at(960, 450, drop=200, roll=0.8), None, 1920, 1080).crop.roll == 0


@pytest.mark.parametrize(("above", "used"), [(0.7, 0.9), (1.0, 1.0), (1.15, 1.15), (1.5, 1.2)])
def test_the_crown_comes_from_the_matte_within_its_limits(above: float, used: float) -> None:
    face = face_at(960, 540, drop=200)
    assert crop.crown(face, matte_of_head(face, above=above)) == pytest.approx(used, abs=0.03)


def test_without_anyone_in_the_matte_the_usual_crown_is_taken() -> None:
    face = face_at(960, 540, drop=200)
    matte = matte_of_head(face, above=1.0)
    empty = Matte(np.zeros_like(matte.person), matte.inside, matte.pixels, matte.x, matte.y, matte.size)
    assert crop.crown(face, empty) == crop.CROWN_USUAL


def test_the_tolerance_is_used_when_the_picture_ends_too_early() -> None:
    """A picture one millimetre short above the head is still enough: the margin shrinks from 4 mm, not below 2."""
    face = face_at(960, 280, drop=235)
    placed = crop.place(face, None, 1920, 1080)
    head, margin = head_mm(placed, face, crop.CROWN_USUAL)
    assert placed.outside == 0
    assert 31.9 <= head <= 36.1
    assert 1.9 <= margin < 3.6


@pytest.mark.parametrize(("x", "y"), [(150, 450), (1800, 450), (960, 90), (960, 900)])
def test_a_head_too_near_the_rim_sticks_out(x: float, y: float) -> None:
    assert crop.place(face_at(x, y, drop=200), None, 1920, 1080).outside > 0.01


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (640, 480), (7, 9), (1, 1)])
def test_the_centred_guide_is_the_largest_inside_the_picture(width: int, height: int) -> None:
    guide = crop.centred(width, height)
    assert guide.x >= 0
    assert guide.y >= 0
    assert guide.x + guide.width <= width
    assert guide.y + guide.height <= height
    assert guide.width == width or guide.width >= int(height * 35 / 45)
