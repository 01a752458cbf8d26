"""A person, or a picture of one: the grid of a screen, a sheet or a telephone held up, and what only looks like it."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from hardware.camera import Pixels
from hardware.camera.load import decode_picture
from hardware.photo import Advice, Assessment
from hardware.photo.engine.mediapipe_tflite import TfliteEngine
from hardware.photo.studio import Studio
from tests.hardware.photo.people import Person, portrait
from tests.hardware.photo.spoil import Portrait, Spoil
from tests.hardware.photo.spoil.again import print_out, screen, telephone

Draw = Callable[..., Pixels]


def sitter(engine: TfliteEngine, pixels: Pixels, name: str) -> Portrait:
    seen = portrait(engine, Person(name, "drawn", pixels))
    assert seen is not None
    return seen


def traces(assessment: Assessment) -> dict[str, bool]:
    checks = dict(assessment.checks)
    return {name: checks[name].ok for name in ("screen_grid", "held_picture") if name in checks}


@pytest.mark.parametrize(("held", "seed"), [(print_out, 1), (telephone, 4)])
def test_a_picture_held_up_is_no_person(
    studio: Studio, engine: TfliteEngine, person: Draw, held: Spoil, seed: int
) -> None:
    judgement = studio.assess(held(sitter(engine, person(1920, 1080, seed=seed), f"held {seed}")))
    assert Advice.LIVE_PERSON in judgement.advice
    assert not traces(judgement)["held_picture"]


@pytest.mark.parametrize("seed", [2])
def test_a_screens_grid_beats_with_the_cameras(studio: Studio, engine: TfliteEngine, person: Draw, seed: int) -> None:
    judgement = studio.assess(screen(sitter(engine, person(1920, 1080, seed=seed), f"screen {seed}")))
    assert Advice.LIVE_PERSON in judgement.advice
    assert not traces(judgement)["screen_grid"]


@pytest.mark.parametrize("seed", range(2))
def test_a_living_person_is_one(studio: Studio, person: Draw, seed: int) -> None:
    assert traces(studio.assess(person(1920, 1080, seed=seed))) == {"screen_grid": True, "held_picture": True}


def test_a_board_behind_the_shoulders_is_no_sheet(studio: Studio, person: Draw) -> None:
    picture = person(1920, 1080, scale=0.7)
    backdrop = picture.min(axis=2) > 195
    rows, columns = np.indices(backdrop.shape)
    board = backdrop & (np.abs(columns - 960) < 430) & (rows > 90)
    rim = board & ~cv2.erode(board.astype(np.uint8), np.ones((13, 13), np.uint8)).astype(bool)
    picture[rim & ((np.abs(columns - 960) > 415) | (rows < 106))] = (60, 60, 70)
    assert traces(studio.assess(picture))["held_picture"]


@pytest.mark.parametrize("quality", [30, 75])
def test_the_blocks_of_a_jpeg_are_no_grid(studio: Studio, person: Draw, quality: int) -> None:
    file = io.BytesIO()
    Image.fromarray(person(1920, 1080)[:, :, ::-1]).save(file, "JPEG", quality=quality)
    assert traces(studio.assess(decode_picture(file.getvalue())))["screen_grid"]


def test_an_enlarged_picture_has_no_grid(studio: Studio, person: Draw) -> None:
    for factor in (1.5, 3.0):
        large = cv2.resize(person(), None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR)
        assert traces(studio.assess(np.asarray(large)))["screen_grid"], factor
