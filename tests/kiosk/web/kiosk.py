"""A whole kiosk for tests: the real application, outbox and loop; an office behind a socket; simulated devices."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from starlette.testclient import TestClient

from hardware.camera.choice import choose_camera
from hardware.camera.simulated import DEMO_FORM_TEXT, Scene, SimulatedSource
from hardware.camera.stream import CameraThread
from hardware.card import CardReport
from hardware.devices import Devices, Stage
from hardware.printer.simulated import SimulatedPrinter
from hardware.qr.decode import FrameQrReader
from hardware.settings import DeviceSettings
from kiosk.desk import Desk, Timing
from kiosk.outbox import Outbox
from schemas.card import CardVerdict
from schemas.ids import MunicipalityCode, StaffId
from schemas.language import Wording
from schemas.visit import Attendant, AttendantRole, Municipality
from tests.factories import FUKUSHIMA, uuid7
from tests.kiosk.desk.counter import GOOD, SaidCard, SaidStudio

PIN = "2468"
_HASHES = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
STAFF, CONTRACTOR, HELPER = (
    Attendant(staff=uuid7(StaffId, number), name=name, role=role, pin_hash=_HASHES.hash(PIN))
    for number, (name, role) in enumerate(
        (
            ("見本 花子", AttendantRole.STAFF),
            ("見本 太郎", AttendantRole.CONTRACTOR),
            ("見本 案内", AttendantRole.HELPER),
        ),
        start=1,
    )
)
PLACES = tuple(
    Municipality(code=MunicipalityCode(code), name=Wording(ja=ja, en=en), kana=kana)
    for code, ja, en, kana in (
        (FUKUSHIMA, "福島市", "Fukushima", "ふくしまし"),
        ("011002", "札幌市", "Sapporo", "さっぽろし"),
        ("131016", "千代田区", "Chiyoda", "ちよだく"),
        ("401307", "福岡市", "Fukuoka", "ふくおかし"),
    )
)
FORM_ID = DEMO_FORM_TEXT
QUICK = Timing(countdown=0.05, burst=0.4, burst_frames=2, card_wait=1.0, automatic=False)


class SimulatedDevices:
    """Small drawn cameras (person, form), real decoder; studio and card say what the test tells them. `others`: other
    devices by their field's name."""

    def __init__(self, **others: Any) -> None:
        self.face = SimulatedSource(scene=None, width=960, height=720, rate=12)
        self.form = SimulatedSource(scene=None, width=960, height=720, rate=12)
        self.studio, self.card, self.printer = SaidStudio(), SaidCard(), SimulatedPrinter()
        tablet = choose_camera("browser", DeviceSettings())
        drawn = Devices(
            camera=CameraThread(self.face),
            form_camera=CameraThread(self.form),
            qr=FrameQrReader(),
            photo=self.studio,
            card=self.card,
            printer=self.printer,
            stage=Stage(self.face, self.form, tablet.browser),
            tablet=tablet.camera,
        )
        self.devices = replace(drawn, **others)
        self.as_new()

    def as_new(self) -> None:
        """A person before one camera, nothing before the other; everything judged good; no slip printed."""
        self.face.show(Scene.PERSON)
        self.form.show(Scene.NOBODY, form_text=FORM_ID)
        self.studio.judgement = GOOD
        self.card.asked.clear()
        self.printer.fail(None)
        self.printer.slips.clear()


