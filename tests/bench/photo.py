"""The studio's figures on one core: light check, whole check, the live loop, from all-green to the file, memory.

Times are processor time of one thread, so that other work on the machine counts little. `meets` says whether the 95th
percentile keeps the limit. The memory figure lets the kiosk's live look and the guide see 10,000 frames that walk
through faults, and compares the resident size after the first tenth with that at the end; PHOTO_FRAMES shortens it.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import count, cycle, islice
from pathlib import Path

import cv2
import numpy as np

from hardware.camera import Pixels
from hardware.camera.portrait import draw_person
from hardware.photo import PhotoStudio
from hardware.photo.live import Guide, best_of
from hardware.photo.studio import open_studio
from kiosk.desk.live_look import LiveLook

FRAMES = int(os.environ.get("PHOTO_FRAMES", "10000"))
WHOLE_EVERY = 0.5  # seconds between two whole looks, as the booth does it
GROWTH_KIB = 4096
Figure = dict[str, object]


def timed(action: Callable[[], object], rounds: int) -> list[float]:
    action()
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        action()
        spent.append((time.process_time() - start) * 1000)
    return sorted(spent)


def figure(name: str, spent: list[float], *, limit_ms: float) -> Figure:
    p95 = spent[int(0.95 * (len(spent) - 1))]
    return {
        "name": name,
        "median_ms": round(statistics.median(spent), 1),
        "p95_ms": round(p95, 1),
        "limit_ms": limit_ms,
        "meets": p95 <= limit_ms,
    }


def resident_kib() -> int:
    """This process's resident memory now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def walk() -> list[Pixels]:
    """A person who comes, leans, goes too near, shuts the eyes, sits in the dark, leaves."""
    good = draw_person(1280, 720, seed=3)
    looks = ({}, {"tilt": 9}, {"scale": 1.5}, {"scale": 0.6}, {"offset": (300, 0)}, {"eyes_open": False})
    frames = [draw_person(1280, 720, seed=3, **look) for look in looks]  # type: ignore[arg-type]
    empty = np.full_like(good, 214)
    return [*frames, (good * 0.3).astype(np.uint8), cv2.GaussianBlur(good, (0, 0), 6), empty, good, good, good]  # type: ignore[list-item]


def memory(studio: PhotoStudio) -> Figure:
    look, guide, now = LiveLook(studio, every=WHOLE_EVERY), Guide(), 0.0
    start = 0
    for place, pixels in enumerate(islice(cycle(walk()), FRAMES)):
        now += 1 / 30
        guide.see(look.of(pixels, now), now)
        if place == FRAMES // 10:
            start = resident_kib()
    grown = resident_kib() - start
    return {
        "name": f"memory, live loop of {FRAMES} frames",
        "grown_kib": grown,
        "resident_mib": round(resident_kib() / 1024),
        "limit_kib": GROWTH_KIB,
        "meets": grown <= GROWTH_KIB,
    }


def live_frame(studio: PhotoStudio, pixels: Pixels) -> Figure:
    """The mean cost of a frame at 30 a second when all is well, so that whole looks are spent."""
    look, clock = LiveLook(studio, every=WHOLE_EVERY), count()
    spent = timed(lambda: look.of(pixels, next(clock) / 30), 120)
    return {"name": "live look 1280x720, a frame", "mean_ms": round(statistics.mean(spent), 1), "limit_ms": 33}


def release(studio: PhotoStudio, burst: list[Pixels]) -> object:
    """What stands between all-green and the file: the burst has been glanced at as it came, the best is made."""
    seen = [studio.glance(pixels) for pixels in burst[:2]]
    best = burst[best_of(seen)]
    crop = studio.assess(best).crop
    assert crop is not None
    return studio.finish(best, crop)


def run() -> Iterator[Figure]:
    studio = open_studio()
    if not studio.status().usable:
        yield {"name": "photo", "skipped": studio.status().code}
        return
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        small, large = draw_person(1280, 720), draw_person(1920, 1080)
        yield figure("light check 1280x720", timed(lambda: studio.glance(small), 100), limit_ms=33)
        yield figure("light check 1920x1080", timed(lambda: studio.glance(large), 60), limit_ms=45)
        yield figure("whole check 1280x720", timed(lambda: studio.assess(small), 50), limit_ms=150)
        yield figure("whole check 1920x1080", timed(lambda: studio.assess(large), 50), limit_ms=150)
        yield live_frame(studio, small)
        yield figure("all-green to file 1920x1080", timed(lambda: release(studio, [large, large]), 20), limit_ms=300)
        yield memory(studio)
    finally:
        cv2.setNumThreads(threads)
