"""A desk for tests: devices that do what the test says, a clock turned by hand, the loop turned by hand.

The devices are implementations of the hardware contracts; codes are read by the real decoder, files made by the real
encoder.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from hardware.camera import Frame, Pixels
from hardware.card import CardReport
from hardware.devices import Devices
from hardware.photo import Advice, Assessment, Check, Crop, Excused, IdPhoto, encode
from hardware.photo.crop import centred
from hardware.printer.simulated import SimulatedPrinter
from hardware.qr.decode import FrameQrReader
from hardware.status import DeviceKind, DeviceState, DeviceStatus
from kiosk.desk import Desk, Garage, Timing
from kiosk.flow import Context, Intake
from schemas.card import CardVerdict
from schemas.intake import PhotoPlace
from schemas.stamp import Stamp
from tests.kiosk.flow import makes

HOSTS = ("kojinbango-card.go.jp",)
CROP = Crop(70, 0, 500, 643)
PRESENT = ("face_present", Check(0.9, "score", 0.5, None, True))
GOOD = Assessment(accepted=True, advice=(), checks=(PRESENT,), crop=CROP)


def noisy(seed: int = 0, *, width: int = 640, height: int = 660) -> Pixels:
    """A picture with enough in it to make a file of lawful size."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def refused(*advice: Advice) -> Assessment:
    failed = ("yaw", Check(40.0, "deg", -12, 12, False, advice=next(iter(advice), None)))
    return Assessment(accepted=False, advice=advice, checks=(PRESENT, failed), crop=CROP)


def sharpness(value: float) -> Assessment:
    checks = (
        PRESENT,
        ("sharpness", Check(value, "ratio", 0.3, None, True)),
        ("steadiness", Check(2, "", 1, None, True)),
    )
    return Assessment(accepted=True, advice=(), checks=checks, crop=CROP)


class StillCamera:
    """Shows the picture the test holds up."""

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._sequence = 0
        self.running = False

    def show(self, pixels: Pixels | None) -> None:
        self._sequence += 1
        self._frame = None if pixels is None else Frame(pixels, self._sequence, 0.0)

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False

    def latest(self) -> Frame | None:
        return self._frame

    def status(self) -> DeviceStatus:
        state = DeviceState.READY if self._frame else DeviceState.MISSING
        code = "camera.ready" if self._frame else "camera.unplugged"
        return DeviceStatus(DeviceKind.CAMERA, state, code, "still camera")


@dataclass
class SaidStudio:
    """Judges as told: `glances` by the first pixel of the picture, else `judgement`; the full look `backdrop`."""

    judgement: Assessment = GOOD
    glances: dict[int, Assessment] = field(default_factory=dict)
    judged: list[Pixels] = field(default_factory=list)
    backdrop: Assessment | None = None
    assessments: dict[int, Assessment] = field(default_factory=dict)
    excused: list[Excused] = field(default_factory=list)
    broken: bool = False

    def glance(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        return self.glances.get(int(pixels[0, 0, 0]), self.judgement)

    def assess(self, pixels: Pixels, *, excused: Excused = frozenset()) -> Assessment:
        if self.broken:
            raise RuntimeError("the engine has broken down")
        self.judged.append(pixels)
        self.excused.append(excused)
        return self.backdrop or self.assessments.get(int(pixels[0, 0, 0]), self.judgement)

    def fallback_crop(self, pixels: Pixels) -> Crop:
        return centred(pixels.shape[1], pixels.shape[0])

    def finish(self, pixels: Pixels, crop: Crop) -> IdPhoto:
        return encode.finish(pixels, crop)

    def status(self) -> DeviceStatus:
        return DeviceStatus(DeviceKind.PHOTO, DeviceState.READY, "photo.ready", "said engine 1")


class SaidCard:
    """Reports as told, when told: a check waits for `reports` to be given."""

    def __init__(self) -> None:
        self.asked: list[tuple[str | None, bool]] = []
        self._report = CardReport(CardVerdict.NO_CARD, "no card")
        self._go = threading.Event()
        self.lies = False

    def report(self, report: CardReport) -> None:
        self._report = report
        self._go.set()

    def check(self, *, pin: str | None = None, last_try_confirmed: bool = False, wait_s: float = 10.0) -> CardReport:
        self.asked.append((pin, last_try_confirmed))
        assert self._go.wait(10)
        self._go.clear()
        return self._report

    def present(self) -> bool:
        return self.lies

    def status(self) -> DeviceStatus:
        return DeviceStatus(DeviceKind.CARD, DeviceState.READY, "card.ready")

    def close(self) -> None: ...


class HandClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class TestCounter:
    """A desk with everything a test wants to hold in its hand."""

    __test__ = False

    def __init__(
        self, *, timing: Timing = Timing(), context: Context | None = None, garage: Garage | None = None
    ) -> None:
        self.camera, self.form_camera, self.tablet = StillCamera(), StillCamera(), StillCamera()
        self.studio, self.reader, self.printer = SaidStudio(), SaidCard(), SimulatedPrinter()
        self.clock = HandClock()
        self.context: Context | None = context or makes.context()
        self.desk = Desk(
            Devices(
                camera=self.camera,
                form_camera=self.form_camera,
                qr=FrameQrReader(),
                photo=self.studio,
                card=self.reader,
                printer=self.printer,
                tablet=self.tablet,
            ),
            context=lambda: self.context,
            hosts=lambda: HOSTS,
            stamp=lambda: Stamp(at=datetime(2026, 7, 10, 6, 0, tzinfo=UTC)),
            place=lambda: PhotoPlace(place="本部", lamp="L1"),
            monotonic=self.clock,
            timing=timing,
            garage=garage,
        )

    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds
        self.desk.tick()

    def stand_at(self, intake: Intake) -> Intake:
        self.desk.begin(intake)
        return intake
