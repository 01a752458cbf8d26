"""From a camera setting to a camera. OpenCV is loaded here and not before: without it the camera has a status."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hardware.absent import AbsentCamera
from hardware.camera import Camera, FrameSource
from hardware.camera.browser import BrowserSource
from hardware.camera.stream import CameraThread
from hardware.settings import DeviceSettings
from hardware.status import DeviceKind, DeviceState, DeviceStatus

if TYPE_CHECKING:
    from hardware.camera.simulated import SimulatedSource


@dataclass(frozen=True)
class ChosenCamera:
    """A camera, and its source where something else than a device feeds it."""

    camera: Camera
    simulated: SimulatedSource | None = None
    browser: BrowserSource | None = None


def choose_camera(setting: str, settings: DeviceSettings, *, form: bool = False) -> ChosenCamera:
    """The camera a setting names; never raises. `form`: the one that looks at the form, with the focus set for it."""
    kind, _, detail = setting.partition(":")
    if kind in ("", "off"):
        return _absent(DeviceState.OFF, "camera.off")
    if setting == "browser":
        source = BrowserSource()
        return ChosenCamera(CameraThread(source, frozen_s=None, retry_most_s=1.0), browser=source)
    try:
        if kind == "simulated":
            return _simulated(detail, settings)
        return ChosenCamera(_opencv(setting, settings, form=form))
    except ImportError as error:
        return _absent(DeviceState.FAULT, "camera.library_missing", setting, str(error))
    except ValueError:
        return _absent(DeviceState.FAULT, "camera.setting_unknown", setting, "there is no such scene")


def _absent(state: DeviceState, code: str, name: str = "", detail: str = "") -> ChosenCamera:
    return ChosenCamera(AbsentCamera(DeviceStatus(DeviceKind.CAMERA, state, code, name, detail)))


def _simulated(scene: str, settings: DeviceSettings) -> ChosenCamera:
    """Raises `ValueError` for a scene there is not."""
    from hardware.camera.simulated import DEMO_FORM_TEXT, Scene, SimulatedSource

    source = SimulatedSource(
        Scene(scene) if scene else None,
        width=settings.camera_width,
        height=settings.camera_height,
        form_text=settings.simulated_form_text or DEMO_FORM_TEXT,
    )
    return ChosenCamera(CameraThread(source), simulated=source)


def _opencv(setting: str, settings: DeviceSettings, *, form: bool) -> Camera:
    from hardware.camera.controls import Controls
    from hardware.camera.opencv import AddressSource, DeviceSource, VideoSource
    from hardware.camera.pictures import PictureSource, is_pictures

    if setting.isdecimal() or setting.startswith("/dev/"):
        device = int(setting) if setting.isdecimal() else setting
        controls = Controls(
            focus=settings.form_camera_focus if form else settings.camera_focus,
            exposure=settings.camera_exposure,
            white_balance=settings.camera_white_balance,
        )
        wanted = DeviceSource(
            device,
            width=settings.camera_width,
            height=settings.camera_height,
            warm_up=settings.camera_warm_up,
            controls=controls,
        )
        return CameraThread(wanted, frozen_s=settings.camera_frozen_s or None)
    if re.match(r"[a-z]+://", setting):
        return CameraThread(AddressSource(setting), frozen_s=settings.camera_frozen_s or None)
    source: FrameSource = PictureSource(setting) if is_pictures(setting) else VideoSource(Path(setting))
    return CameraThread(source, frozen_s=None)  # a file may stand still
