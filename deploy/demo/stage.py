"""The demo's stage: a fresh office and a fresh kiosk as real processes on this machine, with made-up people.

Everything lies in one folder; secrets and PINs are made at run time and gone with it. Simulated are only the things a
machine without hardware lacks: the camera plays drawn scenes, the IC card is our own behind the real pcscd.
"""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any  # what a command said

import httpx2

from deploy.demo.processes import DemoFailed, Process, Shell, answers, wait_for

MUNICIPALITY = "072010"
CARD_PIN = "1234"  # of the virtual card, printed by the demo
_DOCKED = {
    "DEMADO_KIOSK_DOCK": "true",
    "DEMADO_KIOSK_DEVICES__CARD": "simulated",
    "DEMADO_KIOSK_DEVICES__PRINTER": "simulated:pdf",
}
CARD_SLOTS = ("35963", "35964")


@dataclass(frozen=True)
class Attendant:
    staff: str
    name: str
    role: str
    pin: str


@dataclass
class Stage:
    """What a person or a script needs to know to play. `card` is None when there is no PC/SC on this machine."""

    folder: Path
    shell: Shell
    office_url: str
    kiosk_url: str
    invitation: str
    login: str
    attendants: tuple[Attendant, ...]
    office: Process
    kiosk: Process
    card: Process | None
    card_trouble: str = ""
    visit: str = ""

    def restart_office(self) -> None:
        """The office comes back after `office.stop()` or `office.kill()`."""
        self.office = _start_office(self.shell, self.office_url)

    def restart_kiosk(self) -> None:
        self.kiosk = _start_kiosk(self.shell, self.kiosk_url)


@contextmanager
def open_stage(
    folder: Path,
    *,
    office_port: int,
    kiosk_port: int,
    with_card: bool = True,
    dock: bool = False,
    settings: Mapping[str, str] = {},
) -> Iterator[Stage]:
    """Set up, start, and stop everything at the end. `settings`: more environment variables for both services. `dock`:
    the kiosk has its development dock and puts its own card on the reader; else a process beside it does.

    Raises `DemoFailed` with the reason and the log.
    """
    for port in (office_port, kiosk_port):
        _must_be_free(port)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    office_url, kiosk_url = f"http://localhost:{office_port}", f"http://localhost:{kiosk_port}"
    shell = Shell(folder, _environment(folder, office_port, kiosk_port) | (_DOCKED if dock else {}) | dict(settings))
    try:
        people, link, login, visit, ticket = _found_office(folder, shell)
        office = _start_office(shell, office_url)
        shell.run("demado-kiosk", "enrol", ticket, "--name", "デモの受付機")
        card, trouble = _insert_card(folder, shell) if with_card and not dock else (None, "switched off")
        kiosk = _start_kiosk(shell, kiosk_url)
        if dock:
            _put_card(kiosk_url)
        yield Stage(
            folder, shell, office_url, kiosk_url, link, login, people, office, kiosk, card, trouble, visit
        )  # fmt: skip
    finally:
        shell.stop_all()


def _must_be_free(port: int) -> None:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        raise DemoFailed(
            f"ポート{port}はほかのプログラムが使っています / port {port} is in use: stop the other demo, "
            "or make demo ARGS='--office-port N --kiosk-port M'"
        )


def _environment(folder: Path, office_port: int, kiosk_port: int) -> dict[str, str]:
    return {
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "",
        "DEMADO_BACKOFFICE_DATA_DIR": str(folder / "office"),
        "DEMADO_BACKOFFICE_PORT": str(office_port),
        "DEMADO_BACKOFFICE_PUBLIC_URL": f"http://localhost:{office_port}",
        "DEMADO_KIOSK_DATA": str(folder / "kiosk"),
        "DEMADO_KIOSK_PORT": str(kiosk_port),
        "DEMADO_KIOSK_DEVELOPMENT": "true",
        "DEMADO_KIOSK_DEVICES__CAMERA": "simulated:person",
        "DEMADO_KIOSK_DEVICES__FORM_CAMERA": "simulated:form",
        "DEMADO_KIOSK_DEVICES__CAMERA_WIDTH": "1280",
        "DEMADO_KIOSK_DEVICES__CAMERA_HEIGHT": "720",
        "DEMADO_KIOSK_DEVICES__CARD_TRUST": str(folder / "card" / "trust"),
        "DEMADO_KIOSK_DEVICES__PRINTER_FOLDER": str(folder / "slips"),
    }


def _put_card(kiosk_url: str) -> None:
    """The dock's first card, so that the demo begins as a person would expect."""
    with httpx2.Client(base_url=kiosk_url, timeout=30, trust_env=False) as browser:
        csrf = str(browser.get("/api/state").json()["csrf"])
        answer = browser.post(
            "/dock/card", data={"csrf": csrf, "action": "put"}, headers={"accept": "application/json"}
        )
    if answer.status_code != 200:
        raise DemoFailed(f"the dock puts no card on the reader: {answer.text}")


def _found_office(folder: Path, shell: Shell) -> tuple[tuple[Attendant, ...], str, str, str, str]:
    """Secrets, keys, schema, demo data, first administrator, the kiosk's ticket; returns who and what was made."""
    kept = folder / "office" / "secrets"
    kept.mkdir(parents=True, mode=0o700)
    for name in ("signing", "records"):
        secret = kept / name
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(32))
    made: Any = shell.run("python", str(Path(__file__).with_name("found.py")), MUNICIPALITY)
    planted, staff = made["planted"], made["staff"]
    people = tuple(
        Attendant(person["staff"], person["name"], person["role"], person["pin"]) for person in planted["attendants"]
    )
    return people, staff["link"], staff["login"], planted["visit"], made["ticket"]["ticket"]


def _start_office(shell: Shell, url: str) -> Process:
    office = shell.start("office", "demado-backoffice", "serve", "--role", "all")
    wait_for("the back office", answers(f"{url}/healthz"), watched=[office])
    return office


def _start_kiosk(shell: Shell, url: str) -> Process:
    kiosk = shell.start("kiosk", "demado-kiosk", "serve")
    wait_for("the kiosk", answers(f"{url}/healthz"), watched=[kiosk], seconds=60)
    return kiosk


def _insert_card(folder: Path, shell: Shell) -> tuple[Process | None, str]:
    """The virtual card in vpcd; without PC/SC the kiosk serves on and its status says what is missing.

    vpcd has two slots: when another demo or a test holds the first, ours goes into the second; the kiosk is told which.
    """
    (folder / "card" / "trust").mkdir(parents=True, exist_ok=True)
    trouble = ""
    for port in CARD_SLOTS:
        card = shell.start(
            f"card-{port}", "demado-hardware", "virtual-card", "--pin", CARD_PIN, "--port", port,
            "--out", str(folder / "card"), "--with-parent",
        )  # fmt: skip
        try:
            wait_for("the virtual card", partial(_inserted, card), watched=[card], seconds=20)
        except DemoFailed as failed:
            card.stop()
            trouble = str(failed)
            continue
        shell.environment["DEMADO_KIOSK_DEVICES__CARD_READER"] = json.loads(card.log.read_text())["reader"]
        return card, ""
    return None, trouble


def _inserted(card: Process) -> bool:
    return '"inserted"' in card.log.read_text()
