"""Settings: environment over file, and a refusal that names the line to change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.errors import SettingsRefused
from kiosk.settings import KioskSettings, load_settings

Environment = Callable[..., KioskSettings]

DOCKED = {
    "DEVELOPMENT": "true", "DEVICES__CAMERA": "simulated:person", "DEVICES__CARD": "simulated",
    "DEVICES__PRINTER": "simulated:pdf",
}  # fmt: skip


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Environment:
    """Settings from these variables; the data folder is this test's unless given."""

    def make(**variables: str) -> KioskSettings:
        for name, value in {"DATA": str(tmp_path / "data"), **variables}.items():
            monkeypatch.setenv("DEMADO_KIOSK_" + name, value)
        return load_settings()

    return make


def test_defaults_serve_this_machine_only(load: Environment) -> None:
    settings = load()
    assert (settings.host, settings.port, settings.development) == ("127.0.0.1", 8400, False)
    assert settings.devices.card == "pcsc"


def test_the_environment_wins_over_the_file(load: Environment, tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('port = 8411\nhost = "::1"\n[devices]\ncamera = "2"\ncard = "off"\n', "utf-8")
    settings = load(CONFIG=str(file), PORT="8422", DEVICES__CAMERA="3")
    assert (settings.port, settings.host, settings.devices.camera, settings.devices.card) == (8422, "::1", "3", "off")


def test_slips_lie_beside_the_data(load: Environment, tmp_path: Path) -> None:
    assert load().devices.printer_folder == tmp_path / "data" / "slips"
    assert load(DEVICES__PRINTER_FOLDER="/var/slips").devices.printer_folder == Path("/var/slips")


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"HOST": "192.0.2.7"}, "host=192.0.2.7"),
        ({"HOST": "kiosk.example"}, "tls_certificate"),
        ({"TLS_CERTIFICATE": "/etc/kiosk.pem"}, "tls_key"),
        ({"DEVICES__CAMERA": "simulated"}, "devices.camera=simulated"),
        ({"DEVICES__FORM_CAMERA": "simulated"}, "devices.form_camera=simulated"),
        ({"DEVICES__CAMERA": "simulated:person"}, "devices.camera=simulated"),
        ({"DEVICES__PRINTER": "simulated"}, "devices.printer=simulated"),
        ({"DOCK": "true"}, "dock=true is for development only"),
        ({"DOCK": "true", **DOCKED, "DEVELOPMENT": "false"}, "dock=true is for development only"),
        ({"DOCK": "true", "DEVELOPMENT": "true"}, "devices.camera=simulated"),
        ({"DOCK": "true", **DOCKED, "DEVICES__FORM_CAMERA": "1"}, "devices.form_camera=simulated"),
        ({"DOCK": "true", **DOCKED, "DEVICES__CARD": "pcsc"}, "devices.card=simulated"),
        ({"DOCK": "true", **DOCKED, "DEVICES__PRINTER": "pdf"}, "devices.printer=simulated"),
        ({"DOCK": "true", **DOCKED, "HOST": "192.0.2.7", "ALLOW_PLAIN_LAN": "true"}, "host=127.0.0.1"),
        ({"DOCK": "true", **DOCKED, "LAN_PORT": "8443"}, "leave out lan_port"),
        ({"DEVICES__CARD": "simulated"}, "devices.card=simulated"),
        ({"PORT": "0"}, "DEMADO_KIOSK_PORT"),
        ({"PORT": "soon"}, "DEMADO_KIOSK_PORT"),
        ({"PROT": "8400"}, "DEMADO_KIOSK_PROT"),
        ({"DEVICES__CAMMERA": "0"}, "DEMADO_KIOSK_DEVICES__CAMMERA"),
        ({"CONFIG": "/nowhere/kiosk.toml"}, "DEMADO_KIOSK_CONFIG"),
    ],
)
def test_an_unsafe_or_unreadable_value_is_refused_by_name(
    load: Environment, variables: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsRefused) as caught:
        load(**variables)
    assert named in str(caught.value)


def test_a_lan_without_tls_must_be_asked_for(load: Environment) -> None:
    assert load(HOST="192.0.2.7", ALLOW_PLAIN_LAN="true").host == "192.0.2.7"
    assert load(HOST="192.0.2.7", TLS_CERTIFICATE="/c.pem", TLS_KEY="/k.pem").host == "192.0.2.7"


def test_invented_devices_are_for_development(load: Environment) -> None:
    assert load(DEVICES__CAMERA="simulated", DEVELOPMENT="true").devices.camera == "simulated"


def test_the_dock_is_served_beside_simulated_devices_only(load: Environment) -> None:
    assert load().dock is False
    assert load(DOCK="true", **DOCKED).dock


def test_a_data_folder_open_to_others_is_refused_with_the_command_that_helps(load: Environment, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o755)
    with pytest.raises(SettingsRefused) as caught:
        load()
    assert f"chmod 700 {tmp_path / 'data'}" in str(caught.value)
    (tmp_path / "data").chmod(0o700)
    assert load().data == tmp_path / "data"


@pytest.mark.parametrize("text", ["port = ", "port = 'x'\n", "surprise = 1\n", "\x00"])
def test_a_file_that_does_not_fit_is_refused(load: Environment, tmp_path: Path, text: str) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsRefused):
        load(CONFIG=str(file))
