"""QR figures: how often a held sheet is read, by each library alone and by our readers, and how long a frame takes.

The sheets are drawn from seeds (`tests.samples.sheets`), so every run judges the same pictures. HELD_OUT seeds were not
looked at while the readers were tuned: no bound or order of views may be chosen by them. Times are processor
times of this process (all its threads together, so one core's): other programs do not disturb them much.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random

import numpy as np

from hardware.camera.simulated import Scene, SimulatedSource
from hardware.qr.decode import FrameQrReader
from hardware.qr.steady import SteadyReader
from tests.bench.qr_readers import Reader, readers
from tests.samples.sheets import Conditions, Shot, conditions, sample_text, shoot, single

HELD_OUT = 10_000
SIZES, SEVERITIES, EACH = (60, 80, 100, 140, 200), (0, 1, 2, 3, 4), 6
OTHER_TEXT = "https://example.com/another/code"
TROUBLES: dict[str, list[dict[str, object]]] = {
    "code px": [{"code_px": side} for side in (50, 60, 80, 120, 300)],
    "tilt °": [{"tilt": angle, "tilt_towards": 35} for angle in (30, 45, 60)],
    "roll °": [{"roll": angle} for angle in (45, 90, 180)],
    "curl mm": [{"curl_mm": radius, "curl_axis": 30, "tilt": 15} for radius in (100, 60, 50)],
    "defocus px": [{"defocus_px": radius} for radius in (1.5, 2.4, 3.2)],
    "motion px": [{"motion_px": length, "motion_towards": 25} for length in (3, 4.8, 6.5)],
    "glare": [{"glare": how, "glare_at": (0.4, 0.3)} for how in (0.6, 0.9, 1.3)],
    "light": [{"light": how, "noise": 5} for how in (0.4, 0.2, 0.1)],
    "shade": [{"shade": how} for how in (0.5, 0.9)],
    "contrast": [{"contrast": how, "noise": 3} for how in (0.5, 0.25, 0.12)],
    "faded": [{"faded": how, "noise": 3} for how in (0.5, 0.75, 0.88)],
    "dots": [{"dots": how} for how in (0.5, 1.0, 1.5)],
    "jpeg": [{"jpeg": quality, "code_px": 100} for quality in (40, 20, 10)],
    "moire": [{"moire": how, "code_px": side} for how in (0.4, 0.8) for side in (140, 200)],
    "cover": [{"cover": how, "cover_towards": 200} for how in (0.1, 0.2, 0.3)],
    "quiet": [{"quiet": modules} for modules in (2, 1, 0)],
    "inverted": [{"inverted": True}],
    "mirrored": [{"mirrored": True}],
    "beside": [{"beside": OTHER_TEXT}],
}


def run() -> Iterable[dict[str, object]]:
    """Decode rates in per cent, wrong texts as a count, times in milliseconds."""
    yield from _frames((1280, 720))
    yield from _frames((1920, 1080))
    yield from _sheet_frames()
    shots = [_shot(size, severity, number) for size in SIZES for severity in SEVERITIES for number in range(EACH)]
    for name, reader in readers().items():
        yield from _rates(name, reader, shots)
    yield from _troubles()
    yield from _clips()


def _shot(size: int, severity: int, number: int) -> tuple[int, int, Shot]:
    lots = Random(f"held out {HELD_OUT + number}/{size}/{severity}")
    how = conditions(lots, code_px=size, severity=severity)
    return size, severity, shoot(sample_text(lots), how, seed=HELD_OUT + number)


def _rates(name: str, reader: Reader, shots: list[tuple[int, int, Shot]]) -> Iterator[dict[str, object]]:
    read: dict[tuple[str, int], list[bool]] = {}
    wrong, times = 0, []
    for size, severity, shot in shots:
        begin = time.process_time()
        texts = reader(shot.pixels)
        times.append((time.process_time() - begin) * 1000)
        wrong += any(text != shot.text for text in texts)
        for kind, value in (("severity", severity), ("code px", size), ("all", 0)):
            read.setdefault((kind, value), []).append(shot.text in texts)
    yield _figure(f"{name}: read", 100 * float(np.mean(read["all", 0])), "%", sheets=len(shots))
    yield _figure(f"{name}: wrong texts", wrong, "count")
    yield _figure(f"{name}: time median", float(np.median(times)), "ms")
    yield _figure(f"{name}: time p95", float(np.percentile(times, 95)), "ms")
    for (kind, value), results in sorted(read.items()):
        if kind != "all":
            yield _figure(f"{name}: read, {kind} {value}", 100 * float(np.mean(results)), "%")


def _troubles(each: int = 4) -> Iterator[dict[str, object]]:
    """One trouble at a time on an otherwise clean sheet: a row with every reader's rate, and its wrong texts."""
    compared = readers()
    for values in (one for strengths in TROUBLES.values() for one in strengths):
        how: Conditions = single(**{"code_px": 140, **values})
        shots = [shoot(sample_text(Random(HELD_OUT + seed)), how, seed=HELD_OUT + seed) for seed in range(each)]
        rates, wrong = {}, {}
        for name, reader in compared.items():
            answers = [(shot.text, reader(shot.pixels)) for shot in shots]
            rates[name] = round(100 * float(np.mean([text in texts for text, texts in answers])))
            wrong[name] = sum(bool(set(texts) - {text, how.beside}) for text, texts in answers)
        trouble = ", ".join(f"{what} {value}" for what, value in values.items() if what != "beside")
        yield _figure(f"read, {trouble or 'two codes'}", rates["ours, a file"], "%", readers=rates, wrong=wrong)


