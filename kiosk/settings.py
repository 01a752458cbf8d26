"""Settings of the kiosk: `DEMADO_KIOSK_*` in the environment, or a TOML file named by `DEMADO_KIOSK_CONFIG`.

The environment wins over the file. Values that would endanger people's data are refused at start, and the refusal
names the line to change: other machines reach the screens only over TLS, the data folder is nobody else's, invented
devices never stand at a real counter.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from hardware.settings import DeviceSettings
from kiosk.errors import SettingsRefused

PREFIX = "DEMADO_KIOSK_"
CONFIG = PREFIX + "CONFIG"
_SIMULATED = "simulated"
_DOCKED = ("camera", "form_camera", "card", "printer")
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
IDLE_PICTURE_LIMIT = 8 * 1024 * 1024
_DEVICES = ("camera", "form_camera", "qr_scanner", "card", "printer")


def default_data_folder() -> Path:
    """systemd's StateDirectory when there is one, else the user's state folder (XDG base directories)."""
    if state := os.environ.get("STATE_DIRECTORY"):
        return Path(state.split(":")[0])
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "demado-kiosk"


class KioskSettings(BaseSettings):
    """One kiosk. `tls_certificate` and `tls_key`: PEM files. `allow_plain_lan`: screens on the LAN without TLS.
    `lan_port`: a second door for tablets and displays, over TLS with these files or the kiosk's own certificate.
    `stick_folders`: under which USB sticks are mounted (in development plain folders pass for sticks).
    `dock`: the page /dock, by which a developer swaps cards, covers cameras, jams the printer, cuts the line.
    `idle_picture`: the municipality's own picture for the idle screen, PNG, JPEG or WebP of at most 8 MiB.
    `keep_parked`: parked intakes survive a crash of the service, sealed on the disk; false: in memory only.
    `parked_key_folder`: where their key lies, in memory (tmpfs): by default systemd's RuntimeDirectory, XDG_RUNTIME_DIR
    or /dev/shm, the first there is."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid")

    data: Path = Field(default_factory=default_data_folder)
    host: str = "127.0.0.1"
    port: int = Field(default=8400, ge=1, le=65535)
    lan_port: int | None = Field(default=None, ge=1, le=65535)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    allow_plain_lan: bool = False
    development: bool = False
    photo_automatic: bool = True
    dock: bool = False
    stick_folders: tuple[Path, ...] = (Path("/media"), Path("/run/media"))
    idle_picture: Path | None = None
    keep_parked: bool = True
    parked_key_folder: Path | None = None
    devices: DeviceSettings = Field(default=DeviceSettings(), validate_default=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 – pydantic's own signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        if config := os.environ.get(CONFIG):
            sources += (TomlConfigSettingsSource(settings_cls, toml_file=Path(config)),)
        return sources

    @field_validator("devices")
    @classmethod
    def _slips_beside_the_data(cls, devices: DeviceSettings, info: ValidationInfo) -> DeviceSettings:
        """A relative folder for slips lies in the data folder, wherever the service was started."""
        if devices.printer_folder.is_absolute() or "data" not in info.data:
            return devices
        return devices.model_copy(update={"printer_folder": info.data["data"] / devices.printer_folder})

    @field_validator("idle_picture")
    @classmethod
    def _is_a_picture(cls, path: Path | None) -> Path | None:
        """Looked at once at start: a wrong file is refused here and not by a browser in front of people."""
        if path is None:
            return None
        try:
            head, size = path.read_bytes()[:12], path.stat().st_size
        except OSError as error:
            raise ValueError(f"idle_picture={path}: {error.strerror}") from error
        known = head.startswith((b"\x89PNG", b"\xff\xd8\xff")) or (head[:4] == b"RIFF" and head[8:] == b"WEBP")
        if not known or size > IDLE_PICTURE_LIMIT or path.suffix.lower() not in _PICTURES:
            raise ValueError(f"idle_picture={path}: PNG, JPEG or WebP of at most 8 MiB, named so")
        return path

    @model_validator(mode="after")
    def _safe(self) -> Self:
        refusals = (self._unsafe_host(), self._half_tls(), self._dock(), self._invented_device(), self._open_folder())
        for refusal in refusals:
            if refusal:
                raise ValueError(refusal)
        return self

    def _unsafe_host(self) -> str | None:
        if _is_loopback(self.host) or self.tls_certificate or self.allow_plain_lan:
            return None
        return (
            f"host={self.host} lets other machines read the screens unencrypted: set tls_certificate and tls_key, "
            f"or host=127.0.0.1, or say allow_plain_lan=true"
        )

    def _half_tls(self) -> str | None:
        if (self.tls_certificate is None) == (self.tls_key is None):
            return None
        return "tls_certificate and tls_key belong together: set both or neither"

    def _invented_device(self) -> str | None:
        values = self.devices.model_dump().items()
        invented = [name for name, value in values if name in _DEVICES and str(value).startswith(_SIMULATED)]
        if self.development or not invented:
            return None
        return f"devices.{invented[0]}=simulated is for development only: set a real device, or development=true"

    def _dock(self) -> str | None:
        """The dock is for development, on this machine, with invented devices: never where a person stands."""
        if not self.dock:
            return None
        if not self.development:
            return "dock=true is for development only: set dock=false, or development=true"
        if not _is_loopback(self.host):
            return f"dock=true serves this machine only: set dock=false, or host=127.0.0.1 instead of {self.host}"
        if self.lan_port is not None:
            return f"dock=true serves this machine only: set dock=false, or leave out lan_port={self.lan_port}"
        values = self.devices.model_dump()
        real = [name for name in _DOCKED if values[name] and not str(values[name]).startswith(_SIMULATED)]
        if real:
            return f"dock=true needs simulated devices: set dock=false, or devices.{real[0]}=simulated"
        return None

    def _open_folder(self) -> str | None:
        try:
            mode = self.data.stat().st_mode
        except OSError:
            return None
        return f"data={self.data} can be read by others: chmod 700 {self.data}" if mode & 0o077 else None


def load_settings() -> KioskSettings:
    """The settings of this process. Raises `SettingsRefused` naming variable or line."""
    _refuse_unknown(os.environ)
    config = os.environ.get(CONFIG)
    if config and not Path(config).is_file():
        raise SettingsRefused("settings.unreadable", f"{CONFIG}={config}: no such file")
    try:
        return KioskSettings()
    except ValidationError as error:
        raise SettingsRefused("settings.refused", "; ".join(_lines(error))) from None
    except (OSError, ValueError) as error:  # the TOML file: missing, unreadable, not TOML
        raise SettingsRefused("settings.unreadable", f"{CONFIG}={config}: {error}") from error


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """A misspelt variable would silently leave a default in force."""
    known = {CONFIG} | {PREFIX + name.upper() for name in KioskSettings.model_fields}
    nested = PREFIX + "DEVICES__"
    devices = {nested + name.upper() for name in DeviceSettings.model_fields}
    unknown = sorted(
        name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known | devices
    )
    if unknown:
        raise SettingsRefused("settings.unknown", f"no such setting: {', '.join(unknown)}")


def _lines(error: ValidationError) -> list[str]:
    return [
        f"{PREFIX}{'__'.join(str(part) for part in entry['loc']).upper()}: {entry['msg']}"
        if entry["loc"]
        else entry["msg"].removeprefix("Value error, ")
        for entry in error.errors(include_url=False, include_input=False)
    ]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
