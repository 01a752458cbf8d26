"""What may stand behind a person, on made-up mattes: any plain colour, any slope of light, nothing on it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.camera import Pixels
from hardware.photo import Advice, background, light
from hardware.photo.background import Backdrop, backdrop
from hardware.photo.crop import place
from hardware.photo.engine import Matte
from tests.hardware.photo.faces import face_at, matte_of_head

FACE = face_at(960, 500, drop=200)
SIDE = 256


def wall(colour: tuple[int, int, int] = (215, 220, 222), *, slope: float = 0.0, noise: float = 1.0) -> Pixels:
    """The matte's square: a wall whose light falls by `slope` from left to right."""
    fall = 1 - slope * np.linspace(0, 1, SIDE)[None, :, None]
    grain = np.random.default_rng(1).normal(0, noise, (SIDE, SIDE, 3))
    return np.clip(np.array(colour) * fall + grain, 0, 255).astype(np.uint8)


def before(square: Pixels) -> Matte:
    matte = matte_of_head(FACE, above=1.0)
    person = np.where(matte.person[:, :, None] > 0.5, np.array([40, 45, 60]), square).astype(np.uint8)
    return Matte(matte.person, matte.inside, person, matte.x, matte.y, matte.size)


def seen(square: Pixels) -> Backdrop:
    matte = before(square)
    return backdrop(matte, place(FACE, matte, 1920, 1080))


def findings(square: Pixels) -> dict[str, bool]:
    behind, shade = seen(square), background.shadow(before(square), FACE)
    assert shade is not None
    found = (background.spread(behind.colours), background.objects(behind), background.gradient(behind), shade)
    assert {finding.advice for finding in found} == {Advice.PLAIN_BACKGROUND}
    return {finding.name: finding.check.ok for finding in found}


@pytest.mark.parametrize("colour", [(215, 220, 222), (230, 200, 170), (180, 200, 235), (250, 250, 250)])
@pytest.mark.parametrize("slope", [0.0, 0.1])
def test_a_plain_wall_of_any_light_colour_may_fall_off_in_light(colour: tuple[int, int, int], slope: float) -> None:
    assert all(findings(wall(colour, slope=slope)).values())


def test_a_cameras_noise_is_no_pattern() -> None:
    assert all(findings(wall(noise=6)).values())


def striped() -> Pixels:
    square = wall()
    square[:, (np.arange(SIDE) // 8) % 2 == 0] = (180, 190, 215)
    return square


def with_post() -> Pixels:
    square = wall()
    square[:, 196:204] = (70, 80, 90)
    return square


def with_box() -> Pixels:
    square = wall()
    square[60:140, 190:230] = (60, 120, 160)
    return square


@pytest.mark.parametrize("scenery", [striped, with_post, with_box])
def test_something_on_the_wall_is_refused(scenery: object) -> None:
    assert callable(scenery)
    assert not all(findings(scenery()).values())


def test_what_the_photo_will_not_show_is_nobodys_fault() -> None:
    square = wall()
    square[:, :12] = (30, 30, 30)
    square[:, -12:] = (30, 30, 30)
    assert all(findings(square).values())


def shaded(aside: int, depth: float, *, tint: tuple[float, float, float] = (1, 1, 1)) -> Pixels:
    """The head's own shadow on the wall, `aside` pixels of the square to the right."""
    person = matte_of_head(FACE, above=1.0).person > 0.5
    shadow = np.roll(person, aside, axis=1)
    square = wall().astype(np.float32)
    square[shadow] *= depth * np.array(tint)
    return square.astype(np.uint8)


def swallowed(square: Pixels, aside: int) -> Matte:
    """A matte that takes the shadow for a part of the person, as the network does."""
    matte = before(square)
    person = np.maximum(matte.person, np.roll(matte.person, aside, axis=1))
    return Matte(person, matte.inside, matte.pixels, matte.x, matte.y, matte.size)


@pytest.mark.parametrize("aside", [10, 20, -15])
@pytest.mark.parametrize("depth", [0.6, 0.8])
def test_the_heads_shadow_is_found_even_when_the_matte_swallows_it(aside: int, depth: float) -> None:
    found = background.shadow(swallowed(shaded(aside, depth), aside), FACE)
    assert found is not None
    assert not found.check.ok


def test_grey_hair_on_both_sides_is_no_shadow() -> None:
    person = matte_of_head(FACE, above=1.0).person > 0.5
    hair = cv2.dilate(person.astype(np.uint8), np.ones((1, 25), np.uint8)).astype(bool) & ~person
    square = wall().astype(np.float32)
    square[hair] *= 0.6
    matte = before(square.astype(np.uint8))
    both = Matte(np.maximum(matte.person, hair), matte.inside, matte.pixels, matte.x, matte.y, matte.size)
    found = background.shadow(both, FACE)
    assert found is not None
    assert found.check.ok


def test_a_brown_coat_beside_the_neck_is_no_shadow() -> None:
    found = background.shadow(swallowed(shaded(20, 0.6, tint=(0.6, 0.8, 1.1)), 20), FACE)
    assert found is not None
    assert found.check.ok


def test_without_backdrop_about_the_head_no_shadow_is_judged() -> None:
    matte = before(wall())
    everything: NDArray[np.float32] = np.ones_like(matte.person)
    assert background.shadow(Matte(everything, matte.inside, matte.pixels, matte.x, matte.y, matte.size), FACE) is None


@pytest.mark.parametrize(("grey", "dark", "bright"), [(60, False, True), (140, False, True), (200, True, True)])
def test_light_is_read_from_the_backdrop(grey: int, dark: bool, bright: bool) -> None:
    colours = seen(wall((grey, grey, grey))).colours
    assert light.backdrop_light(colours).check.ok is dark
    assert light.backdrop_glare(colours).check.ok is bright


def test_a_burnt_out_backdrop_is_too_bright() -> None:
    found = light.backdrop_glare(seen(wall((255, 255, 255), noise=0)).colours)
    assert (found.check.ok, found.advice) == (False, Advice.LESS_LIGHT)
