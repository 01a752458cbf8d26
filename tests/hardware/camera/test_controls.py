"""Controls: what is asked of a driver, and what is said about its answer."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest
from pydantic import ValidationError

from hardware.camera.controls import Controls, adjust
from hardware.camera.nodes import must_be_camera
from hardware.camera.stream import CameraThread
from hardware.errors import DeviceMissing
from hardware.settings import DeviceSettings
from tests.hardware.camera.conftest import ScriptedSource, until


class Webcam:
    """A driver with some controls; `stuck` ones say yes and keep their value."""

    def __init__(self, *offered: int, stuck: dict[int, float] | None = None) -> None:
        self.values: dict[int, float] = dict.fromkeys(offered, 0.0) | (stuck or {})
        self._stuck = stuck or {}

    def set(self, control: int, value: float, /) -> bool:
        if control not in self.values:
            return False
        if control not in self._stuck:
            self.values[control] = value
        return True

    def get(self, control: int, /) -> float:
        return self.values.get(control, 0.0)


EVERYTHING = (
    cv2.CAP_PROP_AUTOFOCUS, cv2.CAP_PROP_FOCUS, cv2.CAP_PROP_AUTO_EXPOSURE, cv2.CAP_PROP_EXPOSURE,
    cv2.CAP_PROP_AUTO_WB, cv2.CAP_PROP_WB_TEMPERATURE,
)  # fmt: skip


def test_a_value_by_hand_switches_the_automatic_off_first() -> None:
    webcam = Webcam(*EVERYTHING)
    said = adjust(webcam, Controls(focus="30", exposure="156", white_balance="4600"))
    assert said == "focus 30: set, exposure 156: set, white balance 4600: set"
    assert webcam.values[cv2.CAP_PROP_AUTOFOCUS] == 0
    assert webcam.values[cv2.CAP_PROP_AUTO_EXPOSURE] == 1  # by hand, in Video4Linux's words
    assert webcam.values[cv2.CAP_PROP_AUTO_WB] == 0


def test_the_automatic_is_the_default() -> None:
    webcam = Webcam(*EVERYTHING)
    assert adjust(webcam, Controls()) == "focus auto: set, exposure auto: set, white balance auto: set"
    assert webcam.values[cv2.CAP_PROP_AUTO_EXPOSURE] == 3


def test_a_control_the_camera_lacks_is_said_and_hurts_nothing() -> None:
    assert adjust(Webcam(cv2.CAP_PROP_AUTO_WB), Controls(exposure="keep")) == (
        "focus auto: not offered, white balance auto: set"
    )


def test_a_driver_that_says_yes_and_does_otherwise_is_found_out() -> None:
    webcam = Webcam(cv2.CAP_PROP_AUTOFOCUS, stuck={cv2.CAP_PROP_FOCUS: 12.0})
    assert adjust(webcam, Controls("30", "keep", "keep")) == "focus 30: driver keeps 12"


@pytest.mark.parametrize("value", ["fast", "", "1e9", "30; rm"])
def test_a_control_that_is_none_is_refused_at_start(value: str) -> None:
    with pytest.raises(ValidationError):
        DeviceSettings(camera_focus=value)


def test_what_the_driver_accepted_stands_in_the_cameras_status() -> None:
    camera = CameraThread(ScriptedSource())
    camera.start()
    assert until(lambda: camera.status().usable)
    assert camera.status().detail == "1280×720, focus auto: set"
    camera.stop()


def test_a_file_is_no_camera(tmp_path: Path) -> None:
    (tmp_path / "video0").write_text("no camera")
    with pytest.raises(DeviceMissing) as caught:
        must_be_camera(tmp_path / "video0")
    assert caught.value.code == "camera.not_a_camera"
