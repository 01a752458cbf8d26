"""QR figures: how often a held sheet is read, by each library alone and by our readers, and how long a frame takes.

The sheets are drawn from seeds (`tests.samples.sheets`), so every run judges the same pictures. Times are processor
times of this process: other programs on the machine do not disturb them much.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import TypeAlias

import cv2
import numpy as np
import zxingcpp
from pyzbar import pyzbar

from hardware.camera import Pixels
from hardware.camera.simulated import Scene, SimulatedSource
from hardware.qr.decode import FrameQrReader
from tests.samples.sheets import Conditions, Shot, conditions, sample_text, shoot, single

SIZES, SEVERITIES, EACH = (60, 80, 100, 140, 200), (0, 1, 2, 3, 4), 6
TROUBLES: dict[str, dict[str, float]] = {
    "tilt 60°": {"tilt": 60, "tilt_towards": 35},
    "curl 50 mm": {"curl_mm": 50, "curl_axis": 30, "tilt": 15},
    "defocus 0.7 module": {"defocus_px": 2.4},
    "motion 1.4 module": {"motion_px": 4.8, "motion_towards": 25},
    "glare": {"glare": 0.9, "glare_at": (0.4, 0.3)},  # type: ignore[dict-item]
    "dark": {"light": 0.1, "noise": 5},
    "inverted": {"inverted": True},
}
Reader: TypeAlias = Callable[[Pixels], list[str]]


def run() -> Iterable[dict[str, object]]:
    """Decode rates in per cent, wrong texts as a count, times in milliseconds."""
    yield from _frames((1280, 720))
    yield from _frames((1920, 1080))
    shots = [_shot(size, severity, number) for size in SIZES for severity in SEVERITIES for number in range(EACH)]
    for name, reader in _readers().items():
        yield from _rates(name, reader, shots)
    yield from _troubles()


def _readers() -> dict[str, Reader]:
    live, file = FrameQrReader(), FrameQrReader(live=False)

    def zxing_alone(pixels: Pixels) -> list[str]:
        found = zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        return [code.text for code in found]

    def pyzbar_alone(pixels: Pixels) -> list[str]:
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        return [code.data.decode("utf-8", "replace") for code in pyzbar.decode(grey, [pyzbar.ZBarSymbol.QRCODE])]

    return {
        "pyzbar alone": pyzbar_alone,
        "zxing-cpp alone": zxing_alone,
        "live, one frame": lambda pixels: [code.text for code in live.read(pixels).codes],
        "file": lambda pixels: [code.text for code in file.read(pixels).codes],
    }


def _shot(size: int, severity: int, number: int) -> tuple[int, int, Shot]:
    lots = Random(f"{size}/{severity}/{number}")
    return size, severity, shoot(sample_text(lots), conditions(lots, code_px=size, severity=severity), seed=number)


def _rates(name: str, reader: Reader, shots: list[tuple[int, int, Shot]]) -> Iterator[dict[str, object]]:
    read: dict[tuple[str, int], list[bool]] = {}
    wrong, times = 0, []
    for size, severity, shot in shots:
        begin = time.process_time()
        texts = reader(shot.pixels)
        times.append((time.process_time() - begin) * 1000)
        wrong += any(text != shot.text for text in texts)
        for group in (("severity", severity), ("code px", size), ("all", 0)):
            read.setdefault(group, []).append(shot.text in texts)
    yield _figure(f"{name}: read", 100 * float(np.mean(read["all", 0])), "%", sheets=len(shots))
    yield _figure(f"{name}: wrong texts", wrong, "count")
    yield _figure(f"{name}: time median", float(np.median(times)), "ms")
    yield _figure(f"{name}: time p95", float(np.percentile(times, 95)), "ms")
    for (group, value), results in sorted(read.items()):
        if group != "all":
            yield _figure(f"{name}: read, {group} {value}", 100 * float(np.mean(results)), "%")


def _troubles() -> Iterator[dict[str, object]]:
    for trouble, values in TROUBLES.items():
        how: Conditions = single(**{"code_px": 140, **values})
        shots = [shoot(sample_text(Random(seed)), how, seed=seed) for seed in range(5)]
        for name, reader in _readers().items():
            rate = np.mean([shot.text in reader(shot.pixels) for shot in shots])
            yield _figure(f"{name}: read, {trouble}", 100 * float(rate), "%")


def _frames(size: tuple[int, int]) -> Iterator[dict[str, object]]:
    """Times of live frames: nobody or a person before the camera, and a sheet with a code."""
    for what, scenes in (("without a code", (Scene.NOBODY, Scene.PERSON)), ("with a code", (Scene.FORM,))):
        times = []
        for scene in scenes:
            source, reader = SimulatedSource(scene, width=size[0], height=size[1], rate=10_000), FrameQrReader()
            source.open()
            for _ in range(40):
                pixels = source.read()
                assert pixels is not None
                begin = time.process_time()
                codes = reader.read(pixels).codes
                times.append((time.process_time() - begin) * 1000)
                assert bool(codes) == (scene is Scene.FORM)
        for name, value in (("median", np.median(times)), ("p95", np.percentile(times, 95))):
            yield _figure(f"live frame {what}, {size[0]}×{size[1]}: time {name}", float(value), "ms")


def _figure(name: str, value: float, unit: str, **more: object) -> dict[str, object]:
    return {"figure": name, "value": round(value, 2), "unit": unit, **more}
