"""One person, near enough, wholly in the picture – and head held straight."""

from __future__ import annotations

import numpy as np
import pytest

from hardware.photo import Advice, Crop, geometry, pose
from hardware.photo.crop import Placement
from hardware.photo.engine import FaceBox
from tests.hardware.photo.faces import face_at, matte_of_head, seen_of


def box(width: float) -> FaceBox:
    return FaceBox(0, 0, width, width, 0.9, np.zeros(2), np.zeros(2))


def placed(width: int, *, outside: float = 0.0) -> Placement:
    return Placement(Crop(10, 10, width, round(width * 45 / 35)), outside)


@pytest.mark.parametrize(("widths", "ok"), [((200,), True), ((200, 34), True), ((200, 36), False), ((200, 190), False)])
def test_a_second_face_counts_from_three_percent_of_the_first_ones_area(widths: tuple[int, ...], ok: bool) -> None:
    found = geometry.single_face(tuple(box(width) for width in widths))
    assert found.check.ok is ok
    assert found.advice is Advice.ONE_PERSON


@pytest.mark.parametrize(("width", "ok"), [(479, False), (480, True), (1000, True)])
def test_the_photo_needs_480_pixels_across(width: int, ok: bool) -> None:
    assert geometry.resolution(placed(width), 1920, 1080).check.ok is ok


def test_coming_closer_is_asked_only_where_it_helps() -> None:
    assert geometry.resolution(placed(300), 1920, 1080).advice is Advice.COME_CLOSER
    assert geometry.resolution(placed(300), 400, 400).advice is Advice.HIGHER_RESOLUTION


@pytest.mark.parametrize(("outside", "ok"), [(0.0, True), (0.002, True), (0.003, False), (0.2, False)])
def test_the_frame_may_leave_the_picture_by_a_rounding_error_only(outside: float, ok: bool) -> None:
    assert geometry.in_frame(placed(500, outside=outside), 1920, 1080).check.ok is ok


def test_a_head_larger_than_the_picture_is_told_to_move_back_others_to_the_centre() -> None:
    assert geometry.in_frame(placed(900, outside=0.1), 1920, 1080).advice is Advice.MOVE_BACK
    assert geometry.in_frame(placed(500, outside=0.1), 1920, 1080).advice is Advice.CENTRE


@pytest.mark.parametrize(("eye_line", "ok"), [(540, True), (190, False)])
def test_a_head_that_touches_the_upper_rim_is_cut(eye_line: float, ok: bool) -> None:
    face = face_at(960, eye_line, drop=200)
    matte = matte_of_head(face, above=1.0)
    found = geometry.head_whole(seen_of(face, np.full((1080, 1920, 3), 200, np.uint8), matte))
    assert found is not None
    assert found.check.ok is ok


def test_without_a_matte_nothing_is_said_about_the_crown() -> None:
    assert geometry.head_whole(seen_of(face_at(960, 540, drop=200), np.zeros((1080, 1920, 3), np.uint8))) is None


@pytest.mark.parametrize(("yaw", "ok"), [(-12, True), (12, True), (12.5, False), (-40, False)])
def test_yaw(yaw: float, ok: bool) -> None:
    found = pose.yaw(face_at(0, 0, drop=100, yaw=yaw))
    assert (found.check.ok, found.advice) == (ok, Advice.LOOK_STRAIGHT)


@pytest.mark.parametrize(("pitch", "ok"), [(-14, True), (-15, False), (18, True), (30, False)])
def test_pitch(pitch: float, ok: bool) -> None:
    found = pose.pitch(face_at(0, 0, drop=100, pitch=pitch))
    assert (found.check.ok, found.advice) == (ok, Advice.CHIN_LEVEL)


@pytest.mark.parametrize(("roll", "ok"), [(-5, True), (5, True), (6, False), (-10, False)])
def test_roll(roll: float, ok: bool) -> None:
    found = pose.roll(face_at(0, 0, drop=100, roll=roll))
    assert (found.check.ok, found.advice) == (ok, Advice.HEAD_UPRIGHT)
