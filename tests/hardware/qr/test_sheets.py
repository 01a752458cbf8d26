"""The drawn sheets themselves: a seed gives the same picture, and each trouble does to a code what its name says."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from hardware.qr.decode import FrameQrReader
from tests.samples.sheets import conditions, sample_text, shoot, single

pytestmark = pytest.mark.long

TEXT = sample_text(Random(5))
OTHER = "https://example.com/another/code"


def texts(**trouble: object) -> set[str]:
    return {code.text for code in FrameQrReader(live=False).read(shoot(TEXT, single(**trouble), seed=5).pixels).codes}


def test_a_seed_gives_the_same_picture_and_another_seed_another() -> None:
    first, again, other = (shoot(TEXT, conditions(Random(8), code_px=90, severity=3), seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.pixels, again.pixels)
    assert not np.array_equal(first.pixels, other.pixels)


@pytest.mark.parametrize(
    "trouble",
    [
        {"dots": 1.0},
        {"faded": 0.8, "noise": 3},
        {"quiet": 1},
        {"moire": 0.7},
        {"cover": 0.12, "cover_towards": 200},
        {"mirrored": True},
        {"jpeg": 15, "code_px": 120},
        {"contrast": 0.2, "noise": 2},
    ],
    ids=lambda trouble: " ".join(trouble),
)
def test_each_new_trouble_is_visible_and_read_from_a_file(trouble: dict[str, object]) -> None:
    clean = shoot(TEXT, single(**{"code_px": trouble.get("code_px", 140)}), seed=5).pixels
    hurt = shoot(TEXT, single(**{"code_px": 140, **trouble}), seed=5).pixels
    assert np.abs(clean.astype(int) - hurt).mean() > 0.1
    assert texts(**{"code_px": 140, **trouble}) == {TEXT}


def test_two_codes_are_both_read_and_none_where_none_is() -> None:
    assert texts(code_px=140, beside=OTHER) == {TEXT, OTHER}
    assert texts(code_px=140, no_code=True) == set()


def test_what_a_finger_hides_is_not_guessed() -> None:
    assert texts(code_px=140, cover=1.1, cover_towards=200) == set()
