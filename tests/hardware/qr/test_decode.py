"""Reading pictures: what every reader keeps, which texts come out, and that no picture gives a wrong one."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.camera import Pixels
from hardware.qr import QrHint, QrReader
from hardware.qr.decode import FrameQrReader
from hardware.qr.findings import Findings
from hardware.qr.simulated import SimulatedReader
from hardware.qr.wedge import ScannerReader
from hardware.qr.zxing import Sighting
from hardware.status import DeviceKind
from tests.hardware.qr.conftest import (
    FORM_TEXT,
    byte_segment,
    drawn,
    eci,
    kanji_segment,
    modules_of,
    symbol_of_bits,
    turned,
)
from tests.samples.sheets import Conditions, sample_text, shoot, single

BLANK = np.full((240, 320, 3), 200, np.uint8)


def texts(pixels: Pixels, *, live: bool = False) -> list[str]:
    return [code.text for code in FrameQrReader(live=live).read(pixels).codes]


@pytest.fixture(params=["live", "still", "simulated", "scanner"])
def reader(request: pytest.FixtureRequest) -> QrReader:
    makers: dict[str, Callable[[], QrReader]] = {
        "live": FrameQrReader,
        "still": lambda: FrameQrReader(live=False),
        "simulated": SimulatedReader,
        "scanner": lambda: ScannerReader(FrameQrReader()),
    }
    return makers[request.param]()


def test_every_reader_is_ready_and_finds_nothing_where_nothing_is(reader: QrReader) -> None:
    assert reader.status().kind is DeviceKind.QR
    assert reader.status().usable
    assert reader.read(BLANK).codes == ()
    assert reader.read(BLANK).hint is QrHint.NONE


@pytest.mark.parametrize("shape", [(0, 0, 3), (1, 1, 3), (1, 500, 3), (20, 20, 3), (21, 21, 3), (30, 4000, 3)])
def test_no_shape_of_picture_makes_a_reader_raise(reader: QrReader, shape: tuple[int, int, int]) -> None:
    assert reader.read(np.zeros(shape, np.uint8)).codes == ()


@pytest.mark.parametrize("degrees", [0, 10, 45, 90, 137, 180, 270, 359])
@pytest.mark.parametrize("live", [True, False])
def test_a_code_is_read_at_any_turn_and_its_corners_turn_with_it(degrees: int, live: bool) -> None:
    picture = turned(drawn(modules_of(FORM_TEXT)), degrees)
    (code,) = FrameQrReader(live=live).read(picture).codes
    assert code.text == FORM_TEXT
    corners = np.array(code.corners) - picture.shape[0] / 2
    angle = np.degrees(np.arctan2(corners[0, 1], corners[0, 0])) + degrees
    assert abs((angle + 135 + 180) % 360 - 180) < 3
    assert np.linalg.norm(corners, axis=1) == pytest.approx(np.full(4, 25 * 6 / np.sqrt(2) * 29 / 25), rel=0.15)


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: 255 - picture,
        lambda picture: picture[:, ::-1],
        lambda picture: (picture * 0.06 + 120).astype(np.uint8),
        lambda picture: (picture * 0.05 + 3).astype(np.uint8),
        lambda picture: 255 - turned(picture, 30),
        lambda picture: cv2.GaussianBlur(picture, (0, 0), 3.0),
    ],
    ids=["inverted", "mirrored", "little contrast", "dark", "inverted and turned", "blurred"],
)
def test_a_file_gets_every_effort(change: Callable[[Pixels], Pixels]) -> None:
    assert texts(np.ascontiguousarray(change(drawn(modules_of(FORM_TEXT))))) == [FORM_TEXT]


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        (byte_segment("申請書ID １２３".encode()), "申請書ID １２３"),
        (byte_segment("申請書ID １２３".encode("cp932")), "申請書ID １２３"),
        (byte_segment("髙﨑①㈱ 申請".encode("cp932")), "髙﨑①㈱ 申請"),
        (byte_segment("ｶｰﾄﾞ".encode("cp932")), "ｶｰﾄﾞ"),
        (byte_segment("日本語 한국어 中文 🗻".encode()), "日本語 한국어 中文 🗻"),
        (kanji_segment("交付申請書東京点茗"), "交付申請書東京点茗"),
        (byte_segment(b"ID:12345 ") + kanji_segment("申請書"), "ID:12345 申請書"),
        (eci(26) + byte_segment("é申".encode()), "é申"),
        (eci(20) + byte_segment("申請".encode("shift_jis")), "申請"),
        (eci(3) + byte_segment("é¿".encode("latin-1")), "é¿"),
        ([(5, 4), *byte_segment(b"0104912345123459\x1d21999")], "0104912345123459\x1d21999"),
    ],
)
def test_every_character_set_comes_out_as_written(bits: list[tuple[int, int]], text: str) -> None:
    assert texts(drawn(symbol_of_bits(bits))) == [text]


def test_bytes_that_no_character_set_explains_are_no_text() -> None:
    assert texts(drawn(symbol_of_bits(eci(26) + byte_segment(b"\xff\xfe\xfd\x80")))) == []


def test_two_codes_are_both_read_and_said_to_be_two() -> None:
    first, second = drawn(modules_of("first")), drawn(modules_of("second"))
    reading = FrameQrReader().read(np.hstack([first, second]))
    assert {code.text for code in reading.codes} == {"first", "second"}
    assert reading.hint is QrHint.ONE_CODE_ONLY


def test_the_same_text_twice_is_no_reason_to_complain() -> None:
    code = drawn(modules_of("same"))
    assert FrameQrReader().read(np.hstack([code, code])).hint is QrHint.NONE


def test_two_texts_for_one_place_are_no_text() -> None:
    square = np.array([[10, 10], [110, 10], [110, 110], [10, 110]], dtype=np.float64)
    found = Findings()
    found.take([Sighting(square, "one")])
    found.take([Sighting(square + 2, "other")])
    found.take([Sighting(square + 300, "sure")])
    reading = found.reading(np.zeros((500, 500), np.uint8))
    assert [code.text for code in reading.codes] == ["sure"]


SQUARE = np.array([[10, 10], [110, 10], [110, 110], [10, 110]], dtype=np.float64)
GREY = np.zeros((500, 500), np.uint8)


def test_a_text_that_needed_nearly_all_error_correction_is_unsure_until_another_view_says_the_same() -> None:
    found = Findings()
    found.take([Sighting(SQUARE, "doubtful", spare=0.05)])
    assert not found.done
    assert found.reading(GREY).codes == ()
    assert [code.text for code in found.reading(GREY).unsure] == ["doubtful"]
    assert [place.text for place in found.to_look_at()] == ["doubtful"]
    found.take([Sighting(SQUARE + 1, "doubtful", spare=0.1)])
    reading = found.reading(GREY)
    assert ([code.text for code in reading.codes], reading.unsure) == (["doubtful"], ())
    assert found.to_look_at() == []


def test_an_unsure_text_against_a_sure_one_is_no_text() -> None:
    found = Findings()
    found.take([Sighting(SQUARE, "doubtful", spare=0.05), Sighting(SQUARE + 1, "other", spare=0.9)])
    assert found.reading(GREY).codes == found.reading(GREY).unsure == ()


@pytest.mark.parametrize(
    ("trouble", "rate"),
    [
        ({"code_px": 70}, 1.0),
        ({"code_px": 100, "tilt": 50, "tilt_towards": 40}, 1.0),
        ({"code_px": 140, "curl_mm": 60, "curl_axis": 70, "tilt": 20}, 1.0),
        ({"code_px": 120, "defocus_px": 2.2}, 1.0),
        ({"code_px": 120, "motion_px": 4, "motion_towards": 30}, 1.0),
        ({"code_px": 140, "light": 0.12, "noise": 5}, 1.0),
        ({"code_px": 140, "glare": 0.8, "glare_at": (0.3, 0.5)}, 1.0),
        ({"code_px": 120, "shade": 0.9, "contrast": 0.6}, 1.0),
        ({"code_px": 110, "inverted": True}, 1.0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_each_trouble_of_a_held_sheet_is_read_from_a_file(trouble: dict[str, float], rate: float) -> None:
    lots = Random(str(sorted(trouble.items())))
    shots = [shoot(sample_text(lots), single(**trouble), seed=seed) for seed in range(2)]
    assert sum(texts(shot.pixels) == [shot.text] for shot in shots) >= rate * len(shots)


def test_corners_lie_on_the_codes_corners() -> None:
    shot = shoot(sample_text(Random(1)), single(code_px=150, tilt=35, tilt_towards=120, roll=25))
    (code,) = FrameQrReader(live=False).read(shot.pixels).codes
    assert np.abs(np.array(code.corners) - shot.corners).max() < 4


@pytest.mark.parametrize(
    ("trouble", "hint"),
    [
        ({"code_px": 140, "curl_mm": 40, "tilt": 40}, QrHint.HOLD_STILL),
        ({"code_px": 200, "glare": 2.2, "glare_at": (0.45, 0.45)}, QrHint.TILT_FROM_LIGHT),
        ({"code_px": 200, "glare": 1.6, "glare_at": (0, 0)}, QrHint.TILT_FROM_LIGHT),
    ],
)
def test_a_code_that_is_only_located_gets_the_fitting_hint(trouble: dict[str, float], hint: QrHint) -> None:
    for seed in range(2):
        reading = FrameQrReader().read(shoot(sample_text(Random(seed)), single(**trouble), seed=seed).pixels)
        assert reading.codes == ()
        assert reading.hint is hint


def test_a_live_frame_stops_when_its_time_is_up() -> None:
    ticks = iter(range(1000))
    reader = FrameQrReader(budget_s=2.5, clock=lambda: float(next(ticks)))
    shot = shoot(sample_text(Random(3)), Conditions(code_px=60, defocus_px=2, noise=9), seed=3)
    reader.read(shot.pixels)
    assert next(ticks) < 12


def test_a_file_full_of_located_codes_that_nobody_can_read_takes_its_time_and_no_more() -> None:
    blurred = cv2.GaussianBlur(np.tile(drawn(modules_of(FORM_TEXT), module=4), (8, 10, 1)), (0, 0), 3.6)
    begin = time.process_time()
    FrameQrReader(live=False, budget_s=0.4).read(np.asarray(blurred, dtype=np.uint8))
    assert time.process_time() - begin < 2.5


def test_in_a_very_large_picture_a_hard_code_is_found_in_a_smaller_copy_and_its_corners_are_right() -> None:
    code = cv2.GaussianBlur(drawn(modules_of(FORM_TEXT), module=30), (0, 0), 13)
    picture = np.full((3600, 3600, 3), 180, np.uint8)
    picture[1200 : 1200 + len(code), 900 : 900 + len(code)] = code
    (seen,) = FrameQrReader(live=False).read(picture).codes
    side = len(modules_of(FORM_TEXT)) * 30
    assert seen.text == FORM_TEXT
    assert np.abs(np.array(seen.corners[0]) - [900 + 120, 1200 + 120]).max() < 30
    assert np.abs(np.array(seen.corners[2]) - [900 + 120 + side, 1200 + 120 + side]).max() < 30


def test_live_frames_take_turns_at_what_else_is_tried() -> None:
    picture = 255 - drawn(modules_of(FORM_TEXT))
    reader = FrameQrReader(budget_s=5)
    assert any(reader.read(picture).codes for _ in range(4))


@pytest.mark.long
@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 4]))
def test_no_hard_picture_gives_a_wrong_text(seed: int, severity: int) -> None:
    from tests.samples.sheets import conditions

    lots = Random(seed)
    shot = shoot(sample_text(lots), conditions(lots, code_px=lots.choice([60, 90, 140]), severity=severity), seed=seed)
    assert set(texts(shot.pixels)) <= {shot.text}
