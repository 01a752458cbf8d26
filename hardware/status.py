"""What a device tells the screen: a closed set of states with a stable code, never a traceback."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DeviceKind(StrEnum):
    CAMERA = "camera"
    QR = "qr"
    PHOTO = "photo"
    CARD = "card"
    PRINTER = "printer"


class DeviceState(StrEnum):
    """READY works now; STARTING will soon; OFF was switched off in the settings; the rest need a person."""

    READY = "ready"
    STARTING = "starting"
    OFF = "off"
    MISSING = "missing"
    BUSY = "busy"
    FAULT = "fault"


@dataclass(frozen=True)
class DeviceStatus:
    """`code` names what to do (screens translate it, e.g. `camera.unplugged`); `name` is the device's own name;
    `detail` is for the log and the doctor, in English."""

    kind: DeviceKind
    state: DeviceState
    code: str
    name: str = ""
    detail: str = ""

    @property
    def usable(self) -> bool:
        return self.state is DeviceState.READY
