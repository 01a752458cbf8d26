"""The only factory: settings in, opened devices out. A device that cannot be opened is there with its status."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.camera import Camera
from hardware.card import CardDesk
from hardware.photo import PhotoStudio
from hardware.printer import SlipPrinter
from hardware.qr import QrReader
from hardware.status import DeviceStatus


@dataclass(frozen=True)
class Devices:
    """Everything at one counter. `form_camera` is `camera` when there is only one."""

    camera: Camera
    form_camera: Camera
    qr: QrReader
    photo: PhotoStudio
    card: CardDesk
    printer: SlipPrinter

    def statuses(self) -> tuple[DeviceStatus, ...]:
        """One status a device, in a fixed order for the doctor and the staff screen."""
        return (
            self.camera.status(),
            self.qr.status(),
            self.photo.status(),
            self.card.status(),
            self.printer.status(),
        )

    def close(self) -> None:
        self.camera.stop()
        self.form_camera.stop()
        self.card.close()
