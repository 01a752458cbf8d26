"""Gaze, lamps in glasses, a dark mouth and the colour of the light, on made-up faces, in both directions."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from hardware.camera import Pixels
from hardware.photo import Advice, colour, eyes, gaze, glasses, mouth, sharpness, strands
from hardware.photo.engine import Face
from hardware.photo.lens import lens_distance
from tests.hardware.photo.faces import face_at, painted, seen_of

FACE = face_at(400, 300, drop=220)
SKIN = (150, 175, 215)  # BGR
GREY = np.full((700, 800, 3), 200, np.uint8)


def skin_picture(face: Face = FACE, skin: tuple[int, int, int] = SKIN) -> Pixels:
    return painted(GREY, face.hull, skin)


def looking(aside: float, *, yaw: float = 0.0, lids: float = 0.35) -> Face:
    """Irises moved by a share of the eye's width."""
    face = face_at(400, 300, drop=220, yaw=yaw, lids=lids)
    step = np.array([aside * 0.16 * 220, 0.0])
    right, left = (replace(eye, iris=eye.iris + step) for eye in (face.shape_right, face.shape_left))
    return replace(face, shape_right=right, shape_left=left)


@pytest.mark.parametrize(("aside", "ok"), [(0.0, True), (0.08, True), (-0.08, True), (0.2, False), (-0.2, False)])
def test_irises_in_the_middle_look_into_the_lens(aside: float, ok: bool) -> None:
    found = gaze.gaze(looking(aside))
    assert found is not None
    assert found.check.value == pytest.approx(aside, abs=0.01)
    assert (found.check.ok, found.advice) == (ok, Advice.LOOK_STRAIGHT)


def test_eyes_that_stay_on_the_lens_while_the_head_turns_look_straight() -> None:
    found = gaze.gaze(looking(-0.35 * np.sin(np.radians(11)), yaw=11))
    assert found is not None
    assert found.check.value == pytest.approx(0, abs=0.01)


def test_the_gaze_of_shut_eyes_is_not_judged() -> None:
    assert gaze.gaze(looking(0.3, lids=0.1)) is None


def with_patch(size: float, *, soft: float = 0.0, light: int = 252) -> Pixels:
    """A white patch below the left eye, `size` IED half wide; `soft`: how far it shades off, in IED."""
    picture, ied = skin_picture(), FACE.eye_distance
    mask = np.zeros(picture.shape[:2], np.float32)
    middle = tuple(round(v) for v in FACE.eye_left + np.array([0, 0.12 * ied]))
    cv2.ellipse(mask, middle, (round(size * ied), round(0.6 * size * ied)), 0, 0, 360, 1, -1)
    if soft:
        mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), soft * ied))
    return np.clip(picture + (light - picture.astype(np.float32)) * mask[:, :, None], 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("size", "ok"), [(0.015, True), (0.15, False), (0.25, False)])
def test_a_lamp_in_the_glasses_is_told_from_a_glint_of_the_eye(size: float, ok: bool) -> None:
    found = glasses.glare(seen_of(FACE, with_patch(size)))
    assert (found.check.ok, found.advice) == (ok, Advice.AVOID_GLARE)


def test_fair_skin_that_shades_off_is_no_lamp() -> None:
    assert glasses.glare(seen_of(FACE, with_patch(0.2, soft=0.3))).check.ok


def mouth_opened(height: float, skin: tuple[int, int, int] = SKIN) -> Pixels:
    """A black opening between the lips, `height` IED high."""
    picture, ied = skin_picture(skin=skin), FACE.eye_distance
    x, y = FACE.lips_outer.mean(axis=0)
    axes = (round(0.3 * ied), max(1, round(height * ied / 2)))
    cv2.ellipse(picture, (round(x), round(y)), axes, 0, 0, 360, (12, 8, 20), -1)
    return picture


@pytest.mark.parametrize("skin", [(150, 175, 215), (70, 95, 140)])
@pytest.mark.parametrize(("height", "ok"), [(0.0, True), (0.06, True), (0.4, False)])
def test_a_black_opening_is_a_mouth_though_the_mesh_calls_it_closed(
    skin: tuple[int, int, int], height: float, ok: bool
) -> None:
    face = replace(FACE, lips_outer=FACE.lips_outer.mean(axis=0) + (FACE.lips_outer - FACE.lips_outer.mean(axis=0)) * 2)
    found = mouth.mouth_dark(seen_of(face, mouth_opened(height, skin)))
    assert (found.check.ok, found.advice) == (ok, Advice.CLOSE_MOUTH)


