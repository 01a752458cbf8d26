"""Focus, exposure and white balance: what the settings ask of a camera's driver, and what the driver made of it.

Values of Video4Linux as OpenCV passes them on: exposure mode 3 is automatic, 1 by hand. A control that a camera lacks
is not an error: it is said in the camera's status, so that the doctor shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import cv2

AUTO, KEEP = "auto", "keep"
_EXPOSURE_AUTO, _EXPOSURE_BY_HAND = 3.0, 1.0


class Driver(Protocol):
    """The part of `cv2.VideoCapture` that controls need."""

    def set(self, control: int, value: float, /) -> bool: ...

    def get(self, control: int, /) -> float: ...


@dataclass(frozen=True)
class Controls:
    """Each `auto`, `keep` (leave it as it is) or a number in the driver's own unit."""

    focus: str = AUTO
    exposure: str = AUTO
    white_balance: str = AUTO


@dataclass(frozen=True)
class _Knob:
    """A control with its automatic: where the automatic is switched, to what, and where the value goes."""

    name: str
    automatic: int
    on: float
    off: float
    value: int


_KNOBS = (
    _Knob("focus", cv2.CAP_PROP_AUTOFOCUS, 1.0, 0.0, cv2.CAP_PROP_FOCUS),
    _Knob("exposure", cv2.CAP_PROP_AUTO_EXPOSURE, _EXPOSURE_AUTO, _EXPOSURE_BY_HAND, cv2.CAP_PROP_EXPOSURE),
    _Knob("white_balance", cv2.CAP_PROP_AUTO_WB, 1.0, 0.0, cv2.CAP_PROP_WB_TEMPERATURE),
)


def adjust(driver: Driver, wanted: Controls) -> str:
    """Set the controls; one line about what the driver accepted, e.g. `focus 30: set, exposure auto: not offered`."""
    return ", ".join(_adjusted(driver, wanted))


def _adjusted(driver: Driver, wanted: Controls) -> Iterator[str]:
    for knob in _KNOBS:
        setting = getattr(wanted, knob.name)
        name = knob.name.replace("_", " ")
        if setting == KEEP:
            continue
        if setting == AUTO:
            yield f"{name} auto: {_outcome(driver, knob.automatic, knob.on)}"
        else:
            driver.set(knob.automatic, knob.off)
            yield f"{name} {setting}: {_outcome(driver, knob.value, float(setting))}"


def _outcome(driver: Driver, control: int, value: float) -> str:
    """A driver may say yes and do something else: what counts is what it says afterwards."""
    if not driver.set(control, value):
        return "not offered"
    now = driver.get(control)
    return "set" if abs(now - value) < 0.5 else f"driver keeps {now:g}"
