"""The studio's figures on one core: the quick look at a frame, the whole judgement, from all-green to the file, memory.

Times are processor time of one thread, so that other work on the machine counts little.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Iterator

import cv2

from hardware.camera.portrait import draw_person
from hardware.photo.studio import open_studio

FRAMES = 300
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
    }


def run() -> Iterator[Figure]:
    studio = open_studio()
    if not studio.status().usable:
        yield {"name": "photo", "skipped": studio.status().code}
        return
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        small, large = draw_person(1280, 720), draw_person(1920, 1080)
        yield figure("glance 1280x720", timed(lambda: studio.glance(small), 60), limit_ms=33)
        yield figure("glance 1920x1080", timed(lambda: studio.glance(large), 40), limit_ms=45)
        yield figure("assess 1280x720", timed(lambda: studio.assess(small), 30), limit_ms=150)
        yield figure("assess 1920x1080", timed(lambda: studio.assess(large), 30), limit_ms=150)
        crop = studio.assess(large).crop
        assert crop is not None
        yield figure(
            "assess and file 1920x1080",
            timed(lambda: (studio.assess(large), studio.finish(large, crop)), 15),
            limit_ms=300,
        )
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(FRAMES):
            studio.glance(small)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        yield {"name": f"memory grown over {FRAMES} frames", "kib": grown, "peak_mib": round((before + grown) / 1024)}
    finally:
        cv2.setNumThreads(threads)
