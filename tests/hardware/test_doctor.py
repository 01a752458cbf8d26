"""The doctor: what is there, what works, what to do – and its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hardware import doctor
from hardware.advice import advice_for
from hardware.devices import open_devices
from hardware.settings import DeviceSettings
from hardware.status import DeviceKind, DeviceState, DeviceStatus


def run(*words: str) -> tuple[int, dict[str, dict[str, object]]]:
    """The exit code and the line of each kind of device."""
    line = [sys.executable, "-m", "hardware", "doctor", *words]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in done.stderr
    return done.returncode, {found["kind"]: found for found in map(json.loads, done.stdout.splitlines())}


def test_all_wanted_devices_ready_is_success(tmp_path: Path) -> None:
    code, found = run("--camera", "simulated", "--card", "off", "--printer-folder", str(tmp_path))
    photo_ready = found["photo"]["state"] == "ready"
    assert {kind: line["state"] for kind, line in found.items() if kind != "photo"} == {
        "camera": "ready",
        "qr": "ready",
        "card": "off",
        "printer": "ready",
    }
    assert code == (0 if photo_ready else 1)


def test_a_missing_device_has_advice_in_two_languages_and_the_exit_code_says_it() -> None:
    code, found = run("--camera", "97", "--card", "off", "--printer", "escpos:/dev/usb/lp97", "--wait", "1")
    assert code == 1
    assert found["camera"]["code"] == "camera.unplugged"
    assert found["printer"]["state"] == "missing"
    for kind in ("camera", "printer"):
        advice = found[kind]["advice"]
        assert isinstance(advice, dict)
        assert advice["ja"]
        assert advice["en"]


def test_the_table_for_people_marks_what_is_wrong() -> None:
    devices = open_devices(DeviceSettings(camera="simulated:cat", card="off", printer="simulated"))
    lines = list(doctor.table(list(doctor.examine(devices, wait_s=0))))
    devices.close()
    assert lines[0].startswith("✗ camera")
    assert any(line.startswith("✓ printer") for line in lines)
    assert any(line.startswith("– card") for line in lines)


@pytest.mark.parametrize("kind", list(DeviceKind))
@pytest.mark.parametrize("state", list(DeviceState))
def test_every_trouble_has_advice_and_nothing_else_has(kind: DeviceKind, state: DeviceState) -> None:
    advice = advice_for(DeviceStatus(kind, state, f"{kind}.some_new_trouble"))
    assert bool(advice.ja and advice.en) == (state not in (DeviceState.READY, DeviceState.OFF))


def test_two_cameras_are_told_apart_and_a_wrong_path_is_not_called_unplugged() -> None:
    line = [
        sys.executable,
        "-m",
        "hardware",
        "doctor",
        "--camera",
        "97",
        "--form-camera",
        "/nowhere/cam",
        "--card",
        "off",
    ]
    done = subprocess.run([*line, "--wait", "1"], capture_output=True, text=True, check=False, timeout=60)
    cameras = [found for found in map(json.loads, done.stdout.splitlines()) if found["kind"] == "camera"]
    assert [(found["role"], found["code"]) for found in cameras] == [
        ("photo", "camera.unplugged"), ("form", "camera.no_such_file"),
    ]  # fmt: skip
    assert "plugged in:" in cameras[0]["detail"]
    assert "USB" in cameras[0]["advice"]["ja"]
    assert "USB" not in cameras[1]["advice"]["ja"]


def test_one_camera_for_both_says_so() -> None:
    devices = open_devices(DeviceSettings(camera="simulated", card="off", printer="simulated"))
    roles = [finding.role for finding in doctor.examine(devices, wait_s=5)]
    devices.close()
    assert roles == ["both", "", "", "", ""]
