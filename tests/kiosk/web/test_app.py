"""The service as it starts from settings alone: it opens what it needs, serves, and gives everything back."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from hardware.settings import DeviceSettings
from kiosk.app import create_app
from kiosk.outbox import Outbox
from kiosk.settings import KioskSettings


def test_a_kiosk_without_any_device_serves_and_gives_its_folder_back(tmp_path: Path) -> None:
    devices = DeviceSettings(camera="off", card="off", printer="off")
    settings = KioskSettings(data=tmp_path / "data", development=True, devices=devices)
    for _ in range(2):
        with TestClient(create_app(settings)) as client:
            assert client.get("/healthz").json() == {"status": "ok", "counter": "device.not_enrolled"}
            assert "device.not_enrolled" in client.get("/").text
            assert client.get("/display").status_code == 200
    Outbox.open(settings.data).close()


def test_given_devices_and_outbox_stay_open_for_their_owner(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "data")
    settings = KioskSettings(
        data=tmp_path / "other", development=True, devices=DeviceSettings(camera="off", card="off")
    )
    with TestClient(create_app(settings, outbox=outbox)) as client:
        assert client.get("/healthz").status_code == 200
    assert outbox.gauges().unsent == 0
    outbox.close()
