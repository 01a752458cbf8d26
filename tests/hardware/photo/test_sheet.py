"""The print sheet's millimetres."""

from __future__ import annotations

import io
import re

import numpy as np
from PIL import Image

from hardware.photo import IdPhoto
from hardware.photo.sheet import draw_sheet, places, print_sheet


def red_photo() -> IdPhoto:
    file = io.BytesIO()
    Image.new("RGB", (490, 630), (200, 30, 30)).save(file, "JPEG", quality=95)
    return IdPhoto(file.getvalue(), 490, 630)


def test_each_photo_is_35_by_45_mm_at_600_dpi() -> None:
    sheet = np.asarray(draw_sheet(red_photo()))
    red = (sheet[:, :, 0] > 150) & (sheet[:, :, 1] < 80)
    for left, top in places():
        across = red[top + 500, left - 20 : left + 900]
        down = red[top - 20 : top + 1150, left + 400]
        assert across.sum() == round(35 / 25.4 * 600)
        assert down.sum() == round(45 / 25.4 * 600)


def test_the_photos_lie_apart_and_inside_the_paper() -> None:
    sheet = np.asarray(draw_sheet(red_photo()))
    red = (sheet[:, :, 0] > 150) & (sheet[:, :, 1] < 80)
    assert red.sum() == 4 * round(35 / 25.4 * 600) * round(45 / 25.4 * 600)
    assert not red[[0, -1]].any()
    assert not red[:, [0, -1]].any()


def test_cut_marks_point_at_every_edge_and_touch_no_photo() -> None:
    sheet = np.asarray(draw_sheet(red_photo())).astype(int)
    marks = (np.abs(sheet - 90) < 20).all(axis=2)
    for left, top in places():
        right, bottom = left + 826, top + 1062
        for column in (left, right):
            assert marks[top - 60 : top - 20, column].any()
            assert marks[bottom + 20 : bottom + 60, column].any()
        assert not marks[top : bottom + 1, left : right + 1].any()


def test_the_file_is_a_page_of_the_papers_size() -> None:
    data = print_sheet(red_photo())
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", data)
    assert box is not None
    assert abs(float(box[1]) - 89 / 25.4 * 72) < 0.2
    assert abs(float(box[2]) - 127 / 25.4 * 72) < 0.2
