"""Eyes, mouth, light, colour and sharpness on made-up faces, in both directions."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hardware.camera import Pixels
from hardware.photo import Advice, colour, eyes, light, mouth, sharpness
from hardware.photo.engine import Face
from tests.hardware.photo.faces import face_at, painted, seen_of

FACE = face_at(400, 300, drop=220)
SKIN = (150, 175, 215)  # BGR
GREY = np.full((700, 800, 3), 200, np.uint8)


def skin_picture(face: Face = FACE, skin: tuple[int, int, int] = SKIN) -> Pixels:
    return painted(GREY, face.hull, skin)


@pytest.mark.parametrize(("lids", "ok"), [(0.4, True), (0.24, True), (0.2, False), (0.05, False)])
def test_lids_tell_open_eyes_from_shut_ones(lids: float, ok: bool) -> None:
    face = face_at(400, 300, drop=220, lids=lids)
    found = eyes.eyes_open(seen_of(face, skin_picture(face)))
    assert found.check.value == pytest.approx(lids, abs=0.01)
    assert (found.check.ok, found.advice) == (ok, Advice.OPEN_EYES)


def test_one_shut_eye_is_enough() -> None:
    wide, shut = face_at(400, 300, drop=220, lids=0.5), face_at(400, 300, drop=220, lids=0.1)
    wink = seen_of(Face(**{**vars(wide), "shape_left": shut.shape_left}), GREY)
    assert eyes.eyes_open(wink).check.ok
    assert not eyes.each_eye_open(wink).check.ok


def test_bare_skin_about_the_eyes_is_visible() -> None:
    seen = seen_of(FACE, skin_picture())
    assert eyes.eyes_visible(seen).check.ok
    assert eyes.lens_colour(seen).check.ok


def test_a_deep_brow_is_no_cover() -> None:
    brow = np.array([[-70, -60], [70, -60], [70, -8], [-70, -8]]) * 0.7
    picture = painted(painted(skin_picture(), FACE.eye_right + brow, (40, 50, 60)), FACE.eye_left + brow, (40, 50, 60))
    assert eyes.eyes_visible(seen_of(FACE, picture)).check.ok


def test_a_dark_lens_over_one_eye_hides_it() -> None:
    lens = np.array([[-55, -45], [55, -45], [55, 50], [-55, 50]])
    found = eyes.eyes_visible(seen_of(FACE, painted(skin_picture(), FACE.eye_left + lens, (20, 20, 25))))
    assert (found.check.ok, found.advice) == (False, Advice.UNCOVER_EYES)


def test_a_coloured_lens_as_light_as_the_skin_hides_it() -> None:
    lens = np.array([[-55, -45], [55, -45], [55, 50], [-55, 50]])
    seen = seen_of(FACE, painted(skin_picture(), FACE.eye_left + lens, (220, 180, 90)))
    assert not eyes.lens_colour(seen).check.ok


@pytest.mark.parametrize(("gap", "ok"), [(0.0, True), (0.04, True), (0.07, False), (0.2, False)])
def test_the_mouth_is_closed_up_to_a_twentieth_of_the_lower_face(gap: float, ok: bool) -> None:
    found = mouth.mouth_gap(face_at(400, 300, drop=220, lip_gap=gap))
    assert found.check.value == pytest.approx(gap, abs=0.003)
    assert (found.check.ok, found.advice) == (ok, Advice.CLOSE_MOUTH)


@pytest.mark.parametrize(("gap", "ok"), [(0.0, True), (0.01, True), (0.09, False)])
def test_thin_lips_about_a_wide_opening_show_teeth(gap: float, ok: bool) -> None:
    assert mouth.mouth_area(face_at(400, 300, drop=220, lip_gap=gap)).check.ok is ok


def test_red_lips_on_skin_are_a_visible_mouth() -> None:
    picture = painted(skin_picture(), FACE.lips_outer, (110, 110, 190))
    assert mouth.mouth_cover(seen_of(FACE, picture)).check.ok


def test_pale_lips_on_skin_of_the_same_colour_are_no_mask() -> None:
    assert mouth.mouth_cover(seen_of(FACE, skin_picture())).check.ok


@pytest.mark.parametrize("cloth", [(235, 235, 235), (215, 185, 140), (30, 30, 30)])
def test_cloth_over_the_mouth_is_a_cover(cloth: tuple[int, int, int]) -> None:
    lower = FACE.hull[FACE.hull[:, 1] > FACE.nose[1] - 10]
    found = mouth.mouth_cover(seen_of(FACE, painted(skin_picture(), lower, cloth)))
    assert (found.check.ok, found.advice) == (False, Advice.UNCOVER_FACE)


@pytest.mark.parametrize(("shade", "ok"), [(1.0, True), (0.75, True), (0.55, False), (0.2, False)])
def test_one_cheek_may_be_a_little_darker_but_not_in_shadow(shade: float, ok: bool) -> None:
    picture = skin_picture().astype(np.float32)
    picture[:, :400] *= shade
    found = light.cheeks(seen_of(FACE, picture.astype(np.uint8)))
    assert found.check.value == pytest.approx(shade**2.2, abs=0.03)
    assert (found.check.ok, found.advice) == (ok, Advice.EVEN_LIGHT)


@pytest.mark.parametrize(("shade", "ok"), [(1.0, True), (0.9, True), (0.75, False), (0.5, False)])
def test_half_a_face_in_shadow_shows_on_cheek_and_brow(shade: float, ok: bool) -> None:
    for half in (slice(None, 400), slice(400, None)):
        picture = skin_picture().astype(np.float32)
        picture[:, half] *= shade
        found = light.brow_and_cheeks(seen_of(FACE, picture.astype(np.uint8)))
        assert (found.check.ok, found.advice) == (ok, Advice.EVEN_LIGHT), found.check.value


def test_a_lock_on_one_side_of_the_brow_is_no_shadow() -> None:
    picture = skin_picture()
    picture[:290, :400] = (20, 25, 30)
    assert light.brow_and_cheeks(seen_of(FACE, picture)).check.value > 0.95


@pytest.mark.parametrize("skin", [(150, 175, 215), (70, 95, 140), (35, 45, 70)])
def test_every_skin_tone_is_light_enough(skin: tuple[int, int, int]) -> None:
    seen = seen_of(FACE, skin_picture(skin=skin))
    assert light.face_dark(seen).check.ok
    assert light.face_bright(seen).check.ok
    assert colour.natural_colour(seen).check.ok


def shining(skin: tuple[int, int, int], gain: float = 1.0) -> Pixels:
    """Skin with shine and eye whites, in `gain` of the light (linear)."""
    picture = skin_picture(skin=skin)
    for eye in (FACE.eye_right, FACE.eye_left, FACE.nose):
        cv2.circle(picture, tuple(np.round(eye).astype(int)), 12, (185, 195, 205), -1)
    return np.round(255 * ((picture / 255) ** 2.2 * gain) ** (1 / 2.2)).astype(np.uint8)


WALL = np.full((400, 3), (86.0, 0.0, 2.0), np.float32)


@pytest.mark.parametrize("skin", [(150, 175, 215), (70, 95, 140), (35, 45, 70)])
@pytest.mark.parametrize(("gain", "ok"), [(1.0, True), (0.7, True), (0.15, False), (0.08, False)])
def test_a_face_before_a_brighter_wall_needs_light_of_its_own(
    skin: tuple[int, int, int], gain: float, ok: bool
) -> None:
    found = light.face_light(seen_of(FACE, shining(skin, gain)), WALL)
    assert (found.check.ok, found.advice) == (ok, Advice.MORE_LIGHT), found.check.value


def test_a_black_face_and_a_burnt_out_one_are_refused() -> None:
    black, burnt = seen_of(FACE, skin_picture(skin=(12, 12, 15))), seen_of(FACE, skin_picture(skin=(252, 253, 255)))
    assert light.face_dark(black).advice is Advice.MORE_LIGHT
    assert not light.face_dark(black).check.ok
    assert light.face_bright(burnt).advice is Advice.LESS_LIGHT
    assert not light.face_bright(burnt).check.ok


@pytest.mark.parametrize("cast", [(255, 160, 120), (90, 215, 140), (60, 60, 235)])
def test_skin_under_a_coloured_lamp_is_not_natural(cast: tuple[int, int, int]) -> None:
    found = colour.natural_colour(seen_of(FACE, skin_picture(skin=cast)))
    assert (found.check.ok, found.advice) == (False, Advice.NATURAL_COLOUR)


def test_black_and_white_is_lawful() -> None:
    assert colour.natural_colour(seen_of(FACE, skin_picture(skin=(150, 150, 150)))).check.value == 0


def textured_eyes(seed: int = 4) -> Pixels:
    """Structure at all scales, as lashes, lids and brows have it."""
    chance = np.random.default_rng(seed)
    field = np.zeros((700, 800), np.float32)
    for size in (1, 2, 4, 8, 16):
        small = chance.normal(0, 1, (700 // size + 1, 800 // size + 1)).astype(np.float32)
        field += size**0.7 * cv2.resize(small, (800, 700), interpolation=cv2.INTER_CUBIC)
    return np.clip(140 + 9 * field[:, :, None] + np.zeros(3), 0, 255).astype(np.uint8)


def test_sharpness_falls_with_every_blur() -> None:
    picture = textured_eyes()
    values = []
    for sigma in (0.0, 1.0, 2.0, 4.0):
        soft = cv2.GaussianBlur(picture, (0, 0), sigma) if sigma else picture
        found = sharpness.sharp(seen_of(FACE, soft))
        assert found is not None
        values.append((found.check.value, found.check.ok))
    assert [value for value, _ in values] == sorted((value for value, _ in values), reverse=True)
    assert values[0][1]
    assert not values[-1][1]


@pytest.mark.parametrize("angle", [0, 30, 90, 135])
def test_a_shake_is_found_in_whatever_direction_it_goes(angle: float) -> None:
    kernel = np.zeros((25, 25), np.float32)
    reach = 12 * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    cv2.line(kernel, tuple(np.round(12 - reach).astype(int)), tuple(np.round(12 + reach).astype(int)), 1.0)
    picture = textured_eyes()
    still, shaken = (
        sharpness.steady(seen_of(FACE, view)) for view in (picture, cv2.filter2D(picture, -1, kernel / kernel.sum()))
    )
    assert still is not None
    assert shaken is not None
    assert still.check.ok
    assert (shaken.check.ok, shaken.advice) == (False, Advice.HOLD_STILL)


def test_sharpness_of_a_small_face_is_not_judged() -> None:
    small = seen_of(face_at(400, 300, drop=120), textured_eyes())
    assert sharpness.sharp(small) is None
    assert sharpness.steady(small) is None


@pytest.mark.parametrize(("sigma", "ok"), [(0.5, True), (2.0, True), (5.0, False), (20.0, False)])
def test_noise_is_measured_in_grey_levels_whatever_lies_beneath(sigma: float, ok: bool) -> None:
    slope = np.linspace(60, 200, 800)[None, :] + np.zeros((700, 1))
    noisy = slope + np.random.default_rng(2).normal(0, sigma, slope.shape)
    picture = np.repeat(np.clip(noisy, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
    found = sharpness.noise(seen_of(FACE, picture))
    assert found.check.value == pytest.approx(sigma, rel=0.25, abs=0.3)
    assert (found.check.ok, found.advice) == (ok, Advice.LESS_NOISE)
