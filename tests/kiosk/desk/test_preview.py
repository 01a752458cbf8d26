"""The live picture: small, in the right colours, once a frame."""

from __future__ import annotations

import gc
import weakref
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from hardware.qr.decode import FrameQrReader
from hardware.qr.steady import SteadyReader
from kiosk.desk.form_scan import FormScan
from kiosk.desk.preview import Preview
from kiosk.flow import Step
from tests.hardware.qr.conftest import drawn, modules_of
from tests.kiosk.desk.counter import StillCamera, TestCounter
from tests.kiosk.flow.makes import at

FORM_ID = "20260710000000000000017"
TALL, WIDE = 720, 1280


def test_a_frame_becomes_a_small_jpeg_in_its_own_colours_and_not_mirrored() -> None:
    camera = StillCamera()
    blue_left_red_right = np.zeros((1080, 1920, 3), np.uint8)
    blue_left_red_right[:, :960] = (255, 0, 0)
    blue_left_red_right[:, 960:] = (0, 0, 255)
    camera.show(blue_left_red_right)
    newest = Preview(camera).newest(0)
    assert newest is not None
    with Image.open(BytesIO(newest[1])) as picture:
        assert picture.size == (960, 540)
        left, right = picture.getpixel((100, 270)), picture.getpixel((860, 270))
    assert left[2] > 200 > 60 > left[0]  # type: ignore[index]
    assert right[0] > 200 > 60 > right[2]  # type: ignore[index]


def test_the_same_frame_is_not_sent_twice_and_no_frame_is_no_picture() -> None:
    camera = StillCamera()
    preview = Preview(camera)
    assert preview.newest(0) is None
    camera.show(np.zeros((100, 100, 3), np.uint8))
    first = preview.newest(0)
    assert first is not None
    assert preview.newest(first[0]) is None


def written_sheet(text: str, *, at: tuple[int, int] = (760, 300), module: int = 5) -> NDArray[np.uint8]:
    """A sheet full of marks as fine as writing, with a code on it."""
    marks = np.random.default_rng(7).integers(0, 2, (TALL // 4, WIDE // 4), dtype=np.uint8) * 255
    sheet = np.repeat(np.kron(marks, np.ones((4, 4), np.uint8))[:, :, None], 3, axis=2)
    code = drawn(modules_of(text), module=module)
    x, y = at
    sheet[y : y + code.shape[0], x : x + code.shape[1]] = code
    return np.ascontiguousarray(sheet)


class Scene:
    """A camera, the scan that looks through it and the picture on the screen."""

    def __init__(self) -> None:
        self.camera = StillCamera()
        self.scan = FormScan(self.camera, SteadyReader(FrameQrReader()), wrong_for=1.0)
        self.preview = Preview(self.camera, places=self.scan.places)

    def picture(self) -> NDArray[np.uint8]:
        newest = self.preview.newest(0)
        assert newest is not None
        with Image.open(BytesIO(newest[1])) as picture:
            return np.asarray(picture.convert("L")).astype(np.int16)  # type: ignore[return-value]


def detail(picture: NDArray[np.uint8]) -> float:
    """How much neighbouring pixels differ: writing has a lot of it."""
    return float(np.abs(np.diff(picture, axis=1)).mean()) if picture.size else 0.0


def test_of_a_paper_only_the_code_is_to_be_seen() -> None:
    scene = Scene()
    scene.camera.show(written_sheet("no form's code"))
    assert detail(scene.picture()) < 3
    scene.preview.forget()
    scene.scan.look(0.0, ())
    shown = scene.picture()
    inside, outside = shown[150:220, 385:450], shown.copy()
    code = drawn(modules_of("no form's code"), module=5).shape[0] // 2
    outside[130 : 170 + code, 360 : 400 + code] = 128
    assert detail(inside) > 20
    assert detail(outside) < 3


@pytest.mark.parametrize(("frames", "seen"), [(1, True), (6, True), (7, False)])
def test_a_place_is_shown_as_long_as_it_is_fresh(frames: int, seen: bool) -> None:
    scene = Scene()
    scene.camera.show(written_sheet("no form's code"))
    scene.scan.look(0.0, ())
    for _ in range(frames):
        scene.camera.show(written_sheet("no form's code"))
    assert (detail(scene.picture()[150:220, 385:450]) > 20) is seen


def test_a_code_as_large_as_the_picture_does_not_lift_the_veil() -> None:
    scene = Scene()
    scene.camera.show(written_sheet("x", at=(300, 0), module=24))
    scene.scan.look(0.0, ())
    assert detail(scene.picture()) < 3


def test_frames_are_dropped_after_the_read(counter: TestCounter) -> None:
    counter.stand_at(at(Step.FORM))
    preview = Preview(counter.form_camera, places=counter.desk.scan.places)
    frames = [written_sheet("no form's code"), written_sheet(FORM_ID)]
    dead = [weakref.ref(frame) for frame in frames]
    while frames:
        counter.form_camera.show(frames.pop(0))
        counter.desk.tick()
        assert preview.newest(0) is not None
    assert counter.desk.intake is not None
    assert counter.desk.intake.step is Step.CARD
    counter.form_camera.show(None)
    preview.forget()  # as the end of the picture's stream does
    gc.collect()
    assert [frame() for frame in dead] == [None, None]
