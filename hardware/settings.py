"""Which devices to open, as plain text values that come from the environment, TOML or the command line."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

CONTROL = r"^(auto|keep|-?\d{1,6}(\.\d{1,3})?)$"


class DeviceSettings(BaseModel):
    """Each device by one text.

    `camera`, `form_camera`: an index, a path under /dev, a video or picture file, a folder, a sequence `img_%03d.png`,
    an http(s):// or rtsp:// address, `browser` (a tablet sends frames), `simulated` (person and form in turn),
    `simulated:person`, `simulated:form`, `simulated:nobody`, `simulated:covered`, `simulated:walk` (a person who makes
    every mistake in turn), or `off`. An empty `form_camera`
    means the one camera serves both.
    `card_ocsp`: address of the authority's OCSP responder, where the municipality may ask it (公的個人認証法 36条).
    `card_generations`: a TOML file of card generations (AID, files, algorithm), empty for those known here.
    `card_attributes`: the four attributes may be read with their own PIN; the kiosk goes by the visit's rules instead.
    `qr_scanner`: the serial port of a hand scanner, empty for none. `card`: `pcsc`, `simulated`
    (cards of the development dock) or `off`.
    `card_bundle`: a folder with `anchors/` and `crls/`, both beside the ones named above; the kiosk's bundle fills it.
    `printer`: `pdf`, `escpos:/dev/usb/lp0`, `escpos:tcp://host:9100`, `cups`, `cups:QUEUE`, `simulated`,
    `simulated:pdf` (writes the slips too) or `off`.
    `camera_focus`, `camera_exposure`, `camera_white_balance`, `form_camera_focus`: `auto`, `keep`, or a number in the
    driver's own unit, where the driver has the control; the doctor says what it accepted. `camera_warm_up`: frames
    thrown away after opening. `camera_frozen_s`: the very same picture for so many seconds is a fault of a device or an
    address (a sensor always has some noise); 0 where a camera's own software may repeat a picture.
    `lamp`: what is written on the lamp beside the camera; it travels with each photo, so that a bad one is found.
    `simulated_form_text`: what the simulated form's code says; empty for the demo's 23 digits.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    camera: str = "0"
    camera_width: int = Field(default=1920, ge=320, le=7680)
    camera_height: int = Field(default=1080, ge=240, le=4320)
    camera_focus: str = Field(default="auto", pattern=CONTROL)
    camera_exposure: str = Field(default="auto", pattern=CONTROL)
    camera_white_balance: str = Field(default="auto", pattern=CONTROL)
    camera_warm_up: int = Field(default=8, ge=0, le=120)
    camera_frozen_s: float = Field(default=5.0, ge=0, le=600)
    form_camera: str = ""
    form_camera_focus: str = Field(default="auto", pattern=CONTROL)
    lamp: str = Field(default="", max_length=60)
    simulated_form_text: str = Field(default="", max_length=1000)
    qr_scanner: str = ""
    card: str = "pcsc"
    card_reader: str = ""
    card_trust: Path | None = None
    card_crls: tuple[Path, ...] = ()
    card_bundle: Path | None = None
    card_ocsp: str = Field(default="", pattern=r"^(https?://\S+)?$")
    card_generations: Path | None = None
    card_attributes: bool = False
    printer: str = "pdf"
    printer_folder: Path = Path("slips")
