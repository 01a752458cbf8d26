"""Two kiosks and an office as real processes, a line between them that can be cut, a tablet's way in over the network.

Kiosk A1 is the demo's (deploy/demo/stage.py), A2 a second one of the same visit. Both have a door for tablets on the
machine's own network address, over TLS with the certificate they made for this venue.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from deploy.demo.processes import Process, Shell, answers, wait_for
from deploy.demo.stage import MUNICIPALITY, Attendant, Stage, open_stage
from kiosk.web.hall.certificate import is_local, local_addresses
from tests.faults.line import Line

_DEVICES = {
    "DEMADO_KIOSK_DEVICES__CARD": "off",
    "DEMADO_KIOSK_DEVICES__PRINTER": "pdf",
    "DEMADO_KIOSK_DEVICES__FORM_CAMERA": "simulated:nobody",
}


@dataclass
class Machine:
    """One kiosk. `screen`: for its own browser; `door`: for tablets; `slips`: its printer's paper."""

    name: str
    shell: Shell
    screen: str
    door: str
    slips: Path
    process: Process = field(repr=False)

    def pull_the_plug(self) -> None:
        self.process.kill()

    def start(self) -> None:
        self.process = _started(self.shell, self.name, self.screen, self.door)

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.door)
        assert parts.hostname is not None
        assert parts.port is not None
        return parts.hostname, parts.port

    def state(self) -> dict[str, object]:
        return dict(httpx2.get(f"{self.screen}/api/state", trust_env=False, timeout=10).json())

    def balance(self) -> dict[str, object]:
        return self.shell.run("demado-kiosk", "balance")


@dataclass
class Venue:
    """`line`: to the office; the internet, as far as the kiosks know."""

    stage: Stage
    line: Line
    first: Machine
    second: Machine

    @property
    def machines(self) -> tuple[Machine, Machine]:
        return self.first, self.second

    @property
    def people(self) -> dict[str, list[Attendant]]:
        """Attendants by role."""
        roles = {person.role for person in self.stage.attendants}
        return {role: [person for person in self.stage.attendants if person.role == role] for role in roles}

    def received(self) -> list[dict[str, object]]:
        """What the office says of each device, from its own books."""
        return [line for line in self.stage.shell.lines("demado-backoffice", "balance") if line["visit"] is None]


@contextmanager
def open_venue(folder: Path, port: int) -> Iterator[Venue]:
    """Everything started; ports from `port` on. Raises `DemoFailed`."""
    host = next((str(each) for each in local_addresses() if is_local(str(each))), "127.0.0.1")
    office, screens, doors = port, (port + 1, port + 2), (port + 3, port + 4)
    with Line(office) as line:
        settings = {
            **_DEVICES, "DEMADO_BACKOFFICE_PUBLIC_URL": line.url, "DEMADO_KIOSK_LAN_PORT": str(doors[0]),
        }  # fmt: skip
        with open_stage(folder, office_port=office, kiosk_port=screens[0], with_card=False, settings=settings) as stage:
            first = Machine(
                "A1", stage.shell, stage.kiosk_url, f"https://{host}:{doors[0]}", folder / "slips", stage.kiosk
            )
            second = _second(folder, stage, screens[1], doors[1], host)
            try:
                yield Venue(stage, line, first, second)
            finally:
                second.shell.stop_all()


def _second(folder: Path, stage: Stage, screen: int, door: int, host: str) -> Machine:
    ticket = stage.shell.run(
        "demado-backoffice", "enrol-ticket", "--municipality", MUNICIPALITY, "--visit", stage.visit
    )["ticket"]
    slips = folder / "slips-2"
    shell = Shell(folder, stage.shell.environment | {
        "DEMADO_KIOSK_DATA": str(folder / "kiosk-2"), "DEMADO_KIOSK_PORT": str(screen),
        "DEMADO_KIOSK_LAN_PORT": str(door), "DEMADO_KIOSK_DEVICES__PRINTER_FOLDER": str(slips),
    })  # fmt: skip
    shell.run("demado-kiosk", "enrol", str(ticket), "--name", "2台目の受付機")
    url, lan = f"http://localhost:{screen}", f"https://{host}:{door}"
    return Machine("A2", shell, url, lan, slips, _started(shell, "A2", url, lan))


def _started(shell: Shell, name: str, url: str, door: str) -> Process:
    process = shell.start(f"kiosk-{name}", "demado-kiosk", "serve")
    wait_for(f"kiosk {name}", answers(f"{url}/healthz"), watched=[process], seconds=60)
    parts = urlsplit(door)
    wait_for(f"the tablets' door of {name}", lambda: _listens(str(parts.hostname), int(parts.port or 0)))
    return process


def _listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
