"""An office for tests: the real application on a database of its own, a clock that stands until it is moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from backoffice.app import create_app
from backoffice.database import Database
from backoffice.devices import service as devices
from backoffice.kit import key_life
from backoffice.kit.key_life import Keyring, Passphrases
from backoffice.kit.keyring import RecordKeys
from backoffice.kit.sealed_file import read_passphrase
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from backoffice.organisations import service as organisations
from backoffice.parts import make_worker
from backoffice.settings import Settings
from backoffice.visits import service as visits
from backoffice.worker import Worker
from schemas.ids import MunicipalityCode, VisitId
from tests.backoffice.counter import Counter
from tests.factories import FUKUSHIMA, KORIYAMA, MORNING

CHEAP = 2**14  # scrypt's n: the smallest the settings accept


@dataclass
class Clock:
    """Stands still until moved."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        return self.at

    def move(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@dataclass
class Office:
    """The application, its client and short ways to what tests need."""

    app: FastAPI
    client: TestClient
    clock: Clock
    settings: Settings
    folder: Path
    counters: list[Counter] = field(default_factory=list)

    @property
    def database(self) -> Database:
        database: Database = self.app.state.database
        return database

    @cached_property
    def worker(self) -> Worker:
        """The office machine's worker, which has the keys that an ingest machine has not."""
        records = RecordKeys.load(self.settings.keys, read_passphrase(self.settings.records_secret))
        return make_worker(self.database, records, settings=self.settings, now=self.clock)

    def work(self) -> Any:
        """`with office.work() as work:` – one transaction at the office's time."""
        return transaction(self.database, now=self.clock)

    def ticket(
        self, *, municipality: MunicipalityCode = FUKUSHIMA, visit: VisitId | None = None, minutes: int = 30
    ) -> str:
        """A fresh enrolment code."""
        with self.work() as work:
            made = devices.issue_ticket(
                work, municipality, signing=self.app.state.signing, office_url="http://127.0.0.1:8500",
                minutes=minutes, actor="test", visit=visit,
            )  # fmt: skip
        return made.ticket.code

    def counter(self, *, municipality: MunicipalityCode = FUKUSHIMA, visit: VisitId | None = None) -> Counter:
        """A newly enrolled device."""
        counter = Counter(self.client, self.app.state.signing.recipient_keys(self.clock())[0], self.clock)
        if visit is not None:
            counter.visit = visit
        assert counter.enrol(self.ticket(municipality=municipality, visit=visit)).status_code == 200
        self.counters.append(counter)
        return counter

    def visit(self, *, municipality: MunicipalityCode = FUKUSHIMA) -> VisitId:
        """A visit with one place and four slots of 15 minutes on the clock's day."""
        with self.work() as work:
            return plan_visit(work, municipality)


def plan_visit(work: UnitOfWork, municipality: MunicipalityCode = FUKUSHIMA) -> VisitId:
    day = work.now.date()
    brigade = organisations.add_organisation(work, municipality, name="消防本部", actor="test")
    new = visits.NewVisit(organisation=brigade, title="出張申請受付", starts_on=day, ends_on=day, title_en="Visit")
    visit = visits.plan(work, municipality, new, actor="test")
    place = visits.add_place(work, municipality, visit, name="本部", name_en="Headquarters")
    visits.open_slots(work, municipality, place, day=day, hours=(time(15), time(16)), minutes=15, capacity=2)
    return visit


def make_keys(folder: Path) -> Keyring:
    """Keys and secrets as `keys init --make-secrets` leaves them, but cheap to open."""
    secrets = {"signing": b"signing-secret-of-the-tests", "records": b"records-secret-of-the-tests"}
    (folder / "secrets").mkdir(parents=True, mode=0o700)
    for name, secret in secrets.items():
        file = folder / "secrets" / name
        file.write_bytes(secret)
        file.chmod(0o600)
    passphrases = Passphrases(secrets["signing"], secrets["records"], cost=2**4)
    return key_life.create(folder / "keys", passphrases, now=MORNING - timedelta(days=30))


def open_office(folder: Path, database_url: str, **settings: Any) -> Office:
    """Build the application; the caller opens its client."""
    clock = Clock()
    made = Settings.load(
        data_dir=folder, database_url=database_url, scrypt_cost=CHEAP, **{"role": "ingest", **settings}
    )
    app = create_app(made, now=clock)
    client = TestClient(app, base_url="http://127.0.0.1:8500", raise_server_exceptions=False)
    return Office(app, client, clock, made, folder)


def add_municipalities(work: UnitOfWork) -> None:
    for code, name, kana in ((FUKUSHIMA, "福島市", "ふくしまし"), (KORIYAMA, "郡山市", "こおりやまし")):
        organisations.add_municipality(work, code, name=name, kana=kana, actor="test")
