"""A kiosk at the photo step in this process: real application, real studio, a drawn person who sits as told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import uvicorn

from hardware.camera.portrait import draw_person
from hardware.camera.poses import Pose
from hardware.camera.simulated import Scene, SimulatedSource
from hardware.camera.stream import CameraThread
from hardware.devices import Devices, Stage
from hardware.photo.studio import open_studio
from hardware.printer.simulated import SimulatedPrinter
from hardware.qr.decode import FrameQrReader
from kiosk.app import create_app
from kiosk.desk import Desk, Timing
from kiosk.outbox import Outbox
from kiosk.settings import KioskSettings
from tests.kiosk.desk.counter import SaidCard
from tests.kiosk.outbox.running_office import RunningOffice


@dataclass
class Booth:
    """`source`: the drawn camera; `desk`: the counter behind the screens."""

    url: str
    source: SimulatedSource
    desk: Desk

    today: str

    @staticmethod
    def portrait() -> bytes:
        """A drawn person in a file."""
        return bytes(cv2.imencode(".jpg", draw_person(1200, 1500, seed=3))[1])

    def sit(self, pose: Pose) -> None:
        self.source.show(Scene.PERSON, pose=pose)


@contextmanager
def open_booth(folder: Path, office: RunningOffice, port: int, timing: Timing) -> Iterator[Booth]:
    from hardware.camera.choice import choose_camera
    from hardware.settings import DeviceSettings

    with ExitStack() as stack:
        outbox = Outbox.open(folder / "outbox")
        stack.callback(outbox.close)
        outbox.enrol(office.office.ticket(office.url), "見本の端末")
        outbox.refresh_bundle()
        source = SimulatedSource(Scene.PERSON, width=1920, height=1080, rate=8)
        tablet = choose_camera("browser", DeviceSettings())
        devices = Devices(
            camera=CameraThread(source), qr=FrameQrReader(),
            form_camera=CameraThread(SimulatedSource(Scene.NOBODY, width=320, height=240, rate=4)),
            photo=open_studio(), card=SaidCard(), printer=SimulatedPrinter(),
            stage=Stage(source, browser=tablet.browser), tablet=tablet.camera,
        )  # fmt: skip
        stack.callback(devices.close)
        settings = KioskSettings(data=folder / "data", development=True)
        app = create_app(settings, outbox=outbox, devices=devices, timing=timing)
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None))
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            while not server.started:
                time.sleep(0.02)
            yield Booth(f"http://127.0.0.1:{port}", source, app.state.room.counter.desk, outbox.today().isoformat())
        finally:
            server.should_exit = True
            server.force_exit = True
            thread.join()
