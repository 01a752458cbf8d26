"""The kiosk as a process of the fault runs: the real service (`kiosk.app`) with its screens, outbox and courier.

Two things are put in through its public seams: a wall clock that can be made to jump, and a printer that notes every
slip it is given in a file – what a person carries home is a promise. Beside the screens it listens on a Unix socket for
the hands of this test: a person who has filled in everything and presses 確定, a technician who exports.
"""

from __future__ import annotations

import io
import json
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image

from hardware.devices import Devices, open_devices
from hardware.printer import Printed, Slip
from hardware.settings import DeviceSettings
from hardware.status import DeviceKind, DeviceState, DeviceStatus
from kiosk.app import create_app
from kiosk.desk import DeskRefused
from kiosk.errors import KioskError
from kiosk.flow import CardAnswer, FlowRefused, TakenPhoto, events
from kiosk.logs import write_logs
from kiosk.outbox import Limits, Outbox, Pace, State
from kiosk.settings import KioskSettings
from kiosk.web import words
from kiosk.web.counter import Counter
from schemas.canonical import sha256_hex
from schemas.ids import ApplicationFormId
from schemas.intake import Answer, Consent, FormKind, FormReading, PhotoEvidence
from schemas.language import Language
from schemas.rules import DocumentCheck, Person
from schemas.visit import AttendantRole
from tests.faults.points import Deadly, die_at, list_points

PACE = Pace(line_first=0.02, line_most=0.1, packet_first=0.02, packet_most=0.15, hold=0.1, bundle_every=2.0)
"""A day's waiting in a second."""
_OFF = DeviceSettings(camera="off", card="off", printer="off")


@dataclass
class WrongClock:
    """The wall clock, wrong by as much as it was told."""

    wrong_by: timedelta = field(default=timedelta())

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.wrong_by


@dataclass(frozen=True)
class PaperTray:
    """A `SlipPrinter` whose slips come out as lines of a file."""

    tray: Path

    def print(self, slip: Slip, *, reference: str) -> Printed:
        with self.tray.open("a") as tray:
            tray.write(f"{reference}\n")
        return Printed(True, self.status(), reference)

    def status(self) -> DeviceStatus:
        return DeviceStatus(DeviceKind.PRINTER, DeviceState.READY, "printer.ready")


def run(
    *, data: str, port: int, control: str, tray: str, points: str | None = None,
    deadly: tuple[str, int] | None = None, disk_limits: tuple[int, int] = (0, -1),
) -> int:  # fmt: skip
    """Serve until killed. `disk_limits`: soft and hard; by default SQLite meets a full disk itself."""
    os.umask(0o077)
    write_logs()
    if points:
        list_points(Path(points))
    if deadly:
        die_at(Deadly(*deadly))
    clock = WrongClock()
    limits = Limits(disk_bytes=disk_limits)
    outbox = Outbox.open(Path(data), clock=clock, pace=PACE, limits=limits, allow_plain_http=True)
    settings = KioskSettings(data=Path(data), port=port, development=True, devices=_OFF)
    app = create_app(settings, outbox=outbox, devices=_devices(PaperTray(Path(tray))))
    hands = Hands(outbox, clock, lambda: app.state.room.counter)
    threading.Thread(target=hands.listen, args=(Path(control),), daemon=True).start()
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False, server_header=False)
    outbox.close()
    return 0


def _devices(printer: PaperTray) -> Devices:
    off = open_devices(_OFF)
    return Devices(off.camera, off.form_camera, off.qr, off.photo, off.card, printer)


