"""Frames one after the other: agreement makes a doubtful text certain, a contradiction makes a certain one doubtful."""

from __future__ import annotations

import gc
import tracemalloc
import weakref

import numpy as np
import pytest

from hardware.qr import Corners, QrCode, QrHint, QrReading
from hardware.qr.decode import FrameQrReader
from hardware.qr.simulated import SQUARE, SimulatedReader
from hardware.qr.steady import SteadyReader
from tests.hardware.qr.conftest import FORM_TEXT, drawn, modules_of

NOTHING = np.zeros((32, 32, 3), np.uint8)
ELSEWHERE: Corners = ((310, 10), (390, 10), (390, 90), (310, 90))


class Frames:
    """A steady reader over given readings, with a clock."""

    def __init__(self) -> None:
        self.now = 100.0
        self.beside = SimulatedReader()
        self.reader = SteadyReader(self.beside, clock=lambda: self.now)

    def frame(self, *sure: str, unsure: tuple[str, ...] = (), at: Corners = SQUARE, later: float = 0.04) -> QrReading:
        self.now += later
        codes, doubtful = (tuple(QrCode(text, at) for text in texts) for texts in (sure, unsure))
        self.beside.present(QrReading(codes, QrHint.NONE, doubtful))
        return self.reader.read(NOTHING)

    def texts(self, *sure: str, **more: object) -> list[str]:
        return [code.text for code in self.frame(*sure, **more).codes]  # type: ignore[arg-type]


@pytest.fixture
def frames() -> Frames:
    return Frames()


def test_a_certain_text_is_given_at_once(frames: Frames) -> None:
    assert frames.texts("id") == ["id"]


def test_an_unsure_text_needs_a_second_frame_that_says_the_same(frames: Frames) -> None:
    first = frames.frame(unsure=("id",))
    assert (first.codes, first.unsure, first.hint) == ((), (), QrHint.HOLD_STILL)
    assert frames.texts(unsure=("id",), at=ELSEWHERE) == ["id"]


def test_an_unsure_text_long_after_the_first_is_alone_again(frames: Frames) -> None:
    frames.frame(unsure=("id",))
    assert frames.texts(unsure=("id",), later=2.5) == []


def test_frames_that_disagree_about_one_place_are_no_read(frames: Frames) -> None:
    assert frames.texts(unsure=("one",)) == []
    for _ in range(5):
        assert frames.texts("other") == []
        assert frames.texts("one") == []


def test_the_contradiction_is_over_when_only_one_text_was_seen_for_half_a_second(frames: Frames) -> None:
    frames.frame("one")
    seen = [frames.texts("other", later=0.1) for _ in range(7)]
    assert seen[:4] == [[]] * 4
    assert seen[6] == ["other"]


def test_two_sheets_at_two_places_do_not_contradict_each_other(frames: Frames) -> None:
    assert frames.texts("one") == ["one"]
    assert frames.texts("other", at=ELSEWHERE) == ["other"]


def test_nothing_seen_keeps_the_hint_of_the_frame(frames: Frames) -> None:
    frames.beside.present(QrReading((), QrHint.COME_CLOSER))
    assert frames.reader.read(NOTHING).hint is QrHint.COME_CLOSER


def test_only_salted_hashes_are_remembered(frames: Frames) -> None:
    frames.frame("20260710000000000000017")
    kept = repr(vars(frames.reader))
    assert "20260710000000000000017" not in kept
    other = Frames()
    other.frame("20260710000000000000017")
    marks = [one.reader._said[0].mark for one in (frames, other)]
    assert marks[0] != marks[1]


def test_the_frame_is_dropped_after_the_read_and_nothing_of_its_size_stays() -> None:
    reader = SteadyReader(FrameQrReader())
    code = drawn(modules_of(FORM_TEXT), module=8)

    def read() -> tuple[weakref.ref[object], list[str]]:
        pixels = np.pad(code, ((100, 100), (200, 200), (0, 0)), constant_values=255)
        return weakref.ref(pixels), [one.text for one in reader.read(pixels).codes]

    read()
    tracemalloc.start()
    frame, texts = read()
    gc.collect()
    ours = tracemalloc.take_snapshot().filter_traces(
        [tracemalloc.Filter(True, "*/hardware/qr/*")]
    )  # not other threads'
    tracemalloc.stop()
    kept = sum(trace.size for trace in ours.traces)
    assert texts == [FORM_TEXT]
    assert frame() is None
    assert kept < 20_000
