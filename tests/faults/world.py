"""One office, one line, one enrolled kiosk: real processes that a fault may stop, starve and start again."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from backoffice.kit.blobs import FolderBlobs
from backoffice.kit.keyring import RecordKeys
from backoffice.kit.unit_of_work import utc_now
from backoffice.kit.vault import Vault
from kiosk.outbox import Outbox
from tests.faults.books import OfficeBook
from tests.faults.line import Line
from tests.faults.log import Log
from tests.faults.nursery import Child, Nursery, wait_for
from tests.faults.people import Applicant, spellings
from tests.faults.template import SECRETS, Template, plant, ticket


class Gone(Exception):
    """The kiosk did not answer: its process has ended."""


class Stuck(Exception):
    """Records are still on their way although everything works again."""


@dataclass
class Kiosk:
    """One data folder and the process that owns it. `inherited`: packets a copied disk brought along, all erased."""

    folder: Path
    data: Path
    child: Child | None = None
    port: int = 0
    inherited: int = 0

    @property
    def control(self) -> Path:
        return self.folder / "hands"

    @property
    def tray(self) -> Path:
        return self.folder / "slips"

    def slips(self) -> set[str]:
        """Slips handed out: promises."""
        return set(self.tray.read_text().split()) if self.tray.exists() else set()

    def ask(self, act: str, *, photo: bytes = b"", **values: Any) -> dict[str, Any]:
        """Do something at the kiosk. `Gone` when its process ends meanwhile."""
        request = json.dumps({"act": act, "photo": len(photo), **values}).encode() + b"\n" + photo
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(120)
                line.connect(str(self.control))
                line.sendall(request)
                with line.makefile("rb") as answer:
                    said = answer.readline()
        except (ConnectionError, FileNotFoundError) as error:
            raise Gone from error
        if not said.endswith(b"\n"):
            raise Gone
        return dict(json.loads(said))

    def take(self, person: Applicant, *, until: str = "sealed") -> dict[str, Any]:
        """Somebody goes through to 確定: the answer has the slip, or the error and the sentence on the screen. `until`:
        they are `parked` before that, or remain at the `review`."""
        return self.ask(
            "intake", photo=person.photo, form=person.form, birth=person.birth, note=person.note, until=until
        )  # fmt: skip


class World:
    """`database_url`: where the office keeps its rows, its own SQLite file by default."""

    def __init__(self, folder: Path, nursery: Nursery, template: Template, *, database_url: str | None = None) -> None:
        self.folder, self.template, self._nursery = folder, template, nursery
        self.office_folder = folder / "office"
        template.copy(self.office_folder)
        self.database_url = database_url or f"sqlite:///{self.office_folder / 'office.db'}"
        self.book = OfficeBook(self.database_url)
        self.attendant = (str(template.staff), template.pin)
        self._visit = template.visit
        self.old_answer = b""
        self.clones: list[Kiosk] = []
        self.server: Any = None
        self.points: dict[str, list[tuple[str, int]]] = {}
        self.office_port = free_port()
        self.office: Child | None = None
        self.kiosk = Kiosk(folder, folder / "kiosk")
        self.line = Line(self.office_port)
        self._stack = ExitStack()
        self._stack.enter_context(self.line)
        self._logs = {name: self._stack.enter_context(Log(folder / f"{name}.log")) for name in ("kiosk", "office")}

    def __enter__(self) -> Self:
        if not self.database_url.startswith("sqlite"):
            planted = plant(self.database_url)
            self.attendant = (str(planted.attendants[0].staff), planted.attendants[0].pin)
            self._visit = planted.visit
        self.start_office()
        self.device = self._enrol()
        self.names = tuple(trace for (name,) in self.book.rows("SELECT name FROM booking") for trace in spellings(name))
        self.start_kiosk()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for child in (self.kiosk.child, self.office, *(clone.child for clone in self.clones)):
            if child:
                child.kill()
        self._stack.close()

    def at_end(self, act: Callable[[], object]) -> None:
        """Do this when the world ends."""
        self._stack.callback(act)

    def _enrol(self) -> str:
        paper = ticket(self.database_url, self.office_folder, self._visit, office_url=self.line.url)
        outbox = Outbox.open(self.kiosk.data)
        try:
            identity = outbox.enrol(paper, "受付機")
            outbox.refresh_bundle()
        finally:
            outbox.close()
        return str(identity.device)

    # ── processes ────────────────────────────────────────────────────────────────────────────────────

    def start_office(self, *, wait: bool = True, **hooks: Any) -> None:
        environment = {
            "DEMADO_BACKOFFICE_DATA_DIR": str(self.office_folder),
            "DEMADO_BACKOFFICE_DATABASE_URL": self.database_url,
            "DEMADO_BACKOFFICE_PORT": str(self.office_port),
            "DEMADO_BACKOFFICE_SCRYPT_COST": str(2**14),
        }
        self.office = self._nursery.start("office", self._logs["office"].pipe, environment=environment, **hooks)
        if wait:
            self._wait_for_port(self.office, self.office_port, "the office")

    def start_kiosk(self, kiosk: Kiosk | None = None, *, wait: bool = True, **hooks: Any) -> None:
        kiosk = kiosk or self.kiosk
        kiosk.port = kiosk.port or free_port()
        kiosk.control.unlink(missing_ok=True)
        kiosk.child = self._nursery.start(
            "kiosk", self._logs["kiosk"].pipe, data=str(kiosk.data), port=kiosk.port, control=str(kiosk.control),
            tray=str(kiosk.tray), **hooks,
        )  # fmt: skip
        if wait:
            self._wait_for_port(kiosk.child, kiosk.port, "the kiosk")

    def _wait_for_port(self, child: Child, port: int, what: str) -> None:
        if not self.comes_up(child, port):
            raise RuntimeError(f"{what} did not start, see {self.folder}/*.log")

    def comes_up(self, child: Child, port: int) -> bool:
        """Wait until it can be asked; False when it has ended before, or does not come."""

        def there() -> bool:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
            return not child.running

        return until(there, seconds=60) and child.running

    def kill_office(self) -> None:
        if self.office:
            self.office.kill()
        self.office = None

    def kill_kiosk(self, kiosk: Kiosk | None = None) -> None:
        kiosk = kiosk or self.kiosk
        if kiosk.child:
            kiosk.child.kill()
        kiosk.child = None

    def stop_office(self) -> None:
        """SIGTERM, as an administrator does."""
        if self.office:
            self.office.signal(signal.SIGTERM)
            self.office.ended(10)
        self.kill_office()

    # ── after the fault ──────────────────────────────────────────────────────────────────────────────

    def mend(self) -> None:
        """Everything works again: the line, the clock, both processes."""
        self.line.good()
        if self.office is None or not self.office.running:
            self.kill_office()
            self.start_office()
        if self.kiosk.child is None or not self.kiosk.child.running:
            self.kill_kiosk()
            self.start_kiosk()

    def settle(self, *, refused: int = 0, seconds: float = 120.0) -> None:
        """Wait until nothing is on its way: sent, erased, opened. `Stuck` says what is."""

        def still() -> str:
            seen = self.kiosk.ask("look")
            if seen["refused"] > refused or seen["erased"] + seen["refused"] < seen["captured"]:
                return f"kiosk {seen}"
            return f"{left} packets unopened" if (left := self.book.unopened()) else ""

        end, pause = time.monotonic() + seconds, 0.01
        while trouble := still():
            if time.monotonic() > end:
                raise Stuck(trouble)
            time.sleep(pause)
            pause = min(0.05, pause * 1.3)

    # ── what is there ────────────────────────────────────────────────────────────────────────────────

    def vault(self) -> Vault:
        """Opens photos as the console does."""
        keys = RecordKeys.load(self.office_folder / "keys", SECRETS["records"])
        return Vault(self.blobs(), keys, now=utc_now)

    def blobs(self) -> FolderBlobs:
        return FolderBlobs(self.office_folder / "blobs")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(done: Callable[[], bool], *, seconds: float) -> bool:
    """Poll; False when it did not come."""
    with suppress(TimeoutError):
        wait_for("", partial(done), seconds=seconds, pause=0.005)
        return True
    return False


def nothing_on_its_way(kiosk: Kiosk) -> bool:
    """Every packet is erased, or refused and kept."""
    seen = kiosk.ask("look")
    return bool(seen["erased"] + seen["refused"] == seen["captured"])
