"""Which devices to open, as plain text values that come from the environment, TOML or the command line."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class DeviceSettings(BaseModel):
    """`camera`/`form_camera`: `simulated`, `off`, an index, a file, a pattern `img_%03d.png`, or an MJPEG URL.
    An empty `form_camera` means the one camera serves both. `card`: `pcsc` or `off`. `printer`: `pdf` or `off`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    camera: str = "0"
    camera_width: int = Field(default=1920, ge=320, le=7680)
    camera_height: int = Field(default=1080, ge=240, le=4320)
    form_camera: str = ""
    card: str = "pcsc"
    card_reader: str = ""
    card_trust: Path | None = None
    card_crls: tuple[Path, ...] = ()
    printer: str = "pdf"
    printer_folder: Path = Path("slips")
