"""The venue: a real office, one kiosk with the development dock, and a second machine next door.

The rules are the shipped example. Those do not ask for name and birth date from the chip, so that such screens can be
seen, later ones do. The machine next door stands not enrolled at first (out of order), then serves tablets over its own
TLS; the dock is refused there, as the settings demand.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx2

from backoffice.kit.unit_of_work import transaction
from backoffice.parts import open_database
from backoffice.rules import desk
from backoffice.settings import Settings
from deploy.demo.processes import Process, Shell, answers, wait_for
from deploy.demo.stage import MUNICIPALITY, Stage, open_stage
from tests.screens.steps import Who

_JST = ZoneInfo("Asia/Tokyo")
_IN_PEACE = {"DEMADO_KIOSK_PHOTO_AUTOMATIC": "false"}  # the picture takes itself only when told
FROM_THE_CHIP = """
[[chip_attributes]]
valid_from = 2026-04-01
source = "assumed, for looking at the screens"
[chip_attributes.purpose]
ja = "お名前と生年月日の書きまちがいを防ぐため"
en = "to avoid mistakes in your name and date of birth"
ja-x-easy = "{名前|なまえ}や {生|う}まれた{日|ひ}の まちがいを なくすため"
zh-Hans = "为了避免姓名和出生日期出错"
ko = "이름과 생년월일의 오기를 막기 위해"
es = "para evitar errores en su nombre y fecha de nacimiento"
pt = "para evitar erros no seu nome e na data de nascimento"
"""


@dataclass
class Venue:
    """`urls`: where each browser looks; the tablet's own door appears when the second kiosk is enrolled."""

    stage: Stage
    device: str
    urls: dict[Who, str]
    _next_door: Shell
    _process: Process

    def enrol_next_door(self) -> None:
        """From now on the machine next door is a kiosk, with its door for tablets."""
        self._process.stop()
        planted = self.stage.shell.run("demado-backoffice", "enrol-ticket", "--municipality", MUNICIPALITY)
        self._next_door.run("demado-kiosk", "enrol", str(planted["ticket"]), "--name", "となりの受付機")
        port = _free_port()
        self._next_door.environment["DEMADO_KIOSK_LAN_PORT"] = str(port)
        self._process = self._next_door.start("next-door", "demado-kiosk", "serve")
        self.urls[Who.LAN] = f"https://localhost:{port}"
        wait_for("the tablets' door", partial(_serves, self.urls[Who.LAN]), watched=[self._process], seconds=60)

    def ask_the_chip(self) -> None:
        """From today the rules ask for name and birth date from the chip; the kiosk fetches them when it starts."""
        text = files("schemas.rules").joinpath("default.toml").read_text("utf-8") + FROM_THE_CHIP
        database = open_database(Settings(data_dir=self.stage.folder / "office"))
        try:
            with transaction(database) as work:
                own = text.replace("example = true", "example = false", 1).encode()
                file = desk.upload(work, MUNICIPALITY, own, file_name="own.toml", by="first")
                made = desk.activate(work, MUNICIPALITY, file, day=datetime.now(_JST).date(), by="first")
                if made.confirmed_at is None:
                    desk.confirm(work, MUNICIPALITY, made.id, by="second")
        finally:
            database.close()
        self.stage.kiosk.stop()
        self.stage.restart_kiosk()


@contextmanager
def open_venue(folder: Path) -> Iterator[Venue]:
    """Raises `DemoFailed` with the reason and the log."""
    ports = _free_port(), _free_port()
    with open_stage(
        folder, office_port=ports[0], kiosk_port=ports[1], with_card=False, dock=True, settings=_IN_PEACE
    ) as stage:
        other = Shell(folder, {**stage.shell.environment, **_not_enrolled(folder)})
        url = f"http://localhost:{other.environment['DEMADO_KIOSK_PORT']}"
        process = other.start("next-door", "demado-kiosk", "serve")
        try:
            wait_for("the machine next door", answers(f"{url}/healthz"), watched=[process], seconds=60)
            urls = dict.fromkeys((Who.APPLICANT, Who.TABLET, Who.DISPLAY), stage.kiosk_url) | {Who.CLOSED: url}
            yield Venue(stage, str(stage.shell.run("demado-kiosk", "balance")["device"]), urls, other, process)
        finally:
            other.stop_all()


def _not_enrolled(folder: Path) -> Mapping[str, str]:
    """The settings of a second machine: its own data, no dock."""
    return {
        "DEMADO_KIOSK_DATA": str(folder / "next-door"),
        "DEMADO_KIOSK_PORT": str(_free_port()),
        "DEMADO_KIOSK_DOCK": "false",
        "DEMADO_KIOSK_DEVICES__PRINTER_FOLDER": str(folder / "next-door-slips"),
    }


def _serves(url: str) -> bool:
    """The certificate is the kiosk's own; that tablets check its fingerprint is another test's business."""
    with suppress(httpx2.HTTPError), httpx2.Client(verify=False, trust_env=False, timeout=2) as browser:
        return browser.get(f"{url}/trust").status_code == 200
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