def eyed(white: tuple[int, int, int], skin: tuple[int, int, int] = SKIN) -> Pixels:
    picture = skin_picture(skin=skin)
    for eye in (FACE.shape_right, FACE.shape_left):
        picture = painted(picture, np.vstack([eye.outer, eye.upper, eye.inner, eye.lower[::-1]]), white)
        cv2.circle(picture, tuple(np.round(eye.iris).astype(int)), round(eye.iris_radius), (40, 50, 60), -1)
    return picture


@pytest.mark.parametrize("skin", [(150, 175, 215), (100, 140, 195), (60, 85, 130), (45, 55, 80)])
def test_white_eyes_in_skin_of_any_tone_are_natural(skin: tuple[int, int, int]) -> None:
    found = colour.colour_cast(seen_of(FACE, eyed((200, 205, 212), skin)))
    assert found is not None
    assert found.check.ok, found.check.value


def test_an_infants_bluish_eyes_in_warm_skin_are_natural() -> None:
    found = colour.colour_cast(seen_of(FACE, eyed((225, 205, 190))))
    assert found is not None
    assert found.check.ok


@pytest.mark.parametrize("lamp", [(1.25, 1.0, 0.7), (0.6, 1.0, 1.1), (0.8, 1.15, 0.75), (0.7, 0.75, 1.3)])
@pytest.mark.parametrize("skin", [(150, 175, 215), (60, 85, 130)])
def test_a_coloured_lamp_shows_in_the_eyes(lamp: tuple[float, ...], skin: tuple[int, int, int]) -> None:
    picture = np.clip(eyed((200, 205, 212), skin) * np.array(lamp), 0, 255).astype(np.uint8)
    found = colour.colour_cast(seen_of(FACE, picture))
    assert found is not None
    assert (found.check.ok, found.advice) == (False, Advice.NATURAL_COLOUR)


def test_very_pale_skin_about_light_eyes_is_no_cast() -> None:
    found = colour.colour_cast(seen_of(FACE, eyed((222, 224, 226), (212, 220, 235))))
    assert found is not None
    assert found.check.ok, found.check.value


def test_sore_lids_are_not_taken_for_the_white_of_the_eye() -> None:
    assert colour.colour_cast(seen_of(FACE, eyed((40, 50, 150)))) is None


def test_black_and_white_has_no_cast() -> None:
    grey = np.repeat(cv2.cvtColor(eyed((200, 205, 212)), cv2.COLOR_BGR2GRAY)[:, :, None], 3, axis=2)
    assert colour.colour_cast(seen_of(FACE, grey)) is None


@pytest.mark.parametrize(("eyes", "ok"), [(120.0, True), (260.0, False)])
def test_the_distance_follows_from_the_angle_of_view(eyes: float, ok: bool) -> None:
    found = lens_distance(eyes, 1920, 70.0)
    assert found.check.value == pytest.approx(1920 / 2 / np.tan(np.radians(35)) * 6.3 / eyes, abs=0.01)
    assert (found.check.ok, found.check.warning, found.advice) == (ok, True, Advice.MOVE_BACK)


@pytest.mark.parametrize("gain", [1.0, 0.3])
@pytest.mark.parametrize("skin", [(150, 175, 215), (100, 140, 195), (60, 85, 130), (45, 55, 80)])
def test_iris_and_white_are_the_detail_of_an_eye(skin: tuple[int, int, int], gain: float) -> None:
    picture = np.round(255 * ((eyed((200, 205, 212), skin) / 255) ** 2.2 * gain) ** (1 / 2.2)).astype(np.uint8)
    found = eyes.eye_detail(seen_of(FACE, picture))
    assert found.check.ok, found.check.value