def _clips(each: int = 8, frames: int = 15) -> Iterator[dict[str, object]]:
    """Half a second of a held sheet (30 frames a second, every second one): read by then, and after how many frames."""
    for severity, code_px in ((1, 80), (1, 140), (2, 100), (2, 140), (3, 140)):
        first, wrong = [], 0
        for number in range(each):
            lots, clock = Random(f"clip {HELD_OUT + number}/{severity}/{code_px}"), iter(range(10_000))
            how, text = conditions(lots, code_px=code_px, severity=severity), sample_text(lots)
            reader = SteadyReader(FrameQrReader(), clock=lambda clock=clock: next(clock) / 15)  # type: ignore[misc]
            for frame in range(frames):
                texts = {code.text for code in reader.read(_moved(text, how, lots, frame).pixels).codes}
                wrong += bool(texts - {text})
                if text in texts:
                    first.append(frame + 1)
                    break
        rate = 100 * len(first) / each
        name = f"live clip of {frames} frames, severity {severity}, code {code_px} px: read"
        yield _figure(name, rate, "%", wrong=wrong, median_frames=float(np.median(first)) if first else None)


def _moved(text: str, how: Conditions, lots: Random, frame: int) -> Shot:
    """The next frame: a hand trembles, focus and light change a little."""
    near = replace(
        how,
        code_px=how.code_px * lots.uniform(0.95, 1.05),
        tilt=max(0.0, how.tilt + lots.gauss(0, 4)),
        roll=how.roll + lots.gauss(0, 2),
        defocus_px=how.defocus_px * lots.uniform(0.6, 1.3),
        motion_px=how.motion_px * lots.uniform(0, 1.5),
        motion_towards=lots.uniform(0, 180),
        glare_at=(how.glare_at[0] + lots.gauss(0, 0.15), how.glare_at[1] + lots.gauss(0, 0.15)),
        offset=(how.offset[0] + lots.gauss(0, 0.01), how.offset[1] + lots.gauss(0, 0.01)),
    )
    return shoot(text, near, seed=HELD_OUT + frame)


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
        yield from _times(f"live frame {what}, {size[0]}×{size[1]}", times)


def _sheet_frames(each: int = 60) -> Iterator[dict[str, object]]:
    """Times of 1280×720 frames of held sheets: without a code, read, and with a code that stays unread."""
    times: dict[str, list[float]] = {"sheet without a code": [], "sheet that is read": [], "sheet not read": []}
    reader = SteadyReader(FrameQrReader())
    for number in range(3 * each):
        lots = Random(f"frame {HELD_OUT + number}")
        how = conditions(lots, code_px=lots.choice(SIZES), severity=lots.choice((1, 2, 3)))
        shot = shoot(sample_text(lots), replace(how, no_code=number % 3 == 0), seed=HELD_OUT + number)
        begin = time.process_time()
        codes = reader.read(shot.pixels).codes
        kind = "sheet without a code" if number % 3 == 0 else "sheet that is read" if codes else "sheet not read"
        times[kind].append((time.process_time() - begin) * 1000)
    for kind, taken in times.items():
        yield from _times(f"live frame, {kind}, 1280×720", taken)


def _times(name: str, taken: list[float]) -> Iterator[dict[str, object]]:
    for part, value in (("median", np.median(taken)), ("p95", np.percentile(taken, 95)), ("longest", max(taken))):
        yield _figure(f"{name}: time {part}", float(value), "ms", frames=len(taken))


def _figure(name: str, value: float, unit: str, **more: object) -> dict[str, object]:
    return {"figure": name, "value": round(value, 2), "unit": unit, **more}
