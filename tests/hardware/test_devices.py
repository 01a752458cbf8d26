"""The factory: what settings name is opened, what cannot be opened is there with its status."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hardware.absent import AbsentCamera, AbsentPrinter, AbsentReader, AbsentStudio
from hardware.camera.simulated import DEMO_FORM_TEXT, Scene
from hardware.devices import open_devices
from hardware.errors import InputRefused
from hardware.photo import Crop
from hardware.printer import Slip
from hardware.settings import DeviceSettings
from hardware.status import DeviceKind, DeviceState, DeviceStatus
from tests.hardware.camera.conftest import until

SMALL = {"camera_width": 640, "camera_height": 480}


def settings(**changes: object) -> DeviceSettings:
    return DeviceSettings(**{"camera": "off", "card": "off", "printer": "off", **SMALL, **changes})


def test_everything_switched_off_is_off_in_a_fixed_order() -> None:
    devices = open_devices(settings())
    kinds = [status.kind for status in devices.statuses()]
    assert kinds == [DeviceKind.CAMERA, DeviceKind.QR, DeviceKind.PHOTO, DeviceKind.CARD, DeviceKind.PRINTER]
    states = {status.kind: status.state for status in devices.statuses()}
    assert states[DeviceKind.CAMERA] is states[DeviceKind.CARD] is states[DeviceKind.PRINTER] is DeviceState.OFF
    devices.start()
    devices.close()


def test_one_camera_serves_both_and_two_have_two_statuses() -> None:
    one = open_devices(settings(camera="simulated"))
    assert one.camera is one.form_camera
    assert one.stage.camera is one.stage.form_camera
    two = open_devices(settings(camera="simulated:person", form_camera="simulated:form"))
    assert two.camera is not two.form_camera
    assert [status.kind for status in two.statuses()][:2] == [DeviceKind.CAMERA] * 2
    one.close()
    two.close()


def test_a_simulated_form_is_read_by_the_real_reader_and_the_stage_changes_it() -> None:
    devices = open_devices(settings(camera="simulated:form", camera_width=1280, camera_height=720))

    def text() -> str:
        frame = devices.form_camera.latest()
        codes = devices.qr.read(frame.pixels).codes if frame else ()
        return codes[0].text if codes else ""

    devices.start()
    assert until(lambda: text() == DEMO_FORM_TEXT)
    assert devices.stage.form_camera is not None
    devices.stage.form_camera.show(Scene.FORM, form_text="99990000111122223333444")
    assert until(lambda: text() == "99990000111122223333444")
    devices.stage.form_camera.show(Scene.NOBODY)
    assert until(lambda: text() == "")
    devices.close()
    assert devices.camera.status().state is DeviceState.OFF


def test_a_scanned_line_comes_before_what_the_camera_shows() -> None:
    devices = open_devices(settings())
    assert devices.stage.scanner is not None
    devices.stage.scanner.offer("12345678901234567890123\r\n")
    assert devices.qr.read(np.zeros((48, 64, 3), np.uint8)).codes[0].text == "12345678901234567890123"
    assert devices.qr.read(np.zeros((48, 64, 3), np.uint8)).codes == ()
    devices.close()


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("97", "camera.unplugged"),
        ("/dev/v4l/by-id/none", "camera.unplugged"),
        ("none.mp4", "camera.no_such_file"),
        ("none_%03d.png", "camera.no_such_file"),
        ("http://127.0.0.1:9/", "camera.no_answer"),
        ("/dev/vidoe0", "camera.no_such_device"),
        ("/dev/null", "camera.not_a_camera"),
        ("browser", "camera.browser_silent"),
        ("simulated:cat", "camera.setting_unknown"),
        ("off", "camera.off"),
        ("", "camera.off"),
    ],
)
def test_each_kind_of_camera_that_is_not_there_says_so(setting: str, code: str) -> None:
    devices = open_devices(settings(camera=setting))
    devices.start()
    assert until(lambda: devices.camera.status().code == code)
    assert devices.camera.latest() is None
    devices.close()


def test_a_picture_file_as_camera(tmp_path: Path) -> None:
    Image.new("RGB", (64, 48), "white").save(tmp_path / "a.png")
    devices = open_devices(settings(camera=str(tmp_path / "a.png")))
    devices.start()
    assert until(lambda: devices.camera.latest() is not None)
    devices.close()


def test_a_browser_feeds_the_camera(tmp_path: Path) -> None:
    devices = open_devices(settings(form_camera="browser"))
    assert devices.stage.browser is not None
    file = tmp_path / "frame.jpg"
    Image.new("RGB", (64, 48), "white").save(file)
    devices.start()
    for _ in range(100):
        devices.stage.browser.offer(file.read_bytes())
        if until(lambda: devices.form_camera.latest() is not None, seconds=0.05):
            break
    assert devices.form_camera.status().usable
    devices.close()


def test_absent_devices_do_nothing_and_say_why() -> None:
    status = DeviceStatus(DeviceKind.CAMERA, DeviceState.FAULT, "camera.library_missing", "", "no libGL")
    camera, reader, printer, studio = (
        kind(status) for kind in (AbsentCamera, AbsentReader, AbsentPrinter, AbsentStudio)
    )
    camera.start()
    camera.stop()
    pixels = np.zeros((90, 35, 3), np.uint8)
    assert camera.latest() is None
    assert reader.read(pixels).codes == ()
    assert not printer.print(Slip("", ()), reference="x").ok
    assert not studio.glance(pixels).accepted
    assert studio.fallback_crop(pixels) == Crop(0, 22, 35, 45)
    with pytest.raises(InputRefused):
        studio.finish(pixels, Crop(0, 0, 35, 45))
    assert {device.status() for device in (camera, reader, printer, studio)} == {status}


WITHOUT_OPENCV = """
import sys
for name in ("cv2", "zxingcpp", "pyzbar"):
    sys.modules[name] = None
from hardware.devices import open_devices
from hardware.settings import DeviceSettings
devices = open_devices(DeviceSettings(camera="0", form_camera="simulated", card="off", printer="off"))
devices.start()
print(" ".join(status.code for status in devices.statuses()))
devices.close()
"""


def test_a_machine_without_the_libraries_still_has_all_its_devices() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_OPENCV], capture_output=True, text=True, check=False)
    codes = (
        "camera.library_missing camera.library_missing qr.library_missing photo.library_missing card.off printer.off"
    )
    assert done.stdout.strip() == codes, done.stderr