@pytest.mark.parametrize("colour_of_patch", [SKIN, (140, 165, 205), (12, 12, 12), (235, 235, 235)])
def test_one_eye_under_a_patch_of_any_colour_has_no_detail(colour_of_patch: tuple[int, int, int]) -> None:
    patch = FACE.eye_distance * np.array([[-0.38, -0.32], [0.38, -0.32], [0.38, 0.32], [-0.38, 0.32]])
    covered = painted(eyed((200, 205, 212)), FACE.eye_left + patch, colour_of_patch)
    found = eyes.eye_detail(seen_of(FACE, covered))
    assert (found.check.ok, found.advice) == (False, Advice.UNCOVER_EYES)


@pytest.mark.parametrize(("green", "warned", "refused"), [(1.0, False, False), (0.8, True, False), (0.65, True, True)])
def test_a_weak_purple_tint_is_shown_and_a_strong_one_refused(green: float, warned: bool, refused: bool) -> None:
    picture = np.clip(eyed((212, 208, 214)) * np.array((1.0, green, 1.0)), 0, 255).astype(np.uint8)
    tint, cast = colour.purple_tint(seen_of(FACE, picture)), colour.colour_cast(seen_of(FACE, picture))
    assert tint is not None
    assert cast is not None
    assert (not tint.check.ok, not cast.check.ok) == (warned, refused), (tint.check.value, cast.check.value)
    assert (tint.check.warning, tint.check.refuses) == (True, False)


def lidded(white: int = 205) -> Pixels:
    """Eyes with lids and brows, which run across the face."""
    picture = eyed((white, white, white))
    for eye in (FACE.eye_right, FACE.eye_left):
        x, y = np.round(eye).astype(int)
        for up, thick in ((12, 3), (38, 7), (-12, 2)):
            cv2.line(picture, (x - 26, y - up), (x + 26, y - up), (40, 55, 80), thick, cv2.LINE_AA)
    return picture


def test_hair_that_hangs_over_the_eyes_runs_down_where_lids_and_brows_run_across() -> None:
    free = lidded()
    hidden = free.copy()
    x, y = np.round(FACE.eye_left).astype(int)
    for place in range(-30, 31, 6):
        cv2.line(hidden, (x + place, y - 60), (x + place + 3, y + 30), (25, 30, 40), 2, cv2.LINE_AA)
    for picture, ok in ((free, True), (hidden, False)):
        seen = seen_of(FACE, picture)
        found = strands.strands(seen, sharpness.steady(seen))
        assert found is not None
        assert (found.check.ok, found.advice) == (ok, Advice.UNCOVER_EYES), found.check.value


def test_a_shaken_picture_is_not_taken_for_hair() -> None:
    seen = seen_of(FACE, cv2.blur(lidded(), (1, 41)))
    assert strands.strands(seen, sharpness.steady(seen)) is None


@pytest.mark.parametrize("skin", [(150, 175, 215), (60, 85, 130)])
def test_a_bar_across_the_pupils_leaves_no_white(skin: tuple[int, int, int]) -> None:
    free = eyed((200, 205, 212), skin)
    across = free.copy()
    for eye in (FACE.eye_right, FACE.eye_left):
        x, y = np.round(eye).astype(int)
        cv2.line(across, (x - 45, y), (x + 45, y), (15, 15, 18), 22)
    for picture, ok in ((free, True), (across, False)):
        found = strands.whites(seen_of(FACE, picture))
        assert found is not None
        assert (found.check.ok, found.advice) == (ok, Advice.UNCOVER_EYES), found.check.value


def test_a_cloth_of_the_lips_own_colour_has_no_line_where_lips_meet() -> None:
    pink = (190, 175, 235)
    lower = FACE.hull[FACE.hull[:, 1] > FACE.nose[1] - 10]
    masked = painted(skin_picture(), lower, pink)
    left, right = (tuple(np.round(corner).astype(int)) for corner in (FACE.lips_inner[0], FACE.lips_inner[6]))
    spoken = cv2.line(masked.copy(), left, right, (40, 40, 70), 9)
    for picture, ok in ((masked, False), (spoken, True)):
        found = mouth.mouth_cover(seen_of(FACE, picture))
        assert found is not None
        assert found.check.ok is ok, found.check.value


def test_black_and_white_tells_no_cloth_from_a_beard() -> None:
    assert mouth.mouth_cover(seen_of(FACE, cv2.cvtColor(skin_picture()[:, :, 1], cv2.COLOR_GRAY2BGR))) is None
