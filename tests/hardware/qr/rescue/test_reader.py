"""Our own reader on its own: bent, blurred and noisy sheets, and nothing where nothing is."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest

from hardware.camera import Pixels
from hardware.qr.rescue.finders import Triple, triples
from hardware.qr.rescue.reader import rescue
from hardware.qr.zxing import Grey, Sighting, look
from tests.samples.sheets import sample_text, shoot, single


def grey(pixels: Pixels) -> Grey:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def rescued(picture: Grey, *, located: tuple[Sighting, ...] = (), everywhere: bool = True) -> list[Sighting]:
    return list(rescue(picture, located, everywhere=everywhere, out_of_time=lambda: False))


HARD = {"code_px": 60, "defocus_px": 1.0, "noise": 5, "light": 0.8, "tilt": 10}


@pytest.mark.parametrize(
    "trouble",
    [
        HARD,
        {"code_px": 100, "curl_mm": 80, "curl_axis": 30, "tilt": 25, "tilt_towards": 70, "defocus_px": 1.2},
        {"code_px": 120, "motion_px": 5.5, "motion_towards": 20, "noise": 5, "roll": 100, "tilt": 25},
        {"code_px": 200, "defocus_px": 4.2, "light": 0.4, "noise": 6, "curl_mm": 120, "tilt": 15},
        {
            "code_px": 200,
            "tilt": 40,
            "tilt_towards": 60,
            "curl_mm": 92,
            "curl_axis": 120,
            "defocus_px": 2.2,
            "motion_px": 2.5,
            "motion_towards": 150,
            "glare": 0.5,
            "light": 0.77,
            "shade": 0.7,
            "contrast": 0.74,
        },
    ],
    ids=["small and blurred", "bent", "moved", "dark and blurred", "everything"],
)
def test_what_the_library_alone_cannot_read_is_read(trouble: dict[str, float]) -> None:
    shot = shoot(sample_text(Random(7)), single(**trouble), seed=7)
    picture = grey(shot.pixels)
    assert all(seen.text is None for seen in look(picture))
    (seen,) = rescued(picture)
    assert seen.text == shot.text
    assert seen.modules == 41
    assert np.abs(seen.corners - shot.corners).max() < 0.03 * trouble["code_px"] + 1


def test_a_clean_code_is_read_too() -> None:
    shot = shoot(sample_text(Random(6)), single(code_px=100))
    assert [seen.text for seen in rescued(grey(shot.pixels))] == [shot.text]


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_a_located_place_is_enough_even_when_its_corners_are_off(seed: int) -> None:
    shot = shoot(sample_text(Random(seed)), single(**HARD), seed=seed)
    place = Sighting(shot.corners + np.array([[1.5, -1], [-1, 1], [2, 1], [-1, -1]]), None)
    (seen,) = rescued(grey(shot.pixels), located=(place,), everywhere=False)
    assert seen.text == shot.text


def test_finder_patterns_are_found_by_their_looks() -> None:
    shot = shoot(sample_text(Random(9)), single(code_px=130, defocus_px=2.5, roll=30), seed=9)
    best = triples(grey(shot.pixels))[0]
    expected = Triple.of(Sighting(shot.corners, None, 41))
    for seen, right in zip((best.top_left, best.middle), (expected.top_left, expected.middle), strict=True):
        assert np.abs(seen - right).max() < 3


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_read_where_no_code_is(seed: int) -> None:
    chance = np.random.default_rng(seed)
    noise = chance.integers(0, 256, (300, 400), dtype=np.uint8)
    blocks = np.kron(chance.integers(0, 2, (30, 40)) * 255, np.ones((10, 10))).astype(np.uint8)
    for picture in (noise, blocks, cv2.GaussianBlur(blocks, (0, 0), 3), np.full((300, 400), 128, np.uint8)):
        assert rescued(np.asarray(picture, dtype=np.uint8)) == []


def test_it_stops_when_its_time_is_up() -> None:
    shot = shoot(sample_text(Random(7)), single(code_px=100), seed=7)
    assert list(rescue(grey(shot.pixels), (), everywhere=True, out_of_time=lambda: True)) == []


def test_a_place_without_area_is_left_out() -> None:
    flat = Sighting(np.zeros((4, 2)), None)
    assert rescued(np.full((100, 100), 255, np.uint8), located=(flat,), everywhere=False) == []
