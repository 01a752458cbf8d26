"""What the person can change, from a code that was only located."""

from __future__ import annotations

import numpy as np

from hardware.qr import QrHint
from hardware.qr.hint import hint_for
from hardware.qr.zxing import Sighting
from tests.hardware.qr.conftest import FORM_TEXT, drawn, modules_of


def located(side: float, *, modules: int = 0) -> Sighting:
    return Sighting(np.array([[24, 24], [24 + side, 24], [24 + side, 24 + side], [24, 24 + side]]), None, modules)


GREY = drawn(modules_of(FORM_TEXT))[:, :, 0]
SIDE = len(modules_of(FORM_TEXT)) * 6


def test_a_small_code_should_come_closer() -> None:
    assert hint_for(GREY, located(70)) is QrHint.COME_CLOSER
    assert hint_for(GREY, located(100, modules=57)) is QrHint.COME_CLOSER


def test_a_code_with_all_its_dark_modules_should_be_held_still() -> None:
    assert hint_for(GREY, located(SIDE, modules=25)) is QrHint.HOLD_STILL


def test_a_code_with_a_white_hole_should_be_tilted_from_the_light() -> None:
    washed = GREY.copy()
    washed[50:120, 50:120] = 255
    assert hint_for(washed, located(SIDE, modules=25)) is QrHint.TILT_FROM_LIGHT