class Browser:
    """One browser at the kiosk: its cookie, its token, its posts."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def state(self) -> dict[str, Any]:
        answer = self.client.get("/api/state")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def post(self, path: str, fields: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """Post as a script: the state, or the problem with its `status`."""
        data = {"csrf": self.state()["csrf"], **(fields or {}), **more}
        answer = self.client.post(path, data=data, headers={"accept": "application/json"})
        return {"status": answer.status_code, **(answer.json() if answer.content else {})}

    def submit(self, path: str, **fields: Any) -> str:
        """Post as a browser does: the page one comes back to."""
        answer = self.client.post(path, data={"csrf": self.state()["csrf"], **fields})
        assert answer.status_code == 200, answer.text
        assert [step.status_code for step in answer.history] == [303]
        return answer.text

    def page(self, path: str = "/") -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        end = time.monotonic() + 30
        while not condition(state := self.state()):
            assert time.monotonic() < end, f"did not happen: {state}"
            time.sleep(0.02)
        return state

    # ── the applicant's way ──────────────────────────────────────────────────────────────────────────

    def come_to(self, step: str, *, born: str = "1990-04-01", language: str = "ja") -> dict[str, Any]:
        """The straight way to a step."""
        acts: dict[str, Callable[[], object]] = {
            "idle": lambda: self.post("/start", language=language),
            "consent": lambda: self.post("/consent"),
            "booking": lambda: self.post("/booking", walk_in="yes"),
            "why": lambda: self.post("/why", purpose="first"),
            "form": lambda: self.post("/form", kind="scanned", code=FORM_ID),
            "card": lambda: self.post("/card", action="skip"),
            "birth": lambda: self.post("/person", birth_date=born),
            "home": lambda: self.post("/person", municipality=FUKUSHIMA),
            "licence": lambda: self.post("/licence", on_card="no"),
            "residence": lambda: self.post("/residence", residence="japanese"),
            "who": lambda: self.post("/who", who="parent"),
            "domicile": lambda: self.post("/domicile", domicile="unknown"),
            "proxy": lambda: self.post("/proxy", reason=""),
            "wishes": lambda: self.post("/wishes"),
            "photo": self.take_photo,
        }
        while (now := self.state()["screen"]) != step:
            acts[now]()
        return self.state()

    def take_photo(self) -> None:
        self.until(lambda _: "ok" if self.post("/photo/shoot")["status"] == 200 else "")  # type: ignore[arg-type, return-value]
        self.until(lambda state: state["photo"] == "judged")
        self.post("/photo/keep")

    # ── the attendant's ──────────────────────────────────────────────────────────────────────────────

    def sign_in(self, who: Attendant = STAFF, pin: str = PIN) -> dict[str, Any]:
        return self.post("/attendant/sign-in", staff=who.staff, pin=pin)


def documents(*codes: str, person: str = "applicant") -> dict[str, list[str]]:
    """Form fields of documents that passed every check."""
    checks = ("original", "in_date", "name_matches", "birth_matches", "address_matches", "photo_matches")
    shown = [f"{person}:{code}" for code in codes]
    return {"shown": shown, "check": [f"{each}:{check}" for each in shown for check in checks]}


ENOUGH = documents("driving_licence", "staff_id")
ANSWERS = {f"answer_{code}": "yes" for code in ("address_unchanged", "no_mail_forwarding", "pin_request")}


class Kiosk:
    """The application under test, with hands on its insides."""

    def __init__(self, app: Any, client: TestClient, outbox: Outbox, devices: SimulatedDevices) -> None:
        self.app, self.client, self.outbox, self.simulated = app, client, outbox, devices
        self.applicant = Browser(client)

    def clear(self) -> None:
        """As the reset on the tablet does, and all devices as they were."""
        self.simulated.as_new()
        self.desk.reset()
        self.discard_parked()
        self.applicant = self.browser()
        self.client = self.applicant.client

    def discard_parked(self) -> None:
        for parked in self.desk.parked():
            self.desk.discard(parked.slip)

    @property
    def desk(self) -> Desk:
        desk = self.app.state.room.counter.desk
        assert isinstance(desk, Desk)
        return desk

    def browser(self, **how: Any) -> Browser:
        """Another browser, with its own cookie."""
        client = TestClient(self.app, **how)
        client.portal = self.client.portal  # the kiosk's event loop, not a new one for each request
        return Browser(client)

    def attendant(self, who: Attendant = STAFF) -> Browser:
        tablet = self.browser()
        assert tablet.sign_in(who)["status"] == 200
        return tablet


def reads(kiosk: Kiosk, *, days: int, card_days: int) -> str:
    """The chip's word on the card's screen."""
    now = datetime.now(UTC)
    kiosk.applicant.post("/card", action="check")
    report = CardReport(
        CardVerdict.VALID, "valid", not_after=now + timedelta(days=days), tries_left=3,
        card_expires=(now + timedelta(days=card_days)).date(),
    )  # fmt: skip
    kiosk.simulated.card.report(report)
    kiosk.applicant.until(lambda state: state["card"] == "reported")
    return kiosk.applicant.page()
