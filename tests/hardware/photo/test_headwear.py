"""What hides the forehead: skin, hair of any colour, cloth; a warning at most."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hardware.camera import Pixels
from hardware.photo import Advice
from hardware.photo.engine import Matte
from hardware.photo.finding import Finding
from hardware.photo.headwear import headwear
from tests.hardware.photo.faces import face_at, matte_of_head, seen_of

FACE = face_at(960, 500, drop=200)
SKIN = (150, 175, 215)
HAIR = {
    "black": (30, 32, 36),
    "brown": (40, 60, 90),
    "blond": (120, 170, 200),
    "red": (50, 80, 150),
    "grey": (160, 165, 168),
}


def judged(cover: tuple[int, int, int], *, from_brow: bool) -> Finding:
    """A head whose crown, down to the brows or to the hairline, has the colour of `cover` (BGR)."""
    matte = matte_of_head(FACE, above=1.1)
    side, scale = matte.person.shape[0], matte.person.shape[0] / matte.size
    rows = np.indices((side, side))[0]
    eyes = (FACE.eye_midpoint[1] - matte.y) * scale
    square = matte.pixels.copy()
    square[matte.person > 0.5] = SKIN
    edge = eyes - (0.3 if from_brow else 0.6) * FACE.drop * scale
    square[(matte.person > 0.5) & (rows < edge)] = cover
    found = headwear(seen_of(FACE, _picture(square, matte)), Matte(**{**vars(matte), "pixels": square}))
    assert found is not None
    return found


def _picture(square: Pixels, matte: Matte) -> Pixels:
    picture = np.full((1080, 1920, 3), 215, np.uint8)
    large = cv2.resize(square, (round(matte.size),) * 2, interpolation=cv2.INTER_NEAREST)
    x, y = round(matte.x), round(matte.y)
    picture[y : y + large.shape[0], x : x + large.shape[1]] = large[: 1080 - y, : 1920 - x]
    return picture


@pytest.mark.parametrize("colour", HAIR)
@pytest.mark.parametrize("fringe", [False, True])
def test_hair_of_every_natural_colour_is_no_hat(colour: str, fringe: bool) -> None:
    assert judged(HAIR[colour], from_brow=fringe).check.ok


@pytest.mark.parametrize("cloth", [(120, 50, 30), (90, 130, 40), (160, 90, 200), (150, 110, 100)])
def test_cloth_of_a_colour_hair_never_has_is_warned_of_and_refuses_nothing(cloth: tuple[int, int, int]) -> None:
    found = judged(cloth, from_brow=True)
    assert (found.check.ok, found.advice) == (False, Advice.UNCOVER_HEAD)
    assert not found.check.refuses


def test_dyed_hair_that_leaves_the_forehead_free_is_no_hat() -> None:
    assert judged((120, 50, 30), from_brow=False).check.ok
