"""One run: a fault happens to a world while people are served; then everything works again and both sides are compared.

Everything random comes from `chance`, seeded by seed, fault and number of the run.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import httpx2

from tests.faults.compare import Findings, Ledger
from tests.faults.people import Applicant, applicant
from tests.faults.world import Gone, Kiosk, World

_LARGE_ONCE_IN = 12
_TAG = re.compile(r"<[^>]+>")
_LINES = re.compile(
    r'<p class="notice-line">(.*?)</p>|<div><dt>([^<]*)</dt><dd>([^<]*)</dd></div>', re.DOTALL
)  # fmt: skip
_GAUGES = ("市役所との通信", "送信待ち", "市役所が受け取らなかった申請")


@dataclass
class Run:
    """`message`: what people were shown while it lasted; asked for once a fault."""

    world: World
    ledger: Ledger
    chance: Random
    number: int
    message: str = ""
    clones: list[Kiosk] = field(default_factory=list)
    unmet: Findings = field(default_factory=Findings)
    fired: bool = True
    point: str = ""
    thorough: bool = True

    def person(self) -> Applicant:
        """Somebody new."""
        made = applicant(self.chance, large=self.chance.randrange(_LARGE_ONCE_IN) == 0)
        self.ledger.attempted[made.form] = made
        return made

    def serve(self, kiosk: Kiosk | None = None, *, person: Applicant | None = None) -> dict[str, Any] | None:
        """One person from the language to the slip. None when the kiosk died meanwhile."""
        person = person or self.person()
        try:
            said = (kiosk or self.world.kiosk).take(person)
        except Gone:
            return None
        self.heard(said, person)
        return said

    def heard(self, said: dict[str, Any], person: Applicant) -> None:
        if "slip" in said:
            self.ledger.promised[said["slip"]] = person
        elif not self.message:
            self.message = f"{said['sentence']}（{said['error']}）"

    def serve_some(self, most: int = 3) -> int:
        """People one after the other until the kiosk dies; how many were promised."""
        served = 0
        for _ in range(self.chance.randint(1, most)):
            said = self.serve()
            if said is None:
                break
            served += "slip" in said
        return served

    def must(self, holds: bool, what: str) -> None:
        if not holds:
            self.unmet.unmet.append(what)

    def later(self, act: Callable[[], None], *, most: float) -> threading.Thread:
        """Do something at a random instant within `most` seconds, beside the run."""
        wait = self.chance.uniform(0.0, most)
        thread = threading.Thread(target=partial(_after, wait, act))
        thread.start()
        return thread

    def show(self, kiosk: Kiosk | None = None) -> None:
        """Read the tablet as an attendant does."""
        if self.message:
            return
        port = (kiosk or self.world.kiosk).port
        url = f"http://127.0.0.1:{port}"
        staff, pin = self.world.attendant
        with httpx2.Client(base_url=url, timeout=20, trust_env=False) as tablet:
            csrf = tablet.get("/api/state", headers={"Accept": "application/json"}).json()["csrf"]
            tablet.post("/attendant/sign-in", data={"csrf": csrf, "staff": staff, "pin": pin})
            page = tablet.get("/attendant").text
        self.message = "・".join(_told(page)) or "–"

    def ready(self) -> None:
        """Wait until the kiosk knows that the line is good."""
        end = time.monotonic() + 10
        while not self.world.kiosk.ask("look")["online"] and time.monotonic() < end:
            time.sleep(0.01)


def _told(page: str) -> list[str]:
    """The gauges of 送信 and the notices beneath them."""
    said = []
    for notice, name, value in _LINES.findall(page):
        if notice:
            said.append(" ".join(_TAG.sub(" ", notice).split()))
        elif name in _GAUGES and value.strip() not in ("0件",):
            said.append(f"{name}: {value.strip()}")
    return said


def _after(wait: float, act: Callable[[], None]) -> None:
    time.sleep(wait)
    act()
