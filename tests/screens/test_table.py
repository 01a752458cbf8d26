"""The walk misses no template, and knows what a keyboard's way back is."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from tests.screens.keys import Box, goes_back
from tests.screens.table import LOOKS

FRAMES = {"page", "kiosk", "tablet"}
NEVER_STILL = {"sealing", "dock"}
"""Sealing lasts a moment; the dock is a developer's."""


def test_every_template_that_is_a_screen_is_looked_at() -> None:
    templates = files("kiosk.web").joinpath("templates")
    screens = {
        file.name.removesuffix(".html")
        for file in templates.iterdir()
        if file.name.endswith(".html") and re.search(r'{% extends "', file.read_text("utf-8"))
    }
    assert screens - FRAMES - NEVER_STILL <= {look.screen for look in LOOKS}


@pytest.mark.parametrize(
    ("before", "after", "back"),
    [
        ((0, 0, 100, 50), (110, 0, 200, 50), False),  # on the same line, further on
        ((110, 0, 200, 50), (0, 0, 100, 50), True),
        ((0, 100, 100, 150), (0, 0, 100, 50), True),
        ((0, 100, 100, 150), (110, 0, 200, 50), False),  # the next column
        ((0, 0, 100, 50), (0, 60, 100, 110), False),
    ],
)
def test_the_way_back(before: Box, after: Box, back: bool) -> None:
    assert goes_back(before, after) is back