class Hands:
    """Who acts at this kiosk. A request is a JSON line, then `photo` bytes; the answer is a JSON line."""

    def __init__(self, outbox: Outbox, clock: WrongClock, counter: Callable[[], Counter]) -> None:
        self._outbox, self._clock, self._counter = outbox, clock, counter

    def listen(self, at: Path) -> None:
        at.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(at))
            listening.listen(8)
            while True:
                line, _ = listening.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, line.makefile("rwb") as file:
            while request := file.readline():
                asked = json.loads(request)
                photo = file.read(asked.pop("photo", 0))
                file.write(json.dumps(self._answer(asked.pop("act"), photo, asked)).encode() + b"\n")
                file.flush()

    def _answer(self, act: str, photo: bytes, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            if act == "intake":
                return self._intake(photo, **asked)
            acts: dict[str, Callable[..., dict[str, Any]]] = {
                "seal": self._seal, "clear": self._clear, "clock": self._set_clock, "look": self._look,
                "export": self._export, "receipts": self._receipts, "retry": self._retry, "resume": self._resume,
            }  # fmt: skip
            return acts[act](**asked)
        except (KioskError, DeskRefused, FlowRefused) as error:
            return {"error": error.code, "sentence": words.refusal(error.code)}

    def _intake(self, photo: bytes, form: str, birth: str, note: str, until: str = "sealed") -> dict[str, Any]:
        """A person from the language to the review, then 確定; or they are called away (`until`: parked), or stand
        there (review)."""
        counter, bundle = self._counter(), self._outbox.bundle
        assert bundle is not None
        counter.begin(Language.JA)
        staff, stamp = bundle.attendants[0], self._outbox.stamp()
        documents = (_shown("driving_licence", photo_matches=True), _shown("staff_id"))
        answers = tuple(Answer(condition=condition.code, yes=condition.wanted) for condition in bundle.rules.conditions)
        happenings: tuple[events.Event, ...] = (
            events.Consented(Consent(notice=bundle.notice_version, given=stamp)),
            events.FormGiven(FormReading(kind=FormKind.QR, form_id=ApplicationFormId(form))),
            events.CardAnswered(CardAnswer(None)),
            events.BirthGiven(date.fromisoformat(birth)),
            events.HomeGiven(bundle.municipality.code),
            events.PhotoKept(_taken(photo, self._outbox)),
            events.DocumentsShown(documents, AttendantRole.STAFF),
            events.ConditionsAnswered(answers),
            events.AttendantFinished(staff.staff, staff.name, AttendantRole.STAFF, stamp, note),
        )
        for happening in happenings:
            counter.desk.advance(happening)
        if until == "parked":
            counter.desk.park()
        return self._seal() if until == "sealed" else {}

    def _seal(self) -> dict[str, Any]:
        """確定, again after it failed."""
        farewell = self._counter().seal()
        return {"slip": farewell.slip, "sequence": farewell.sequence}

    def _resume(self) -> dict[str, Any]:
        """Whoever was parked comes back and presses 確定."""
        desk = self._counter().desk
        desk.resume(desk.parked()[0].slip)
        return self._seal()

    def _clear(self) -> dict[str, Any]:
        self._counter().desk.reset()
        return {}

    def _set_clock(self, wrong_by: float) -> dict[str, Any]:
        self._clock.wrong_by = timedelta(seconds=wrong_by)
        return {"today": self._outbox.today().isoformat()}

    def _look(self) -> dict[str, Any]:
        gauges, balance = self._outbox.gauges(), self._outbox.balance()
        return {
            "captured": balance.captured, "received": balance.received, "erased": balance.erased,
            "refused": balance.refused, "unsent": gauges.unsent, "online": gauges.online, "problem": gauges.problem,
            "trouble": self._counter().trouble(), "parked": len(self._counter().desk.parked()),
            "kept": all(bay.kept for bay in self._counter().desk.parked()),
            "at_kiosk": self._counter().desk.intake is not None,
            "problems": sorted({stub.problem for stub in self._stubs() if stub.problem}),
        }  # fmt: skip

    def _stubs(self) -> tuple[Any, ...]:
        return self._outbox.packets(State.QUEUED, State.SENDING, State.REFUSED)

    def _export(self, folder: str) -> dict[str, Any]:
        report = self._outbox.export(Path(folder))
        return {"files": [str(path) for path in report.files], "packets": report.packets}

    def _receipts(self, file: str) -> dict[str, Any]:
        report = self._outbox.take_receipts(Path(file))
        return {"received": report.received, "known": report.known, "refused": report.refused}

    def _retry(self) -> dict[str, Any]:
        return {"again": self._outbox.retry_refused()}


def _shown(document: str, **more: bool) -> DocumentCheck:
    passed = {"original": True, "in_date": True, "name_matches": True, "birth_or_address_matches": True, **more}
    return DocumentCheck(document=document, person=Person.APPLICANT, **passed)


def _taken(jpeg: bytes, outbox: Outbox) -> TakenPhoto:
    with Image.open(io.BytesIO(jpeg)) as picture:
        width, height = picture.size
    evidence = PhotoEvidence(
        sha256=sha256_hex(jpeg), width=width, height=height, taken=outbox.stamp(), accepted=True
    )  # fmt: skip
    return TakenPhoto(jpeg=jpeg, evidence=evidence)
