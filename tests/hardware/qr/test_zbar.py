"""The second opinion: believed only where it is sure."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hardware.camera import Pixels
from hardware.qr.zbar import library, second_opinion
from hardware.qr.zxing import Grey
from tests.hardware.qr.conftest import byte_segment, drawn, kanji_segment, modules_of, symbol_of_bits

pytestmark = pytest.mark.skipif(library() is None, reason="libzbar0 is not installed")


def grey(pixels: Pixels) -> Grey:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def test_plain_text_is_given_with_its_corners_clockwise_from_the_top_left() -> None:
    (seen,) = second_opinion(grey(drawn(modules_of("12345678901234567890123"))))
    assert seen.text == "12345678901234567890123"
    side = 21 * 6
    expected = np.array([[24, 24], [24 + side, 24], [24 + side, 24 + side], [24, 24 + side]])
    assert np.abs(seen.corners - expected).max() <= 8


@pytest.mark.parametrize(
    "modules",
    [
        symbol_of_bits(byte_segment("申請書".encode("cp932"))),
        symbol_of_bits(byte_segment("申請書".encode())),
        symbol_of_bits(kanji_segment("交付申請書")),
        symbol_of_bits([(3, 4), (0, 4), (1, 4), (0x55, 8), *byte_segment(b"first part of two")]),
    ],
    ids=["shift_jis", "utf-8", "kanji mode", "one of two joined symbols"],
)
def test_what_zbar_may_guess_wrong_is_not_believed(modules: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> None:
    assert second_opinion(grey(drawn(modules))) == []


def test_nothing_is_seen_in_nothing() -> None:
    assert second_opinion(np.full((100, 100), 255, np.uint8)) == []
