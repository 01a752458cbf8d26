"""The only factory: settings in, opened devices out. A device that cannot be opened is there with its status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hardware.absent import AbsentReader, AbsentStudio
from hardware.camera import Camera
from hardware.camera.choice import choose_camera
from hardware.card import CardDesk
from hardware.card.pcsc import open_card_desk
from hardware.photo import PhotoStudio
from hardware.printer import SlipPrinter
from hardware.printer.choice import choose_printer
from hardware.printer.simulated import SimulatedPrinter
from hardware.qr import QrReader
from hardware.qr.wedge import ScannerReader, SerialScanner
from hardware.settings import DeviceSettings
from hardware.status import DeviceKind, DeviceState, DeviceStatus

if TYPE_CHECKING:
    from hardware.camera.browser import BrowserSource
    from hardware.camera.simulated import SimulatedSource
    from hardware.card.virtual.dock import CardDock


def _machine_time() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Stage:
    """What something else than a device feeds: drawn scenes, cards and a printer's moods (the dock), a tablet's
    frames, a wedge's lines."""

    camera: SimulatedSource | None = None
    form_camera: SimulatedSource | None = None
    browser: BrowserSource | None = None
    scanner: ScannerReader | None = None
    card: CardDock | None = None
    printer: SimulatedPrinter | None = None


@dataclass(frozen=True)
class Devices:
    """Everything at one counter. `form_camera` is `camera` when there is only one. `tablet`: the camera of a tablet's
    browser, which may send frames at any time; `camera` itself when the settings name it."""

    camera: Camera
    form_camera: Camera
    qr: QrReader
    photo: PhotoStudio
    card: CardDesk
    printer: SlipPrinter
    stage: Stage = Stage()
    tablet: Camera | None = None
    serial: SerialScanner | None = None

    def statuses(self) -> tuple[DeviceStatus, ...]:
        """One status a device, in a fixed order for the doctor and the staff screen."""
        cameras = (self.camera,) if self.form_camera is self.camera else (self.camera, self.form_camera)
        others = (self.qr, self.photo, self.card, self.printer)
        return (*(camera.status() for camera in cameras), *(device.status() for device in others))

    def _cameras(self) -> tuple[Camera, ...]:
        """Each once."""
        cameras = (self.camera, self.form_camera, self.tablet)
        return tuple({id(camera): camera for camera in cameras if camera is not None}.values())

    def start(self) -> None:
        """The cameras begin; harmless when already running."""
        for camera in self._cameras():
            camera.start()

    def close(self) -> None:
        for camera in self._cameras():
            camera.stop()
        if self.serial is not None:
            self.serial.stop()
        self.card.close()
        if self.stage.card is not None:
            self.stage.card.close()


def open_devices(settings: DeviceSettings, *, now: Callable[[], datetime] = _machine_time) -> Devices:
    """Open what the settings name; cameras wait for their `start`. Never raises for a device.

    `now` is the time certificates are judged by: the kiosk gives the office's, not its own machine's.
    """
    chosen = choose_camera(settings.camera, settings)
    form = choose_camera(settings.form_camera, settings, form=True) if settings.form_camera else chosen
    tablet = next((each for each in (chosen, form) if each.browser), None) or choose_camera("browser", settings)
    reader = ScannerReader(_frame_reader())
    serial = SerialScanner(Path(settings.qr_scanner), reader) if settings.qr_scanner else None
    if serial is not None:
        serial.start()
    card, dock = _card_desk(settings, now)
    printer = choose_printer(settings)
    return Devices(
        camera=chosen.camera,
        form_camera=form.camera,
        qr=reader,
        photo=_studio(),
        card=card,
        printer=printer,
        stage=Stage(
            chosen.simulated,
            form.simulated,
            tablet.browser,
            reader,
            dock,
            printer if isinstance(printer, SimulatedPrinter) else None,
        ),
        tablet=tablet.camera,
        serial=serial,
    )


def _card_desk(settings: DeviceSettings, now: Callable[[], datetime]) -> tuple[CardDesk, CardDock | None]:
    if settings.card != "simulated":
        return open_card_desk(settings, now=now), None
    from hardware.card.virtual.dock import CardDock, docked_desk

    dock = CardDock(now)
    return docked_desk(dock, settings, now), dock


def _frame_reader() -> QrReader:
    try:
        from hardware.qr.decode import FrameQrReader
        from hardware.qr.steady import SteadyReader
    except ImportError as error:
        return AbsentReader(DeviceStatus(DeviceKind.QR, DeviceState.FAULT, "qr.library_missing", "", str(error)))
    return SteadyReader(FrameQrReader())


def _studio() -> PhotoStudio:
    try:
        from hardware.photo.studio import open_studio
    except ImportError as error:
        return AbsentStudio(DeviceStatus(DeviceKind.PHOTO, DeviceState.FAULT, "photo.library_missing", "", str(error)))
    return open_studio()
