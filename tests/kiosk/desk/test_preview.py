"""The live picture: small, in the right colours, once a frame."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

from kiosk.desk.preview import Preview
from tests.kiosk.desk.counter import StillCamera


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
