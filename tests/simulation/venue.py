"""The venue: the real application behind a socket, an office behind another, simulated devices behind the contracts.

Cameras draw scenes, codes are decoded and photos judged for real, the IC card answers APDU by APDU in this process with
15 ms a command as contactless cards take, slips become PDF files.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx2
import uvicorn

from hardware.camera.choice import choose_camera
from hardware.camera.simulated import Scene, SimulatedSource
from hardware.card.desk import ReaderDesk
from hardware.card.sources import TrustSources
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.card import Mood
from hardware.card.virtual.states import CardMaker, CardState, Holder
from hardware.card.virtual.transport import InProcessReaders
from hardware.devices import Devices, Stage
from hardware.photo.studio import open_studio
from hardware.printer.choice import choose_printer
from hardware.qr.decode import FrameQrReader
from hardware.qr.steady import SteadyReader
from hardware.settings import DeviceSettings
from kiosk.app import create_app
from kiosk.desk import Timing
from kiosk.outbox import Outbox
from kiosk.settings import KioskSettings
from tests.kiosk.outbox.running_office import RunningOffice
from tests.kiosk.web.conftest import _office, _port
from tests.kiosk.web.kiosk import CONTRACTOR, STAFF, Browser

_SLOW = 0.015
_READER = "reader"


@dataclass
class Venue:
    """`face`, `form`: what stands before the cameras. `kiosk`: the applicant's browser; `tablets`: staff's."""

    address: str
    outbox: Outbox
    office: RunningOffice
    face: SimulatedSource
    form: SimulatedSource
    readers: InProcessReaders
    maker: CardMaker
    kiosk: Browser
    tablets: dict[bool, Browser]

    def lay_card(self, days: int, state: CardState = CardState.VALID) -> None:
        """A card that is valid for so many days yet; `state`: of its certificate."""
        holder = Holder(card_expires=self.outbox.today() + timedelta(days=days))
        self.readers.cards[_READER] = self.maker.card(state, holder, mood=Mood(slow_s=_SLOW))

    def lift_card(self) -> None:
        self.readers.cards[_READER] = None

    def hold_form(self, text: str | None) -> None:
        """A form with this id before the camera; None takes it away."""
        self.form.show(Scene.FORM if text else Scene.NOBODY, **({"form_text": text} if text else {}))


@contextmanager
def opened(folder: Path) -> Iterator[Venue]:
    """Everything started and enrolled; stopped at the end. The picture takes itself as in use; that it waits at least
    2.5 s for people to sit down (`Timing.arm`) is within the time they are said to need for that."""
    with ExitStack() as stack:
        office = stack.enter_context(_office(_port()))
        outbox = Outbox.open(folder / "outbox")
        stack.callback(outbox.close)
        outbox.enrol(office.office.ticket(office.url), "見本の端末")
        outbox.refresh_bundle()
        settings = DeviceSettings(camera_width=1280, camera_height=720, printer_folder=folder / "slips")
        face, form = (choose_camera(f"simulated:{scene}", settings) for scene in (Scene.PERSON, Scene.NOBODY))
        tablet = choose_camera("browser", settings)
        maker = CardMaker(VirtualAuthority.create(_now()), _now)
        (folder / "trust").mkdir()
        (folder / "trust" / "authority.pem").write_bytes(maker.authority.pem)
        readers = InProcessReaders({_READER: None})
        assert face.simulated is not None
        assert form.simulated is not None
        devices = Devices(
            camera=face.camera, form_camera=form.camera, qr=SteadyReader(FrameQrReader()), photo=open_studio(),
            card=ReaderDesk(readers, TrustSources(folder / "trust", (), _now), card_expiry=True),
            printer=choose_printer(settings),
            stage=Stage(face.simulated, form.simulated, tablet.browser), tablet=tablet.camera,
        )  # fmt: skip
        stack.callback(devices.close)
        timing = Timing(arm=0.0)
        app = create_app(
            KioskSettings(data=folder / "data", development=True), outbox=outbox, devices=devices, timing=timing
        )
        address = stack.enter_context(_served(app))
        browsers = [Browser(stack.enter_context(_client(base_url=address))) for _ in range(3)]
        tablets = dict(zip((True, False), browsers[1:], strict=True))
        for who, tablet in zip((STAFF, CONTRACTOR), tablets.values(), strict=True):
            assert tablet.sign_in(who)["status"] == 200
        yield Venue(address, outbox, office, face.simulated, form.simulated, readers, maker, browsers[0], tablets)


def _now() -> datetime:
    return datetime.now(UTC)


_client = partial(httpx2.Client, follow_redirects=True, timeout=30, trust_env=False)


@contextmanager
def _served(app: object) -> Iterator[str]:
    port = _port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(15)
