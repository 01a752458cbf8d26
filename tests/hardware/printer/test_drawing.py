"""The drawn slip: what stands on it can be read again, lines fit and break where they may."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hardware.errors import DeviceError
from hardware.fonts import font
from hardware.printer import Reading, SlipLine
from hardware.printer.drawing import draw_slip
from hardware.printer.wrapping import MOST_LETTERS, pieces, wrapped
from tests.hardware.printer.conftest import CODE, slip


@pytest.mark.parametrize("per_mm", [8.0, 12.0])
def test_the_code_on_the_slip_can_be_read(per_mm: float) -> None:
    page = np.asarray(draw_slip(slip(), per_mm=per_mm))
    assert page.shape[1] == 80 * per_mm
    assert cv2.QRCodeDetector().detectAndDecode(page)[0] == CODE


def test_nothing_touches_the_margins() -> None:
    page = np.asarray(draw_slip(slip(), per_mm=8))
    assert page[:, :32].min() == 255
    assert page[:, -32:].min() == 255


def test_more_lines_make_a_longer_slip_and_larger_text_more_ink() -> None:
    short, longer = (draw_slip(slip(lines=(SlipLine("受付"),) * count), per_mm=8) for count in (1, 5))
    assert longer.height > short.height
    small, large = (np.asarray(draw_slip(slip(lines=(SlipLine("受付", size=size),)), per_mm=8)) for size in (1, 3))
    assert (large < 128).sum() > (small < 128).sum()


def test_a_two_language_title_breaks_between_the_languages() -> None:
    one = draw_slip(slip(title="Slip / 受付票", lines=(), qr=None), per_mm=8)
    two = draw_slip(slip(title="On-site reception slip / マイナンバーカード申請 受付票", lines=(), qr=None), per_mm=8)
    assert two.height - one.height == 56


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=120), st.integers(60, 400))
@example("0\u0342.00", 60)  # what may not begin a line brings its neighbour along only when both fit
def test_every_line_fits_and_no_letter_is_lost(text: str, width: int) -> None:
    face = font(24)
    assert face is not None
    lines = wrapped(text, face, width)
    assert lines
    for line in lines:
        assert face.getlength(line) <= width or len(line) <= 3
    shown = [letter for letter in text if letter.isprintable() and not letter.isspace()]
    assert [letter for letter in "".join(lines) if letter.isprintable() and not letter.isspace()] == shown


@settings(deadline=None)
@given(st.text("あいうえお漢字、。）（「」", min_size=1, max_size=60), st.integers(80, 300))
def test_no_line_begins_with_a_closing_mark_unless_it_must(text: str, width: int) -> None:
    face = font(24)
    assert face is not None
    previous = ""
    for line in wrapped(text, face, width):
        if previous and line and line[0] in "、。）」":
            assert set(previous) <= set("、。）（「」") or len(previous) == 1
        previous = line


def test_a_long_word_is_cut_and_a_long_text_is_bounded() -> None:
    face = font(24)
    assert face is not None
    assert len(wrapped("w" * 60, face, 200)) > 3
    assert sum(map(len, wrapped("あ" * 5000, face, 200))) == MOST_LETTERS
    endless = draw_slip(slip(lines=(SlipLine("あ"),) * 5000), per_mm=2)
    assert endless.height < 3000


def test_without_a_typeface_it_says_so() -> None:
    with pytest.raises(DeviceError) as caught:
        draw_slip(slip(), per_mm=8, typeface=lambda size, *, bold: None)
    assert caught.value.code == "printer.font_missing"


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["住所", "申請", "は、", "の", "（", "。", " "]), min_size=1, max_size=30),
    st.integers(120, 300),
)
def test_a_word_and_its_reading_stay_together(words: list[str], width: int) -> None:
    face = font(24)
    assert face is not None
    read = {"住所": "じゅうしょ", "申請": "しんせい"}
    ends = [sum(map(len, words[: at + 1])) for at in range(len(words))]
    marks = tuple(Reading(end - 2, end, read[word]) for word, end in zip(words, ends, strict=True) if word in read)
    found = [
        (line.text[one.start : one.end], one.text)
        for line in pieces("".join(words), marks, face, width)
        for one in line.readings
    ]
    assert found == [(word, read[word]) for word in words if word in read]


def test_readings_stand_above_their_word_and_other_rows_keep_their_height() -> None:
    plain, read = (
        np.asarray(draw_slip(slip(lines=(SlipLine("住所", readings=marks), SlipLine("の")), qr=None), per_mm=8))
        for marks in ((), (Reading(0, 2, "じゅうしょ"),))
    )
    assert read.shape[0] - plain.shape[0] == 10
    assert (read < 128).sum() > (plain < 128).sum()
