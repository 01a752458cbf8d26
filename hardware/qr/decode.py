"""Codes from pictures: zxing-cpp first, other views of the picture while time is left, zbar where it is sure.

A wrong text is the worst outcome: two different texts for one place are no text. In the live loop every frame gets the
plain look, cut-outs of what was only located, an enlarged view, and as far as time allows one other view, a different
one each frame. A file gets all of them, then our own reader (`rescue`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

import cv2
import numpy as np

from hardware.camera import Pixels
from hardware.qr import QrCode, QrHint, QrReading
from hardware.qr.hint import hint_for
from hardware.qr.rescue import rescue
from hardware.qr.views import DIRECTIONS, EVERY_FRAME, TAKING_TURNS, View, cut_outs, still_recipes, stretched
from hardware.qr.zbar import library, second_opinion
from hardware.qr.zxing import Grey, Quad, Sighting
from hardware.status import DeviceKind, DeviceState, DeviceStatus

LIVE_BUDGET_S = 0.025
STILL_BUDGET_S = 3.0
LEANING, LEANING_STRETCH, LEANING_PIXELS = (DIRECTIONS[2], DIRECTIONS[0], DIRECTIONS[3], DIRECTIONS[1]), 1.6, 3_000_000
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
        for view in self._other_views(grey, deadline):
            if found.done or self._clock() > deadline:
                break
            found.take(view.look())
            self._look_closer(grey, found, deadline)
        if not self._live and not found.done:
            self._try_hard(grey, found, deadline)
        return found.reading(grey)

    def _try_hard(self, grey: Grey, found: Findings, deadline: float) -> None:
        """For files: the second opinion, then our own reader; pulled apart too while half of the time is left."""
        found.take(second_opinion(grey))
        everywhere = not found.any
        self._rescue(View(grey), found.unread(), found, everywhere=everywhere, deadline=deadline)
        for towards in LEANING if everywhere and grey.size < LEANING_PIXELS else ():
            if found.any or self._clock() > deadline - self._budget_s / 2:
                break
            leaning = stretched(grey, towards, along=LEANING_STRETCH)
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
        if self._clock() < deadline - self._budget_s / 2:
            self._turn += 1
            yield TAKING_TURNS[self._turn % len(TAKING_TURNS)](grey)


class Findings:
    """What the views of one picture have shown so far."""

    def __init__(self) -> None:
        self._read: list[Sighting] = []
        self._located: list[Sighting] = []
        self._looked_at = 0
        self._disputed: list[Sighting] = []

    @property
    def done(self) -> bool:
        """Something was read and nothing is left that was only located."""
        return bool(self._read) and all(self.is_read(place) for place in self._located)

    @property
    def any(self) -> bool:
        return bool(self._read)

    def unread(self) -> list[Sighting]:
        """Places that were only located."""
        return [place for place in self._located if not self.is_read(place)]

    def take(self, sightings: Iterable[Sighting]) -> None:
        for seen in sightings:
            if seen.text is None:
                if not self.is_read(seen) and not _same_place(seen, self._located):
                    self._located.append(seen)
            elif not (known := _same_place(seen, self._read)):
                self._read.append(seen)
            elif known.text != seen.text:
                self._disputed.append(known)

    def to_look_at(self) -> list[Sighting]:
        """Located places that have not been asked for yet."""
        fresh, self._looked_at = self._located[self._looked_at :], len(self._located)
        return [place for place in fresh if not self.is_read(place)]

    def is_read(self, place: Sighting) -> bool:
        return _same_place(place, self._read) is not None

    def reading(self, grey: Grey) -> QrReading:
        sure = [one for one in self._read if not _same_place(one, self._disputed)]
        codes = tuple(QrCode(one.text or "", _corners(one.corners)) for one in sure)
        if len({code.text for code in codes}) > 1:
            return QrReading(codes, QrHint.ONE_CODE_ONLY)
        if codes:
            return QrReading(codes)
        unread = max((*self._located, *self._disputed), key=lambda one: one.side, default=None)
        return QrReading((), hint_for(grey, unread) if unread else QrHint.NONE)


def _grey(pixels: Pixels) -> Grey:
    if pixels.ndim == 2:
        return np.ascontiguousarray(pixels, dtype=np.uint8)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _corners(corners: Quad) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]:
    first, second, third, fourth = ((round(float(x)), round(float(y))) for x, y in corners)
    return first, second, third, fourth


def _same_place(one: Sighting, others: Iterable[Sighting]) -> Sighting | None:
    """The sighting among others whose middle lies within half a side of this one's, if any."""
    middle, reach = one.corners.mean(axis=0), max(one.side, 8.0) / 2
    for other in others:
        if float(np.linalg.norm(other.corners.mean(axis=0) - middle)) < max(reach, other.side / 2):
            return other
    return None
