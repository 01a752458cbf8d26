"""Codes from pictures: zxing-cpp first, other views of the picture while time is left, zbar where it is sure.

A wrong text is the worst outcome: two different texts for one place are no text. In the live loop every frame gets the
plain look, cut-outs of what was only located, an enlarged view, and while half of the time is left other views, the
next ones on the next frame. A file gets all of them, then our own reader (`rescue`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np

from hardware.camera import Pixels
from hardware.qr import QrReading
from hardware.qr.findings import Findings
from hardware.qr.rescue.reader import rescue
from hardware.qr.views import (
    DIRECTIONS,
    EVERY_FRAME,
    TAKING_TURNS,
    View,
    cut_outs,
    scaled_view,
    still_recipes,
    stretched,
)
from hardware.qr.zbar import library, second_opinion
from hardware.qr.zxing import Grey, Sighting
from hardware.status import DeviceKind, DeviceState, DeviceStatus

LIVE_BUDGET_S = 0.025
STILL_BUDGET_S = 3.0
LEANING, LEANING_STRETCH, LEANING_PIXELS = (DIRECTIONS[2], DIRECTIONS[0], DIRECTIONS[3], DIRECTIONS[1]), 1.6, 3_000_000
LARGEST_PICTURE = 9_000_000
"""Pixels looked at in more than the plain way: a sheet of A4 at 300 dpi."""
SMALLEST_PICTURE = 21
"""Pixels: the modules of the smallest symbol (ISO/IEC 18004, version 1)."""


class FrameQrReader:
    """A `QrReader` for frames (`live`) or files. Not for several threads at once: it remembers whose turn it is."""

    def __init__(
        self, *, live: bool = True, budget_s: float | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._live = live
        self._budget_s = budget_s if budget_s is not None else LIVE_BUDGET_S if live else STILL_BUDGET_S
        self._clock = clock
        self._turn = 0

    def status(self) -> DeviceStatus:
        second = "" if library() else "no second opinion for files: libzbar0 is not installed"
        return DeviceStatus(DeviceKind.QR, DeviceState.READY, "qr.ready", "zxing-cpp", second)

    def read(self, pixels: Pixels) -> QrReading:
        """Codes in one picture. Never raises for what the picture shows."""
        if pixels.size == 0 or min(pixels.shape[:2]) < SMALLEST_PICTURE:
            return QrReading()
        grey = _grey(pixels)
        found = Findings()
        deadline = self._clock() + self._budget_s
        found.take(View(grey).look())
        self._look_closer(grey, found, deadline)
        if not found.done:
            self._look_otherwise(grey, found, deadline)
        return found.reading(grey)

    def _look_otherwise(self, grey: Grey, found: Findings, deadline: float) -> None:
        """The other views; of a very large picture a smaller copy, so that time and memory stay bounded."""
        most = math.sqrt(LARGEST_PICTURE / grey.size)
        whole = View(grey) if most >= 1 else scaled_view(grey, most)
        for view in self._other_views(whole.grey, deadline):
            if found.done or self._clock() > deadline:
                return
            found.take(view.within(whole).look())
            self._look_closer(grey, found, deadline)
        if not self._live and not found.done and self._clock() < deadline:
            self._try_hard(whole, found, deadline)

    def _try_hard(self, whole: View, found: Findings, deadline: float) -> None:
        """For files: the second opinion, then our own reader; pulled apart too while half of the time is left."""
        found.take(whole.back(seen) for seen in second_opinion(whole.grey))
        everywhere = not found.any
        self._rescue(
            whole, [whole.into(seen) for seen in found.unread()], found, everywhere=everywhere, deadline=deadline
        )
        for towards in LEANING if everywhere and whole.grey.size < LEANING_PIXELS else ():
            if found.any or self._clock() > deadline - self._budget_s / 2:
                break
            leaning = stretched(whole.grey, towards, along=LEANING_STRETCH).within(whole)
            self._rescue(leaning, [], found, everywhere=True, deadline=deadline)

    def _rescue(
        self, view: View, located: list[Sighting], found: Findings, *, everywhere: bool, deadline: float
    ) -> None:
        for seen in rescue(view.grey, located, everywhere=everywhere, out_of_time=lambda: self._clock() > deadline):
            found.take([view.back(seen)])
            if found.done:
                return

    def _look_closer(self, grey: Grey, found: Findings, deadline: float) -> None:
        """Cut out each place that was located but not read, once."""
        for place in found.to_look_at():
            for view in cut_outs(grey, place.corners):
                if found.is_read(place) or self._clock() > deadline:
                    break
                found.take(view.look())

    def _other_views(self, grey: Grey, deadline: float) -> Iterator[View]:
        if not self._live:
            yield from still_recipes(grey)
            return
        yield EVERY_FRAME(grey)
        for _ in TAKING_TURNS:
            if self._clock() >= deadline - self._budget_s / 2:
                return
            self._turn += 1
            yield TAKING_TURNS[self._turn % len(TAKING_TURNS)](grey)


def _grey(pixels: Pixels) -> Grey:
    if pixels.ndim == 2:
        return np.ascontiguousarray(pixels, dtype=np.uint8)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
